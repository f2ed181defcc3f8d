"""The server itself (contract: misc.yaml info)."""

import platform
from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.models.records import Document

# Clients choose their requests by this version, so it is the one whose API is spoken, not ours (contract: misc.yaml
# /api/info).
SPOKEN_VERSION: Final = "1.0.0"


def about(caller: Caller | None) -> Document:
    """The version; administrators learn about the build."""
    known: Document = {"version": SPOKEN_VERSION}
    if caller and "admin" in (caller.user.roles or []):
        build = {"platform": platform.system().lower(), "arch": platform.machine(), "osRelease": platform.release()}
        known |= {"build": build, "commit": {"tag": SPOKEN_VERSION}}
    return known
