"""Users. Keys in the Accounts table:

user      pk `USER#<id>`          sk `PROFILE`   listing: `USERS` / username in lower case
username  pk `USERNAME#<lower>`   sk `USERNAME`  carries id, username and name, so that a mention needs no further read
e-mail    pk `EMAIL#<lower>`      sk `EMAIL`
role      pk `HOLDERS#<role>`    sk `<user id>`  who holds a role of the workspace; not kept for `user`, which all have
people    pk `PEOPLE`            sk `<name>#<id>`  active users in the order of their names, for the directory
idle      pk `PEOPLE#IDLE`       sk `<name>#<id>`  those who are not active
words     see store/words.py: the words of the username and of the name
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Final

from pimentachat import clock
from pimentachat.errors.base import ChatError
from pimentachat.models.messages import Person
from pimentachat.models.users import User
from pimentachat.store import table, words, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.remembered import Remembered
from pimentachat.store.writes import Write


def key(user_id: str) -> Key:
    return Key("accounts", f"USER#{user_id}", "PROFILE")


def username_key(username: str) -> Key:
    return Key("accounts", f"USERNAME#{username.lower()}", "USERNAME")


def email_key(address: str) -> Key:
    return Key("accounts", f"EMAIL#{address.lower()}", "EMAIL")


def _holder_key(role: str, user_id: str) -> Key:
    return Key("accounts", f"HOLDERS#{role}", user_id)


def _item(user: User) -> dict[str, Value | None]:
    return {
        "doc": dump(user.document(without={"last_login"})),
        "password": user.password_hash,
        "last_login": user.last_login,
        "version": user.version,
        "list_pk": "USERS" if user.username else None,
        "list_sk": user.username.lower() or None,
    }


def _user(item: Item) -> User:
    # Not validated: what is stored was checked when it was written.
    return User.model_validate(
        {
            **load(item["doc"]),
            "lastLogin": item.get("last_login"),
            "password_hash": item.get("password"),
            "version": item.get("version", 0),
        }
    )


def find(user_id: str) -> User | None:
    item = table.get(key(user_id))
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


def people(usernames: Iterable[str]) -> list[Person]:
    """Those of the usernames that exist, in the order given."""
    found = table.get_many(map(username_key, usernames))
    return [Person(item["user_id"], item["username"], item.get("name")) for item in found.values() if item]


def add(user: User, *, username_taken: ChatError, email_taken: ChatError, also: Iterable[Write] = ()) -> None:
    """Stores a new user under a username and addresses that nobody else has; `also` happens in the same transaction.

    Raises:
        ChatError: one of the two refusals given; then nothing was stored.
    """
    table.transact(
        writes.put_new(
            username_key(user.username),
            {"user_id": user.id, "username": user.username, "name": user.name or None},
            otherwise=username_taken,
        ),
        *(
            writes.put_new(email_key(email["address"]), {"user_id": user.id}, otherwise=email_taken)
            for email in user.emails
        ),
        writes.put_new(key(user.id), _item(user), otherwise=username_taken),
        *words.entries("users", user.id, user.username, user.name),
        *_role_writes(user.id, [], user.roles),
        *_people_writes(None, user),
        *also,
    )


def change(
    user_id: str, edit: Callable[[User], User], *, also: Callable[[User, User], list[Write]] | None = None
) -> User | None:
    """Applies `edit` to the stored user (`table.change`), and what `also` makes of the user before and after it in the
    same transaction. None: no such user."""

    def edited(before: User) -> User:
        after = edit(before)
        if after is before:
            return before
        return after.model_copy(update={"version": before.version + 1, "updated_at": clock.now_text()})

    def save(before: User, after: User) -> list[Write]:
        values = {name: value for name, value in _item(after).items() if name != "last_login"}
        changed = writes.update(key(user_id), values, only_if="version = :was", values={"was": before.version})
        roles = _role_writes(user_id, before.roles, after.roles)
        return [changed, *roles, *_people_writes(before, after), *(also(before, after) if also else [])]

    return table.change(key(user_id), _user, edited, save)


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


_HELD_BY_ALL: Final = "user"
"""The role that is not listed by holder: entries for everybody would tell nothing."""


def _role_writes(user_id: str, before: Iterable[str] | None, after: Iterable[str] | None) -> list[Write]:
    old, new = set(before or []) - {_HELD_BY_ALL}, set(after or []) - {_HELD_BY_ALL}
    taken = [writes.delete(_holder_key(role, user_id)) for role in sorted(old - new)]
    return taken + [writes.put(_holder_key(role, user_id), {}) for role in sorted(new - old)]


def list_removals(user: User) -> list[Write]:
    """Takes a user who is deleted out of the lists of people and of those who hold a role, for the transaction that
    deletes them."""
    return [*_role_writes(user.id, user.roles, None), *_people_writes(user, None)]


def holders(role: str, *, most: int) -> list[str]:
    """Ids of up to `most` users who hold a role of the workspace; of `user`, which nearly everybody has, those of all
    users."""
    if role == _HELD_BY_ALL:
        return _listed(Range(), most)
    found = table.query("accounts", f"HOLDERS#{role}", limit=most, consistent=True)
    return [item["sk"] for item in found]


def still_has(role: str, user_id: str) -> Write:
    """That a user still has a role, for the transaction that counts on it."""
    return writes.check(_holder_key(role, user_id), writes.EXISTS)


def note_login(user_id: str, at: str) -> None:
    table.write(writes.update(key(user_id), {"last_login": at}, only_if=writes.EXISTS))


def page(offset: int, limit: int | None, *, forward: bool = True) -> list[User]:
    """Users in the order of their usernames. The index entries before `offset` are read too, at some 40 to a read
    unit."""
    ids = _ids(Range(forward=forward), None if limit is None else offset + limit)
    return find_many(islice(ids, offset, None))


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
