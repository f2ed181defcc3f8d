"""One run of a slash command: who runs it where, and what they alone are told."""

from dataclasses import dataclass, field

from pimentachat import clock, ids
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.rooms import access
from pimentachat.store import prefetch
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store


class _Hidden(ChatError):
    """Only raised to be caught."""


@dataclass
class Run:
    caller: Caller
    room: Room
    params: str = ""
    tmid: str | None = None
    """What the command says is said in this thread."""
    notices: list[Document] = field(default_factory=list)
    """Messages that the caller alone sees and nobody stores: `{_id, rid, ts, msg}`."""

    def tell(self, text: str) -> None:
        notice = {"_id": ids.new_id(), "rid": self.room.id, "ts": clock.now_text(), "msg": text}
        self.notices.append(notice)

    @property
    def name(self) -> str:
        """The first word, without the sign before it."""
        first = self.params.split(maxsplit=1)[:1]
        return first[0].lstrip("#@") if first else ""

    def room_named(self, name: str) -> Room | None:
        """A channel or group by its name, if the caller may read it; tells them otherwise."""
        room_id = room_store.id_by_name(name) if name else None
        if room_id:
            prefetch.room(self.caller.id, room_id)
            try:
                return access.readable(self.caller, room_id, otherwise=_Hidden())
            except _Hidden:
                pass
        self.tell(f"The channel `#{name}` does not exist.")
        return None

    def person_named(self, name: str) -> User | None:
        """Somebody by their username; tells the caller otherwise."""
        user_id = user_store.id_by_username(name) if name else None
        found = user_store.find(user_id) if user_id else None
        if found is None:
            self.tell(f"The username `{name}` doesn't exist.")
        return found
