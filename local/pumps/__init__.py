"""What AWS runs between services, locally: a pump for each source that the template hangs on a function.

A module for each kind: `streams`, `queues`, `schedules`; `pump` has what they share.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from local import resources
from local.pumps.pump import Handler, Pump
from local.pumps.queues import QueuePump
from local.pumps.schedules import SchedulePump
from local.pumps.streams import Checkpoints, StreamPump
from local.template import Template

__all__ = ["Handler", "Pump", "Pumps", "pumps"]


class Pumps:
    """All pumps of a server, as one."""

    def __init__(self, pumps: Sequence[Pump]) -> None:
        self._pumps = pumps
        for pump in pumps:
            pump.delivered = self.wake

    def start(self) -> None:
        for pump in self._pumps:
            pump.start()

    def wake(self) -> None:
        """Something was probably written, no matter where."""
        for pump in self._pumps:
            pump.wake()

    def poll(self) -> int:
        """Delivers, without threads, until no pump finds anything more; answers how much there was.

        What fails for ever and comes again at once would keep it for ever.
        """
        handled = 0
        while brought := sum(pump.poll() for pump in self._pumps):
            handled += brought
        return handled

    def stop(self, drain_seconds: float = 2.0) -> None:
        """Delivers what is there, for at most `drain_seconds` in all, and ends. Streams first: they fill queues."""
        until = time.monotonic() + drain_seconds
        for pump in self._pumps:
            pump.stop(max(0.0, until - time.monotonic()))


def pumps(
    endpoint_url: str,
    prefix: str,
    template: Template,
    handler_of: Callable[[str], Handler],
    checkpoints: Path,
    *,
    long_poll_seconds: int = 0,
) -> Pumps:
    """A pump for every stream, queue and enabled schedule of the template's functions.

    Args:
        endpoint_url, prefix: where `resources.create` made what the template declares.
        handler_of: the handler of a function, named by its path below `functions/`, such as `workers/settle`.
        checkpoints: the file that remembers how far streams were delivered.
        long_poll_seconds: see `QueuePump`.

    Raises:
        ValueError: a schedule that is not understood.
    """
    places = Checkpoints(checkpoints)
    made: list[Pump] = [
        StreamPump(source, handler_of(source.function), endpoint_url, places)
        for source in resources.stream_sources(endpoint_url, prefix, template)
    ]
    made += [
        QueuePump(source, handler_of(source.function), endpoint_url, long_poll_seconds=long_poll_seconds)
        for source in resources.queue_sources(endpoint_url, prefix, template)
    ]
    made += [
        SchedulePump(source, handler_of(source.function), endpoint_url)
        for source in resources.schedules(endpoint_url, prefix, template)
    ]
    return Pumps(made)
