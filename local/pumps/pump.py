"""What all pumps share: a thread that looks at a source, when it looks, what it does about outages, and how it ends."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_context import LambdaContext

_LOG = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any], LambdaContext], Any]

_OUTAGE = (BotoCoreError, ClientError, OSError)
_OUTAGE_SECONDS = 1.0


class Pace:
    """How long a pump rests after a look, so that it is quick when little happens and cheap when much happens.

    The rest is counted from the end of the look. A wake after it leads to a look at once: a lone message never waits. A
    wake within it waits for its end, and meanwhile more may come:

    - after a look that brought something the rest is nine times as long as the look took. A pump so takes a tenth of a
      core while batches are small, and as the rest grows the batches do, which makes each record cheaper;
    - after a look that a wake asked for and that brought nothing, the rest doubles: most writes concern other pumps;
    - it is at least `SHORTEST` and at most `LONGEST`, which is thus the longest that anything waits under load.
    """

    SHORTEST = 0.02
    LONGEST = 1.0
    RATIO = 9

    def __init__(self) -> None:
        self.rest = 0.0

    def note(self, took: float, *, brought: bool, woken: bool) -> None:
        """A look took so many seconds; `woken`: a wake came before it, and so soon that it had to wait."""
        if brought:
            rest = took * self.RATIO
        elif woken:
            rest = self.rest * 2
        else:
            rest = 0.0
        self.rest = min(max(rest, self.SHORTEST), self.LONGEST)


class Pump(ABC):
    """Calls a function with what its source holds: by itself after `start`, or a round at a time with `poll`.

    Args:
        name: of the function, for its thread and the log.
        idle_seconds: the pause between two looks at a source where nothing happens; `wake` cuts it short.
    """

    def __init__(self, name: str, idle_seconds: float = 1.0) -> None:
        self.name = name
        self.delivered: Callable[[], None] = lambda: None
        """Called after the function ran, since it may have written what other pumps wait for."""
        self._idle_seconds = idle_seconds
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._drain_until = 0.0

    @abstractmethod
    def poll(self) -> int:
        """Delivers what is there now and answers how much that was; 0 when nothing is left."""

    def start(self) -> None:
        """Polls in a thread of its own, until `stop`."""
        self._thread = threading.Thread(target=self._run, name=f"pump-{self.name}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was probably written: look soon instead of after the idle pause."""
        self._wake.set()

    def stop(self, drain_seconds: float = 2.0) -> None:
        """Delivers what is already there, for at most `drain_seconds`, and ends the thread.

        What is left then, or is just being retried, stays where it is for the next start.
        """
        self._drain_until = time.monotonic() + drain_seconds
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    # ---- what a kind of source may have otherwise ---------------------------------------------------------------

    def _look(self) -> int:
        """One round of the thread."""
        return self.poll()

    def _pause(self) -> float:
        """The seconds to the next look when nothing happens."""
        return self._idle_seconds

    def _recover(self) -> None:  # noqa: B027
        """Forgets what an outage may have made untrue; by default nothing."""

    def _must_end(self) -> bool:
        return self._stop.is_set() and time.monotonic() > self._drain_until

    # ---- the thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        pace, woken, failed_before = Pace(), False, False
        while not self._stop.is_set():
            self._wake.clear()
            started = time.monotonic()
            try:
                brought = self._look()
                failed_before = False
            except _OUTAGE as trouble:
                if not failed_before:
                    _LOG.warning("the source of %s cannot be read, trying on: %s", self.name, trouble)
                failed_before = True
                self._recover()
                self._stop.wait(_OUTAGE_SECONDS)
                continue
            ended = time.monotonic()
            pace.note(ended - started, brought=bool(brought), woken=woken)
            if brought:
                self.delivered()
                woken = True
            else:
                woken = self._wake.wait(self._pause())
            resting = ended + pace.rest - time.monotonic()
            woken = woken and resting > 0
            if woken:
                self._stop.wait(resting)
        try:
            while not self._must_end() and self.poll():
                pass
        except _OUTAGE as trouble:
            _LOG.warning("the source of %s was not emptied: %s", self.name, trouble)
