"""The command line `pimentachat`: a workspace from a terminal, local or deployed."""

import os

# The services log to the standard output, as Lambda wants it; here that is where answers go.
os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
