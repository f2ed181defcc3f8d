"""Users. Keys in the Accounts table:

user      pk `USER#<id>`          sk `PROFILE`   listing: `USERS` / username in lower case
username  pk `USERNAME#<lower>`   sk `USERNAME`  carries id, username and name, so that a mention needs no further read;
          `former`: a name that the user had before, kept for them until the new one is everywhere
identity  pk `IDENTITY#<service>#<sha256 of the id there>`  sk `IDENTITY`
e-mail    pk `EMAIL#<lower>`      sk `EMAIL`
role      pk `HOLDERS#<role>`    sk `<user id>`  who holds a role of the workspace; not kept for `user`, which all have
people    pk `PEOPLE`            sk `<name>#<id>`  active users in the order of their names, for the directory
idle      pk `PEOPLE#IDLE`       sk `<name>#<id>`  those who are not active
words     see store/words.py: the words of the username and of the name
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Final

import orjson

from pimentachat import clock, ids
from pimentachat.errors.base import ChatError
from pimentachat.models.messages import Person
from pimentachat.models.users import User
from pimentachat.store import table, words, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.relations import Relations
from pimentachat.store.remembered import Remembered
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write


def key(user_id: str) -> Key:
    return Key("accounts", f"USER#{user_id}", "PROFILE")


def username_key(username: str) -> Key:
    return Key("accounts", f"USERNAME#{username.lower()}", "USERNAME")


def email_key(address: str) -> Key:
    return Key("accounts", f"EMAIL#{address.lower()}", "EMAIL")


def _identity_key(service: str, known_as: str) -> Key:
    return Key("accounts", f"IDENTITY#{service}#{ids.fingerprint(known_as)}", "IDENTITY")


def _holder_key(role: str, user_id: str) -> Key:
    return Key("accounts", f"HOLDERS#{role}", user_id)


def _item(user: User) -> dict[str, Value | None]:
    return {
        "doc": dump(user.document(without={"last_login"})),
        "password": user.password_hash,
        "last_login": user.last_login,
        "tokens_since": user.tokens_since,
        "wishes_since": user.wishes_since,
        "identities": orjson.dumps(user.identities).decode() if user.identities else None,
        "totp": dump(user.second_factor.model_dump()) if user.second_factor else None,
        "undeliverable": user.undeliverable or None,
        "unsubscribed": user.unsubscribed or None,
        "version": user.version,
        "list_pk": "USERS" if user.username else None,
        "list_sk": user.username.lower() or None,
    }


def _user(item: Item) -> User:
    # Not validated: what is stored was checked when it was written.
    user = User.model_validate(
        {
            **load(item["doc"]),
            "lastLogin": item.get("last_login"),
            "password_hash": item.get("password"),
            "tokens_since": item.get("tokens_since"),
            "wishes_since": item.get("wishes_since"),
            "identities": orjson.loads(item["identities"]) if "identities" in item else [],
            "second_factor": load(item["totp"]) if "totp" in item else None,
            "seen_at": item.get("seen_at"),
            "undeliverable": item.get("undeliverable", []),
            "unsubscribed": item.get("unsubscribed", False),
            "version": item.get("version", 0),
        }
    )
    user.status = user.shown_status
    return user


def find(user_id: str) -> User | None:
    item = table.get(key(user_id))
    return _user(item) if item else None


def reread(user_id: str) -> User | None:
    """The user as others have left them at this moment."""
    item = table.reread(key(user_id))
    return _user(item) if item else None


def find_many(user_ids: Iterable[str], *, consistent: bool = False) -> list[User]:
    """Those that exist, in the order asked; by default as of a moment ago, at half the price."""
    return [_user(item) for item in table.get_many(map(key, user_ids), consistent=consistent).values() if item]


def id_by_username(username: str) -> str | None:
    """The id behind a username; letter case does not matter."""
    item = table.get(username_key(username))
    if item is None:
        return None
    remembered.keep(username.lower(), item["user_id"])
    return str(item["user_id"])


remembered: Final = Remembered()
"""Ids of users by their usernames in lower case, as this instance last met them: a hint what to prefetch."""


def id_by_email(address: str) -> str | None:
    item = table.get(email_key(address))
    return item["user_id"] if item else None


def id_by_identity(service: str, known_as: str) -> str | None:
    item = table.get(_identity_key(service, known_as))
    return item["user_id"] if item else None


def forget_identity(service: str, known_as: str, address: str) -> None:
    """Reads the entries of an identity and an address anew, for whoever met others who came at the same moment."""
    table.reread(_identity_key(service, known_as))
    if address:
        table.reread(email_key(address))


def people(usernames: Iterable[str]) -> list[Person]:
    """Those of the usernames that exist, in the order given."""
    found = table.get_many(map(username_key, usernames))
    return [Person(item["user_id"], item["username"], item.get("name")) for item in found.values() if item]


def add(user: User, *, username_taken: ChatError, email_taken: ChatError, also: Iterable[Write] = ()) -> None:
    """Stores a new user under a username (if they have one yet) and addresses that nobody else has; `also` happens in
    the same transaction.

    Raises:
        ChatError: one of the two refusals given; then nothing was stored.
    """
    table.transact(
        *_moves(None, user, username_taken, email_taken),
        writes.put_new(key(user.id), _item(user), otherwise=username_taken),
        *also,
    )


def change(
    user_id: str,
    edit: Callable[[User], User],
    *,
    also: Callable[[User, User], list[Write]] | None = None,
    username_taken: ChatError | None = None,
    email_taken: ChatError | None = None,
) -> User | None:
    """Applies `edit` to the stored user (`table.change`). None: no such user.

    A username, address, name or role that changes takes its entries along. `also` gives more writes (from the user
    before and after) for the same transaction.

    Raises:
        ChatError: what `edit` refuses, or one of the two refusals given.
    """

    def edited(before: User) -> User:
        after = edit(before)
        if after is before:
            return before
        theirs = {email["address"] for email in after.emails}
        changes = {
            # Of an address that somebody has again later, nothing is known.
            "undeliverable": [address for address in after.undeliverable if address in theirs],
            "version": before.version + 1,
            "updated_at": clock.now_text(),
        }
        return after.model_copy(update=changes)

    def save(before: User, after: User) -> list[Write]:
        values = {name: value for name, value in _item(after).items() if name != "last_login"}
        body = writes.update(key(user_id), values, only_if="version = :was", values={"was": before.version})
        return [body, *_moves(before, after, username_taken, email_taken), *(also(before, after) if also else [])]

    return table.change(key(user_id), _user, edited, save)


def remove(user: User, *, also: Iterable[Write] = ()) -> bool:
    """Takes a user away, with what is found by their names. False: they were changed or removed meanwhile."""
    try:
        table.transact(
            writes.delete(key(user.id), only_if="version = :was", values={"was": user.version}),
            *_moves(user, None, None, None),
            *also,
        )
    except ConditionFailed:
        return False
    return True


def _moves(
    before: User | None, after: User | None, username_taken: ChatError | None, email_taken: ChatError | None
) -> list[Write]:
    """What makes the entries of a user's names and roles follow a change."""
    return [
        *_moved_names(before, after, username_taken),
        *_moved(_addresses(before), _addresses(after), after, email_taken),
        *_moved(_identities(before), _identities(after), after, email_taken),
        *(writes.delete(_holder_key(role, before.id)) for role in _roles(before) - _roles(after) if before),
        *(writes.put(_holder_key(role, after.id), {}) for role in _roles(after) - _roles(before) if after),
        *_people_writes(before, after),
    ]


