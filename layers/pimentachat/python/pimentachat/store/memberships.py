"""Memberships. Key in the Rooms table:

membership  pk `USER#<user id>`  sk `ROOM#<room id>`      listing: `MEMBERS#<room id>` / username
listener    pk `ROOM#<room id>`  sk `LISTENER#<user id>`  a member who wants a push or a mail for every message
                                                          (`every`), or has highlights (`highlights`)

The index shows members in the order of their names and carries keys only, so that reading a room, posting in it or
changing preferences never writes the index. A membership that ended loses its index keys, keeps `left_at` and goes
after 30 days.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from pimentachat import clock
from pimentachat.clock import Instant
from pimentachat.models.memberships import Membership, ReadMark
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.store import rooms, table, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.relations import Relations
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_LISTENER: Final = "LISTENER#"
_EVERY_MESSAGE: Final = ("mobilePushNotifications", "emailNotifications")
"""What may be `all` for a member to be a listener."""
_KEPT: Final = 30 * clock.DAY
_HERE: Final = "attribute_exists(pk) AND attribute_not_exists(left_at)"
_NOT_HERE: Final = "attribute_not_exists(pk) OR attribute_exists(left_at)"
_GONE_WHEN_READ: Final = (
    "closed_at",
    "mentions",
    "thread_mentions",
    "fresh",
    "unread_threads",
    "noticed",
    "unread_from",
    "unread_at",
)
_UNREAD_SINCE: Final = "(attribute_not_exists(ls) OR ls < :at)"
_ROOM_FOR_MARKS: Final = "(attribute_not_exists(noticed) OR size(noticed) < :most)"
_MARKS_MOST: Final = 999
"""Mentions of a user that are counted in a room before they read it."""
_DEFAULTS: Final = {name: each.get_default(call_default_factory=True) for name, each in Membership.model_fields.items()}


def key(user_id: str, room_id: str) -> Key:
    return Key("rooms", f"USER#{user_id}", f"ROOM#{room_id}")


def _item(membership: Membership) -> dict[str, Value | None]:
    fields = membership.model_dump(exclude={"preferences", "room_id", "user_id"}, exclude_none=True)
    changed: dict[str, Value | None] = {name: value for name, value in fields.items() if value != _DEFAULTS[name]}
    changed["doc"] = dump(membership.preferences)
    if not membership.ended:
        changed |= {"list_pk": f"MEMBERS#{membership.room_id}", "list_sk": membership.username.lower()}
    return changed


def _membership(item: Item) -> Membership:
    ids = {"user_id": item["pk"].removeprefix("USER#"), "room_id": item["sk"].removeprefix("ROOM#")}
    return Membership.model_validate({**item, **ids, "preferences": load(item["doc"])})


def find(user_id: str, room_id: str) -> Membership | None:
    """The membership while it lasts."""
    held = former(user_id, room_id)
    return None if held is None or held.ended else held


def former(user_id: str, room_id: str) -> Membership | None:
    """The membership, also for 30 days after it ended."""
    item = table.get(key(user_id, room_id))
    return _membership(item) if item and not _expired(item) else None


def reread(user_id: str, room_id: str) -> Membership | None:
    """The membership, while it lasts, as others have left it at this moment."""
    item = table.reread(key(user_id, room_id))
    return None if item is None or _expired(item) or "left_at" in item else _membership(item)


def _expired(item: Item) -> bool:
    # DynamoDB takes what has expired away some time later.
    return "expires_at" in item and int(item["expires_at"]) <= clock.epoch_seconds()


def find_many(pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> list[Membership]:
    """Lasting memberships among pairs of (user id, room id), in the order asked; by default as of a moment ago, at
    half the price."""
    found = table.get_many((key(user, room) for user, room in pairs), consistent=consistent)
    held = [_membership(item) for item in found.values() if item]
    return [membership for membership in held if not membership.ended]


def of_user(user_id: str, *, consistent: bool = True) -> Iterator[Membership]:
    """All memberships of a user, those that ended within 30 days too."""
    for item in table.query("rooms", f"USER#{user_id}", Range(begins="ROOM#"), consistent=consistent):
        if not _expired(item):
            yield _membership(item)


def some_of_user(user_id: str, *, after: str = "", most: int) -> Iterator[Membership]:
    """Up to `most` memberships of a user, those that ended within 30 days too, behind that in the room `after`."""
    start = f"ROOM#{after}" if after else ""
    within = Range(begins="ROOM#", start=start)
    for item in table.query("rooms", f"USER#{user_id}", within, limit=most, consistent=True):
        yield _membership(item)


def rename(membership: Membership, username: str, name: str | None) -> None:
    """Lets a membership follow its user's names."""
    if (membership.username, membership.user_name) != (username, name):
        update(membership, username=username, user_name=name, list_sk=username.lower())


