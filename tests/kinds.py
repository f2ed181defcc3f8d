"""Channels and groups, for tests of the verbs they share: `@both_kinds`."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.refusals import refused
from tests.workspace import Answer, Person


@dataclass(frozen=True)
class Kind:
    family: str
    envelope: str
    type: str
    title: str
    """In "The <title>, <name>, is archived"."""
    param_missing: str
    not_found: str
    create_permission: str
    leave_permission: str
    delete_permission: str

    def creates(self, person: Person, name: str, **more: Any) -> str:
        """Returns the room's id."""
        return self.post(person, "create", name=name, **more)[self.envelope]["_id"]

    def get(self, person: Person, verb: str, **query: Any) -> Any:
        """The body of an answer that must be a success."""
        return _ok(person.get(f"{self.family}.{verb}", **query))

    def post(self, person: Person, verb: str, **fields: Any) -> Any:
        return _ok(person.post(f"{self.family}.{verb}", **fields))

    def tries(self, person: Person, verb: str, **fields: Any) -> Answer:
        """A post that may be refused."""
        return person.post(f"{self.family}.{verb}", **fields)

    def info(self, person: Person, room_id: str) -> dict[str, Any]:
        return self.get(person, "info", roomId=room_id)[self.envelope]

    def system_messages(self, person: Person, room_id: str) -> list[tuple[str, str, str]]:
        """(type, text, who did it), oldest first."""
        found = self.get(person, "history", roomId=room_id, count=0)["messages"]
        return [(each["t"], each["msg"], each["u"]["username"]) for each in reversed(found) if "t" in each]

    def members(self, person: Person, room_id: str) -> list[str]:
        return [member["username"] for member in self.get(person, "members", roomId=room_id)["members"]]

    def room_is_archived(self, name: str) -> str:
        return f"The {self.title}, {name}, is archived [error-room-archived]"

    def refuses_what_is_no_room(self, send: Any) -> None:
        """`send(**room)` sends the request with these parameters for the room: none, blank ones, unknown ones."""
        refused(send(), self.param_missing)
        refused(send(roomId=" ", roomName=" "), self.param_missing)
        refused(send(roomId="nowhere"), self.not_found)
        refused(send(roomName="nowhere"), self.not_found)

    def refuses_what_is_no_user(self, send: Any) -> None:
        """`send(**user)` sends the request with these parameters for the user: none, a blank one, unknown ones."""
        missing = 'The required "userId" or "username" param was not provided [error-user-param-not-provided]'
        unknown = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'
        for user in ({}, {"userId": " "}):
            refused(send(**user), missing)
        for user in ({"userId": "nobody"}, {"username": "nobody"}, {"user": "nobody"}):
            refused(send(**user), unknown)


EDITING = "Editing room is not allowed [error-action-not-allowed]"


def _ok(answer: Answer) -> Any:
    assert answer.succeeded, answer.text
    return answer.body


CHANNEL = Kind(
    family="channels",
    envelope="channel",
    type="c",
    title="channel",
    param_missing='The parameter "roomId" or "roomName" is required [error-roomid-param-not-provided]',
    not_found='The required "roomId" or "roomName" param provided does not match any channel [error-room-not-found]',
    create_permission="create-c",
    leave_permission="leave-c",
    delete_permission="delete-c",
)
GROUP = Kind(
    family="groups",
    envelope="group",
    type="p",
    title="private group",
    param_missing='The parameter "roomId" or "roomName" is required [error-room-param-not-provided]',
    not_found='The required "roomId" or "roomName" param provided does not match any group [error-room-not-found]',
    create_permission="create-p",
    leave_permission="leave-p",
    delete_permission="delete-p",
)
both_kinds = pytest.mark.parametrize("kind", [CHANNEL, GROUP], ids=lambda kind: kind.family)


def other(kind: Kind) -> Kind:
    return GROUP if kind is CHANNEL else CHANNEL


def becomes(room_id: str, **values: Any) -> None:
    """Sets fields of a stored room that no endpoint sets yet: `becomes(room_id, broadcast=True)`."""
    from pimentachat.store import rooms as room_store

    room_store.change(room_id, lambda room: room.model_copy(update=values))