def _moved_names(before: User | None, after: User | None, taken: ChatError | None) -> list[Write]:
    old, new = _called(before), _called(after)
    if old == new:
        return []
    together: list[Write] = []
    old_key = username_key(before.username) if before and before.username else None
    new_key = username_key(after.username) if after and after.username else None
    if after and new_key:
        entry = {"user_id": after.id, "username": after.username, "name": after.name or None}
        together.append(
            writes.put(
                new_key, entry, only_if=f"{writes.NEW} OR user_id = :me", values={"me": after.id}, otherwise=taken
            )
        )
        if old_key and old_key != new_key:
            together.append(writes.put(old_key, {**entry, "former": True}))
    elif old_key:
        together.append(writes.delete(old_key))
    found_by = _words(before), _words(after)
    together += [writes.delete(entry) for entry in found_by[0] if entry not in found_by[1]]
    together += [write for entry, write in found_by[1].items() if entry not in found_by[0]]
    return together


def release(username: str, user_id: str) -> None:
    """Lets others have a name that a user had before."""
    try:
        table.write(
            writes.delete(
                username_key(username), only_if="user_id = :me AND former = :yes", values={"me": user_id, "yes": True}
            )
        )
    except ConditionFailed:
        # They have it again, or it is free already.
        return


def _called(user: User | None) -> tuple[str, str | None] | None:
    return (user.username, user.name or None) if user else None


