"""`python -m local` serves; `python -m local reset` empties the local data."""

import argparse
import sys
from pathlib import Path

from local import server
from local.places import REPOSITORY, places


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local", description=server.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", nargs="?", choices=["run", "reset"], default="run")
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="the project to serve (default: this one)")
    arguments = parser.parse_args()
    where = places(root=arguments.root.resolve())
    try:
        if arguments.command == "reset":
            server.reset(where)
            return 0
        return server.run(where)
    except server.CannotStart as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 1


sys.exit(main())