def member_ids(room_id: str, *, forward: bool = True, limit: int | None = None, after: str = "") -> Iterator[str]:
    """Ids of a room's members in the order of their usernames, those behind the username `after`."""
    # "!" sorts before every character of a username: usernames that only begin with `after` are behind it too.
    within = Range(forward=forward, low=f"{after.lower()}!" if after else "", high="")
    for item in table.query("rooms", f"MEMBERS#{room_id}", within, listing=True, limit=limit):
        yield item["pk"].removeprefix("USER#")


def page_of_members(room_id: str, *, after: str, limit: int) -> tuple[list[str], str]:
    """Ids of the next members behind the username `after`, in that order, and the username that the page after them is
    behind; "" when there is none."""
    # "!" sorts before every character of a username: usernames that only begin with `after` are behind it too.
    within = Range(low=f"{after.lower()}!" if after else "")
    items = list(table.query("rooms", f"MEMBERS#{room_id}", within, listing=True, limit=limit))
    # From the index: the last one may have left while it does not know yet.
    return [item["pk"].removeprefix("USER#") for item in items], items[-1]["list_sk"] if len(items) == limit else ""


def _listener_key(membership: Membership) -> Key:
    return Key("rooms", f"ROOM#{membership.room_id}", f"{_LISTENER}{membership.user_id}")


def _listening(membership: Membership) -> Item:
    """What the entry of a listener says; empty, where there is none."""
    entry: Item = {"every": True} if "all" in map(membership.preferences.get, _EVERY_MESSAGE) else {}
    highlights = membership.preferences.get("userHighlights")
    return entry | ({"highlights": list(highlights)} if highlights else {})


def _listener_entries(membership: Membership) -> list[Write]:
    entry = _listening(membership)
    return [writes.put(_listener_key(membership), entry)] if entry else []


def _listener_removals(membership: Membership) -> list[Write]:
    return [writes.delete(_listener_key(membership))] if _listening(membership) else []


@dataclass(frozen=True)
class Listener:
    """A member whom messages may concern that name nobody."""

    user_id: str
    every: bool
    """They want a push or a mail for every message."""
    highlights: Sequence[str]
    """What counts as a mention of them."""


def listeners(room_id: str) -> list[Listener]:
    """The members who want a push or a mail for every message, or have highlights."""
    found = table.query("rooms", f"ROOM#{room_id}", Range(begins=_LISTENER))
    return [Listener(item["sk"].removeprefix(_LISTENER), "every" in item, item.get("highlights", ())) for item in found]


def additions(membership: Membership) -> list[Write]:
    """Stores a membership where there is none (one that ended is replaced), for a transaction."""
    here = key(membership.user_id, membership.room_id)
    together = [writes.put(here, _item(membership), only_if=_NOT_HERE)]
    return [*together, *_listener_entries(membership)]


def endings(membership: Membership, *, with_roles: bool = False) -> list[Write]:
    """Ends a membership, for a transaction; its roles go with it.

    `with_roles`: only while it has the roles that were read, so that what else knows of them ends in the same
    transaction.
    """
    now = clock.now_text()
    together = [
        writes.update(
            key(membership.user_id, membership.room_id),
            {"left_at": now, "updated_at": now, "expires_at": clock.epoch_seconds(_KEPT)},
            remove=("list_pk", "list_sk", "roles"),
            **(_unchanged_roles(membership) if with_roles else {"only_if": _HERE}),
        )
    ]
    return [*together, *_listener_removals(membership)]


def removals(membership: Membership) -> list[Write]:
    """Takes a membership away and leaves nothing of it, for a transaction: its user is gone."""
    together = [writes.delete(key(membership.user_id, membership.room_id), only_if=_HERE)]
    return [*together, *_listener_removals(membership)]


def remove(membership: Membership) -> None:
    """Takes away a membership of somebody who is gone in a room that is gone, or that they had left."""
    table.write_many(
        [writes.delete(key(membership.user_id, membership.room_id)), writes.delete(_listener_key(membership))]
    )


def role_addition(membership: Membership, role: str) -> Write:
    """Gives a member another role, for a transaction; only while their roles are those that were read."""
    return writes.update(
        key(membership.user_id, membership.room_id),
        {"updated_at": clock.now_text()},
        add={"roles": {role}},
        **_unchanged_roles(membership),
    )