def _words(user: User | None) -> dict[Key, Write]:
    entries = words.entries("users", user.id, user.username, user.name) if user and user.username else []
    return {entry.key: entry for entry in entries}


def _moved(old: list[Key], new: list[Key], after: User | None, taken: ChatError | None) -> list[Write]:
    return [
        *(writes.put_new(here, {"user_id": after.id}, otherwise=taken) for here in new if here not in old and after),
        *(writes.delete(here) for here in old if here not in new),
    ]


def _identities(user: User | None) -> list[Key]:
    return [_identity_key(one["service"], one["id"]) for one in user.identities] if user else []


def _addresses(user: User | None) -> list[Key]:
    return list(dict.fromkeys(email_key(email["address"]) for email in user.emails)) if user else []


_ALL_HOLD: Final = "user"
"""The role that nearly everybody has: who holds it is the list of all users."""


def _roles(user: User | None) -> set[str]:
    return set(user.roles or []) - {_ALL_HOLD} if user else set()


_LISTED_NAME_MOST: Final = 128


def _people_key(user: User) -> Key:
    name = (user.name or user.username).lower()[:_LISTED_NAME_MOST]
    return Key("accounts", "PEOPLE" if user.active else "PEOPLE#IDLE", f"{name}#{user.id}")


def _people_writes(before: User | None, after: User | None) -> list[Write]:
    """What makes the order of people follow a change; nobody without a username is in it."""
    old = _people_key(before) if before and before.username else None
    new = _people_key(after) if after and after.username else None
    if old == new:
        return []
    return [*([writes.delete(old)] if old else []), *([writes.put(new, {})] if new else [])]


def active_ids(*, limit: int, forward: bool = True) -> list[str]:
    """Ids of active users in the order of their names, up to `limit`."""
    return _people_ids("PEOPLE", limit, forward)


def active_after(user_id: str = "", sk: str = "", *, limit: int) -> list[tuple[str, str]]:
    """Ids of active users with their places in the order of names, after the place of one of them, up to `limit`."""
    del user_id
    found = table.query("accounts", "PEOPLE", Range(start=sk), limit=limit)
    return [(item["sk"].rpartition("#")[2], item["sk"]) for item in found]


def inactive_ids(*, limit: int) -> list[str]:
    return _people_ids("PEOPLE#IDLE", limit, True)


def _people_ids(pk: str, limit: int, forward: bool) -> list[str]:
    found = table.query("accounts", pk, Range(forward=forward), limit=limit)
    return [item["sk"].rpartition("#")[2] for item in found]


def holders(role: str, *, most: int) -> list[str]:
    """Ids of up to `most` users who hold a role of the workspace; of `user`, which nearly everybody has, those of all
    users."""
    if role == _ALL_HOLD:
        return _listed(Range(), most)
    found = table.query("accounts", f"HOLDERS#{role}", limit=most, consistent=True)
    return [item["sk"] for item in found]


_MENDED_MOST: Final = 99
"""A transaction takes a hundred writes, of which one is the condition; the rest is for the next time."""


