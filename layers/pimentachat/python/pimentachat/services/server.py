"""The server itself (contract: misc.yaml info)."""

import platform
from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.models.workspace import InfoReply

# Clients choose their requests by this version, so it is the one whose API is spoken, not ours (contract: misc.yaml
# /api/info).
SPOKEN_VERSION: Final = "1.0.0"


def info(caller: Caller | None) -> InfoReply:
    """The version, at the top and in `info`, because clients look in either place; administrators learn about the
    build."""
    reply: InfoReply = {"version": SPOKEN_VERSION, "info": {"version": SPOKEN_VERSION}}
    if caller and "admin" in (caller.user.roles or []):
        build = {"platform": platform.system().lower(), "arch": platform.machine(), "osRelease": platform.release()}
        reply["info"] |= {"build": build, "commit": {"tag": SPOKEN_VERSION}}
    return reply
