"""Builds what `template.yaml` declares and brings it to AWS or into a MiniStack of its own: `python -m deployment`."""