def mend(some: Sequence[User]) -> list[str]:
    """Writes the entries that are missing of people who hold roles, and by whose names others find them: deployments
    before there were such entries have none. Ids of those who lacked any. Who is changed meanwhile is left for another
    time."""
    wanted = {user.id: {write.key: write for write in _derived(user)} for user in some}
    there = table.get_many([here for entries in wanted.values() for here in entries], consistent=False)
    mended = []
    for user in some:
        missing = [write for here, write in wanted[user.id].items() if not there[here]]
        if missing:
            with suppress(ConditionFailed):
                table.transact(unchanged(user), *missing[:_MENDED_MOST])
                mended.append(user.id)
    return mended


def _derived(user: User) -> list[Write]:
    """Entries that follow from a user and that nobody but them can have."""
    held = [writes.put(_holder_key(role, user.id), {}) for role in sorted(_roles(user))]
    return [*held, *_people_writes(None, user), *_words(user).values()]


def unchanged(user: User) -> Write:
    """That a user is as they were read, as a condition of a transaction."""
    return writes.check(key(user.id), "version = :was", was=user.version)


def note_login(user_id: str, at: str) -> None:
    table.write(writes.update(key(user_id), {"last_login": at}, only_if=writes.EXISTS))


def note_seen(user_id: str, *, before: int) -> None:
    """Writes down that there is a sign of life now, unless one was written down after `before` (epoch seconds).

    Of the user's record this touches one attribute, and returns nothing of it: functions that may do nothing else to
    users may do this (template.yaml).
    """
    change = writes.update(
        key(user_id),
        {"seen_at": clock.epoch_seconds()},
        only_if="attribute_exists(pk) AND (attribute_not_exists(seen_at) OR seen_at <= :before)",
        values={"before": before},
    )
    with suppress(ConditionFailed):
        table.write_blindly(change)


def listed_ids(offset: int, limit: int | None, *, forward: bool = True) -> list[str]:
    """Ids of users in the order of their usernames. The index entries before `offset` are read too, at some 40 to
    a read unit."""
    ids = _ids(Range(forward=forward), None if limit is None else offset + limit)
    return list(islice(ids, offset, None))


def page_after(username: str, limit: int) -> list[User]:
    """Users in the order of their usernames, those behind a username."""
    # "!" sorts before every character of a username: usernames that only begin with it are behind it too.
    within = Range(low=f"{username.lower()}!" if username else "")
    return find_many(_ids(within, limit), consistent=True)


def searches(text: str, limit: int) -> list[Callable[[], list[str]]]:
    """Ways to find ids of users with a word that starts with the longest word of `text` (the first ones, without a
    text), up to `limit` by each way. To be run side by side."""
    prefix = words.longest(text)
    if text and not prefix:
        return []
    listed = partial(_listed, Range(begins=prefix), limit)
    return [listed, partial(words.find, "users", prefix, limit)] if prefix else [listed]


def _listed(within: Range, limit: int) -> list[str]:
    return list(_ids(within, limit))


def _ids(within: Range, limit: int | None) -> Iterator[str]:
    for item in table.query("accounts", "USERS", within, listing=True, limit=limit):
        yield item["pk"].removeprefix("USER#")


def count() -> int:
    """How many users there are; reads all entries of their list."""
    return table.count("accounts", "USERS")


def relations(item: Item) -> Relations | None:
    """What a user, or an entry of a name, address or role, has to do with others."""
    pk, sk = item["pk"], item["sk"]
    if sk == "PROFILE":
        return Relations("user", needs=_moves(None, _user(item), None, None))
    if pk.startswith("USERNAME#") and item.get("former"):
        return Relations("former username", users=[item["user_id"]], entry=True)
    for kind in ("username", "email", "identity"):
        if pk.startswith(f"{kind.upper()}#"):
            return Relations(kind, follows=key(item["user_id"]), entry=True)
    if pk.startswith("HOLDERS#"):
        return Relations("holder of a role", follows=key(sk), entry=True)
    if pk in {"PEOPLE", "PEOPLE#IDLE"}:
        return Relations("place among people", follows=key(sk.rpartition("#")[2]), entry=True)
    found = words.owner(item)
    if found and found[0] == "users":
        return Relations("word of a name", follows=key(found[1]), entry=True)
    return None
