"""Users. Keys in the Accounts table:

user      pk `USER#<id>`          sk `PROFILE`   listing: `USERS` / username in lower case
username  pk `USERNAME#<lower>`   sk `USERNAME`  carries id, username and name, so that a mention needs no further read
e-mail    pk `EMAIL#<lower>`      sk `EMAIL`
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
        *also,
    )


def change(user_id: str, edit: Callable[[User], User]) -> User | None:
    """Applies `edit` to the stored user (`table.change`). None: no such user."""

    def edited(before: User) -> User:
        after = edit(before)
        if after is before:
            return before
        return after.model_copy(update={"version": before.version + 1, "updated_at": clock.now_text()})

    def save(before: User, after: User) -> list[Write]:
        values = {name: value for name, value in _item(after).items() if name != "last_login"}
        return [writes.update(key(user_id), values, only_if="version = :was", values={"was": before.version})]

    return table.change(key(user_id), _user, edited, save)


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


def count() -> int:
    """How many users there are; reads all entries of their list."""
    return table.count("accounts", "USERS")