def role_removal(membership: Membership, role: str) -> Write:
    """Takes a role from a member, for a transaction; only while their roles are those that were read."""
    return writes.update(
        key(membership.user_id, membership.room_id),
        {"updated_at": clock.now_text()},
        drop={"roles": {role}},
        **_unchanged_roles(membership),
    )


def _unchanged_roles(membership: Membership) -> dict[str, Any]:
    if not membership.roles:
        return {"only_if": f"{_HERE} AND attribute_not_exists(#roles)", "names": {"#roles": "roles"}}
    return {
        "only_if": f"{_HERE} AND #roles = :roles",
        "names": {"#roles": "roles"},
        "values": {"roles": membership.roles},
    }


def end(membership: Membership) -> None:
    """Ends a membership whose room is gone."""
    try:
        table.transact(*endings(membership))
    except ConditionFailed:
        return


def update(membership: Membership, **changes: Any) -> bool:
    """Plain update, whatever else changes at the same time: attributes by name, and `add`, `drop`, `remove` as in
    `writes.update`. False: the membership has ended meanwhile, and nothing was changed."""
    try:
        table.write(_updating(membership.user_id, membership.room_id, **changes))
    except ConditionFailed:
        return False
    return True


def prefer(membership: Membership, **chosen: Any) -> None:
    """Sets wire fields that only this user sees (None takes one away), whatever else changes at the same time."""
    _prefer(membership, lambda before: {**before, **chosen})


def ignore(membership: Membership, user_id: str, *, ignored: bool) -> None:
    """Puts a person on the list of those whom the member ignores, or takes them off it."""

    def edited(before: Document) -> Document:
        others = [each for each in before.get("ignored", ()) if each != user_id]
        return {**before, "ignored": [*others, user_id] if ignored else others or None}

    _prefer(membership, edited)


def follow(membership: Membership, user: User) -> None:
    """Lets what was not chosen for this room be as the user prefers it everywhere."""
    _prefer(membership, lambda before: membership.model_copy(update={"preferences": before}).chosen(user))


def _prefer(membership: Membership, edit: Callable[[Document], Document]) -> None:
    def edited(before: Membership) -> Membership:
        preferences = {name: value for name, value in edit(before.preferences).items() if value is not None}
        same = preferences == before.preferences
        return before if same else before.model_copy(update={"preferences": preferences})

    def save(before: Membership, after: Membership) -> list[Write]:
        chosen = writes.update(
            here,
            {"doc": dump(after.preferences), "updated_at": clock.now_text()},
            only_if=f"{_HERE} AND doc = :was",
            values={"was": dump(before.preferences)},
        )
        if _listening(after) == _listening(before):
            return [chosen]
        return [chosen, *(_listener_entries(after) or _listener_removals(before))]

    here = key(membership.user_id, membership.room_id)
    table.change(here, _membership, edited, save)


def _updating(
    user_id: str,
    room_id: str,
    *,
    add: Mapping[str, int | set[str]] | None = None,
    drop: Mapping[str, set[str]] | None = None,
    remove: Iterable[str] = (),
    **attributes: Value | None,
) -> Write:
    return writes.update(
        key(user_id, room_id),
        {**attributes, "updated_at": clock.now_text()},
        add=add or {},
        drop=drop or {},
        remove=tuple(remove),
        only_if=_HERE,
    )


def mark_unread(membership: Membership, since: Instant) -> bool:
    """Marks a room as unread from a message of this instant on, and shows it in the user's list. False: the membership
    has ended meanwhile."""
    return update(membership, unread_from=since, unread_at=clock.now_text(), remove=("closed_at",))


def mark_read(user_id: str, room_id: str, mark: ReadMark) -> None:
    """Everything read up to now, where `mark` is what there is of others."""
    _read(key(user_id, room_id), at=clock.now_text(), mark=mark, add={})


def count_own(
    membership: Membership, message_id: str, mark: ReadMark, *, ordinary: bool, alls: bool, at: Instant
) -> None:
    """What posting does to the author's membership: their message is counted as their own, once, and the room as read.

    Written beside the message and before the room counts it.
    """
    here = key(membership.user_id, membership.room_id)
    _read(here, at=at, mark=mark, add=_own(ordinary, alls), message_id=message_id)


def _own(ordinary: bool, alls: bool) -> dict[str, int | set[str]]:
    counted: dict[str, int | set[str]] = {}
    if ordinary:
        counted["own"] = 1
    if alls:
        counted["own_alls"] = 1
    return counted


