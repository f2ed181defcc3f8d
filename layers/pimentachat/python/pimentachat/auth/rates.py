"""How often a caller may call one endpoint (contract: common.yaml rate_limiter).

Calls are counted in the memory of the function's instance. Instances tell each other by a counter that they share, and
only with every quarter of what is allowed: a caller far from the limit costs no write at all, and one who calls at the
limit costs four in a window and one more for each further instance that they keep busy. What an instance has not told
yet, others do not see: with n of them busy at once, (n - 1) quarters more may get through, never less than is allowed.

Windows begin at multiples of their length, so that all instances count the same one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv6Address, ip_address
from math import ceil
from threading import Lock
from typing import Final

from aws_lambda_powertools import Logger

from pimentachat import clock, workspace
from pimentachat.config import in_lambda
from pimentachat.store import rates as rate_store

logger: Final = Logger()

_PARTS: Final = 4
_HELD_MOST: Final = 10_000
"""Counts in the memory of an instance; beyond it the oldest is forgotten, which lets its caller call more."""
_KEPT_SECONDS: Final = 60


@dataclass(frozen=True)
class Pace:
    """How a caller stands at an endpoint, this call included."""

    most: int
    left: int
    ends: int
    """When the window is over, in milliseconds since 1970."""
    over: bool
    """Whether this call is one too many."""
    tell: Callable[[], None] | None = None
    """Tells other instances, where it is time to. May run beside the call, and raises nothing."""

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": str(self.ends),
        }

    @property
    def wait(self) -> int:
        """Seconds until another call may be made."""
        return max(1, ceil((self.ends - _now()) / 1000))


@dataclass
class _Calls:
    told: int = 0
    """Those that the shared counter had when this instance last told it something."""
    untold: int = 0


class _Counts:
    """The calls of one window."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._window = (0, 0)
        self._held: dict[str, _Calls] = {}

    def count(self, name: str, most: int, window: int) -> Pace:
        """
        Args:
            window: in milliseconds.
        """
        ends = (_now() // window + 1) * window
        with self._lock:
            if self._window != (ends, window):
                self._window, self._held = (ends, window), {}
            calls = self._held.get(name)
            if calls is None:
                if len(self._held) >= _HELD_MOST:
                    del self._held[next(iter(self._held))]
                calls = self._held[name] = _Calls()
            left = most - calls.told - calls.untold
            if left <= 0:
                return Pace(most, 0, ends, over=True)
            calls.untold += 1
            if calls.untold * _PARTS < most:
                return Pace(most, left - 1, ends, over=False)
            part, calls.untold = calls.untold, 0
            calls.told += part
        return Pace(most, left - 1, ends, over=False, tell=partial(self._tell, calls, f"{name} {ends}", part, ends))

    def _tell(self, calls: _Calls, name: str, part: int, ends: int) -> None:
        try:
            total = rate_store.add(name, part, until=ends // 1000 + _KEPT_SECONDS)
        except Exception:
            # Nobody called for that, and this instance has counted the calls.
            logger.exception("calls not counted for other instances")
            return
        with self._lock:
            calls.told = max(calls.told, total)

    def forget(self) -> None:
        with self._lock:
            self._held = {}


_counts: Final = _Counts()


def count(what: str, who: str) -> Pace | None:
    """Counts a call; None where the workspace limits none.

    Args:
        what: the endpoint, or whatever else is called.
        who: an id, or `of_address(...)`.
    """
    space = workspace.current()
    most = space.number("API_Enable_Rate_Limiter_Limit_Calls_Default")
    window = space.number("API_Enable_Rate_Limiter_Limit_Time_Default")
    if most <= 0 or window <= 0 or not space.flag("API_Enable_Rate_Limiter"):
        return None
    if not in_lambda() and not space.flag("API_Enable_Rate_Limiter_Dev"):
        return None
    return _counts.count(f"{what} {who}", most, window)


def of_address(address: str) -> str:
    """Under which calls from an address are counted: whoever has an IPv6 address has some 2**64 of them."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return f"{int(known) >> 64:x}::/64" if isinstance(known, IPv6Address) else address


def forget() -> None:
    """Drops what is held in memory, for tests that start a new workspace."""
    _counts.forget()


def _now() -> int:
    return int(clock.now().timestamp() * 1000)
