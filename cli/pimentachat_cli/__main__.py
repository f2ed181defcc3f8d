"""`python -m pimentachat_cli`."""

from pimentachat_cli.main import run

run()