def count_own_late(membership: Membership, *, ordinary: bool, alls: bool, at: Instant) -> None:
    """Counts a message as its author's own after the fact, once: a post moves its author's read mark to its own time,
    in the same write that counts it."""
    change = writes.update(
        key(membership.user_id, membership.room_id),
        {"ls": at, "updated_at": clock.now_text()},
        add=_own(ordinary, alls),
        only_if=f"{_HERE} AND {_UNREAD_SINCE}",
        values={"at": at},
    )
    with suppress(ConditionFailed):
        table.write(change)


def _read(here: Key, *, at: Instant, mark: ReadMark, add: Mapping[str, int | set[str]], message_id: str = "") -> None:
    # A post of the user that is on its way counts as their own before the room counts it: read at this moment, the
    # room seems to hold one message of others less than it does. So `seen` never goes back.
    forward = (
        "(attribute_not_exists(seen) OR seen <= :seen) AND (attribute_not_exists(seen_alls) OR seen_alls <= :alls)"
    )
    read: dict[str, Value | None] = {"ls": at, "updated_at": clock.now_text()}
    gone: tuple[str, ...] = _GONE_WHEN_READ
    condition, values = _HERE, dict[str, Value]()
    if message_id:
        # The SDK sends a write again whose answer was lost: the mark tells that it happened.
        read["noticed"] = {message_id}
        gone = tuple(name for name in gone if name != "noticed")
        condition, values = f"{_HERE} AND NOT contains(noticed, :id)", {"id": message_id}
    try:
        table.write(
            writes.update(
                here,
                {**read, "seen": mark.messages, "seen_alls": mark.alls},
                add=add,
                remove=gone,
                only_if=f"{condition} AND {forward}",
                values={**values, "seen": mark.messages, "alls": mark.alls},
            )
        )
    except ConditionFailed as held:
        if held.item is None or "left_at" in held.item or message_id in held.item.get("noticed", set()):
            return
        with suppress(ConditionFailed):
            table.write(writes.update(here, read, add=add, remove=gone, only_if=condition, values=values))


def count_mention(
    user_id: str,
    room_id: str,
    message_id: str,
    *,
    stored_at: Instant,
    thread_id: str | None = None,
    by_name: bool = True,
) -> bool:
    """Counts a mention, once for each message, unless the user has read the room since it was stored. False: the user
    is no member.

    `thread_id` counts a reply in a thread that the user follows; without `by_name`, one that counts as a mention of
    everybody already.
    """
    add: dict[str, int | set[str]] = {"noticed": {message_id}}
    if by_name:
        add["mentions"] = 1
    if thread_id:
        add |= {"thread_mentions": 1, "unread_threads": {thread_id}}
    try:
        table.write(
            writes.update(
                key(user_id, room_id),
                {"updated_at": clock.now_text()},
                add=add,
                remove=("closed_at",),
                only_if=f"{_HERE} AND NOT contains(noticed, :id) AND {_UNREAD_SINCE} AND {_ROOM_FOR_MARKS}",
                values={"id": message_id, "at": stored_at, "most": _MARKS_MOST},
            )
        )
    except ConditionFailed as held:
        marks = (held.item or {}).get("noticed", set())
        if len(marks) >= _MARKS_MOST and message_id not in marks:
            # Nobody has read here for long: one mention more or less is not worth a record without end.
            return True
        return held.item is not None and "left_at" not in held.item
    return True


def count_members(room_id: str) -> int:
    """How many members a room has; reads all entries of their list."""
    return table.count("rooms", f"MEMBERS#{room_id}")


def membership_in(item: Item) -> Membership | None:
    """The lasting membership that an item is, if it is one."""
    lasts = item["pk"].startswith("USER#") and item["sk"].startswith("ROOM#") and "left_at" not in item
    return _membership(item) if lasts else None


def relations(item: Item) -> Relations | None:
    """What a membership, or an entry of a role or of who listens, has to do with others."""
    membership = membership_in(item)
    if membership:
        needs = rooms.role_writes(membership.room_id, membership.user_id, sorted(membership.roles), held=True)
        needs += _listener_entries(membership)
        whose, where = [membership.user_id], [membership.room_id]
        return Relations("membership", needs=needs, users=whose, rooms=where, entry=True)
    holder = rooms.holder_in(item)
    if holder:
        return Relations("holder of a role", follows=key(holder.user_id, holder.room_id), entry=True)
    if item["sk"].startswith(_LISTENER):
        user_id, room_id = item["sk"].removeprefix(_LISTENER), item["pk"].removeprefix("ROOM#")
        return Relations("listener", follows=key(user_id, room_id), entry=True)
    return None
