"""The one-command local server: `python -m local` (see `local.server`) and `python -m local reset`."""
