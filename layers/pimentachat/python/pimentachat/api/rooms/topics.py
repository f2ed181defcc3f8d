"""The topic of a room of any kind."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms.naming import named
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import DIRECT, RoomKind
from pimentachat.requests.im import SetDirectTopic
from pimentachat.requests.rooms import SetTopic, TopicReply
from pimentachat.services.rooms import changes


def mount(router: Router, kind: RoomKind) -> None:
    @router.post(f"{kind.family}.setTopic", params=SetDirectTopic if kind is DIRECT else SetTopic)
    def set_topic(caller: Caller, params: SetTopic | SetDirectTopic) -> TopicReply:
        """Set the topic"""
        room = named(kind, caller, params, archived=False)
        changes.set_text(kind, caller, room, changes.TOPIC, params.topic)
        return {"topic": params.topic}
