"""Events that no message tells: who makes one happen asks, in the transaction of the change, that outgoing webhooks
hear of it (services/integrations/triggers.py). While no integration listens, nothing is written."""

from typing import Final

from pimentachat import clock, workspace
from pimentachat.store import outbox
from pimentachat.store.writes import Write

HAPPENED: Final = "happened"
"""The effect that looks for the webhooks of an event."""


def told(event: str, **facts: str | int) -> list[Write]:
    """The entry for a transaction: `event` as integrations name it, `facts` what it is about (room_id, user_id ...)."""
    if event not in workspace.current().listened:
        return []
    return [outbox.entry(HAPPENED, event=event, at=clock.now_text(), **facts)]
