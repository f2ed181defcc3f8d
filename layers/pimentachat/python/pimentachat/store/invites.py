"""Links that invite into rooms. Keys in the Rooms table:

invite           pk `INVITE#<id>`     sk `INVITE`                         listing: `INVITES` / creation
whose invite     pk `ROOM#<room id>`  sk `INVITE#<user>#<days>#<uses>`    carries the id of the one link of this kind

`uses` is an attribute of its own, raised on condition. A link is kept for 30 days after its end, so that it can say so.
"""

from typing import Final

from pimentachat import clock
from pimentachat.errors.base import ChatError
from pimentachat.models.invites import Invite
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.relations import Relations
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_INVITE: Final = "INVITE#"
_LISTED: Final = "INVITES"
_KEPT: Final = 30 * clock.DAY


def key(invite_id: str) -> Key:
    return Key("rooms", f"{_INVITE}{invite_id}", "INVITE")


def _entry_key(invite: Invite) -> Key:
    return Key("rooms", f"ROOM#{invite.rid}", f"{_INVITE}{invite.user_id}#{invite.days}#{invite.max_uses}")


def _invite(item: Item) -> Invite:
    return Invite.model_validate(
        {**load(item["doc"]), "_id": item["pk"].removeprefix(_INVITE), "uses": item.get("uses", 0)}
    )


def find(invite_id: str) -> Invite | None:
    item = table.get(key(invite_id))
    expired = item is not None and "expires_at" in item and item["expires_at"] <= clock.epoch_seconds()
    return _invite(item) if item and not expired else None


def like(invite: Invite) -> Invite | None:
    """The link into the same room by the same user for as many days and uses, that was made last."""
    entry = table.reread(_entry_key(invite))
    item = table.reread(key(entry["invite_id"])) if entry else None
    return _invite(item) if item else None


def add(invite: Invite, *, instead_of: Invite | None) -> bool:
    """Stores a link in the place of one that is of no use any more. False: somebody else was faster."""
    body = dump(invite.model_dump(by_alias=True, exclude_none=True, exclude={"id", "uses"}))
    fields: dict[str, Value | None] = {
        "doc": body,
        "max_uses": invite.max_uses,
        "uses": 0,
        "list_pk": _LISTED,
        "list_sk": invite.created_at,
    }
    if invite.days:
        fields["expires_at"] = clock.epoch_seconds(invite.days * clock.DAY + _KEPT)
    entry: dict[str, Value | None] = {"invite_id": invite.id}
    together = [writes.put_new(key(invite.id), fields)]
    if instead_of is None:
        together.append(writes.put_new(_entry_key(invite), entry))
    else:
        together += [
            writes.put(_entry_key(invite), entry, only_if="invite_id = :was", values={"was": instead_of.id}),
            writes.update(key(instead_of.id), {"expires_at": clock.epoch_seconds(_KEPT)}),
        ]
    try:
        table.transact(*together)
    except ConditionFailed:
        return False
    return True


def use(invite: Invite, *, otherwise: ChatError) -> Write:
    """Counts a use, for the transaction that lets somebody in: only as long as there is one left."""
    left = f"{writes.EXISTS} AND (max_uses = :any OR uses < max_uses)"
    return writes.update(key(invite.id), add={"uses": 1}, only_if=left, values={"any": 0}, otherwise=otherwise)


def remove(invite: Invite) -> None:
    entry = writes.delete(_entry_key(invite), only_if="invite_id = :this", values={"this": invite.id})
    try:
        table.transact(writes.delete(key(invite.id)), entry)
    except ConditionFailed:
        # Another one is in its place.
        table.write(writes.delete(key(invite.id)))


def every(limit: int) -> list[Invite]:
    """All links, oldest first, up to `limit`."""
    found = table.query("rooms", _LISTED, listing=True, limit=limit)
    items = table.get_many((Key("rooms", item["pk"], item["sk"]) for item in found), consistent=False)
    return [_invite(item) for item in items.values() if item]


def remove_all(room_id: str) -> None:
    """Takes away the links into a room that is gone."""
    entries = table.query("rooms", f"ROOM#{room_id}", Range(begins=_INVITE), consistent=True)
    table.write_many([writes.delete(key(entry["invite_id"])) for entry in entries])


def relations(item: Item) -> Relations | None:
    """What a link, or the entry of the last of its kind, has to do with others."""
    if item["sk"] == "INVITE":
        return Relations("invite", rooms=[_invite(item).rid], entry=True)
    if item["sk"].startswith(_INVITE):
        return Relations("entry of an invite", rooms=[item["pk"].removeprefix("ROOM#")], entry=True)
    return None
