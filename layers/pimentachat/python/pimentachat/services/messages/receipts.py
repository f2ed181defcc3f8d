"""Who has read a message: derived from how far the members of its room have read, so that reading writes nothing for
each message (contract: chat.yaml chat.getMessageReadReceipts)."""

from itertools import islice
from typing import Final

from pimentachat import ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.messages import ReceiptsMessageInvalid, ReceiptsRoomInvalid
from pimentachat.errors.requests import QueryTooBroad
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.services.messages import access
from pimentachat.store import memberships, table
from pimentachat.store import messages as message_store

_READERS_MOST: Final = 1000
_SETTINGS: Final = ("Message_Read_Receipt_Enabled", "Message_Read_Receipt_Store_Users")


def of(caller: Caller, message_id: str) -> list[Document]:
    """Those who have read a message (`ts`: when they last read its room), in the order of their usernames; nobody while
    the settings keep no receipts.

    Raises:
        ReceiptsMessageInvalid, ReceiptsRoomInvalid.
        QueryTooBroad: the room has more members than are looked at.
    """
    members: list[str] = []
    room_id = message_store.room_of(message_id)
    asked = room_id is not None and all(map(workspace.current().flag, _SETTINGS))
    found: list[Message] = []

    def find() -> None:
        message, _ = access.readable(
            caller, message_id, otherwise=ReceiptsRoomInvalid(), missing=ReceiptsMessageInvalid()
        )
        found.append(message)

    def walk() -> None:
        if asked and room_id:
            members.extend(islice(memberships.member_ids(room_id), _READERS_MOST + 1))

    table.side_by_side(find, walk)
    if len(members) > _READERS_MOST:
        raise QueryTooBroad(limit=_READERS_MOST)
    [message] = found
    held = memberships.find_many((user_id, message.room_id) for user_id in members)
    return [_receipt(message, each) for each in held if each.ls and each.ls >= message.sent_at]


def _receipt(message: Message, held: Membership) -> Document:
    person: Document = {"_id": held.user_id, "username": held.username}
    return {
        "_id": ids.derived(message.id, held.user_id),
        "roomId": message.room_id,
        "userId": held.user_id,
        "messageId": message.id,
        "ts": held.ls,
        "user": person | ({"name": held.user_name} if held.user_name else {}),
    }
