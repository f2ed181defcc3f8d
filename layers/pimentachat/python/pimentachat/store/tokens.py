"""Login tokens and personal access tokens. Keys in the Accounts table:

token                  pk `TOKEN#<sha256>`  sk `TOKEN`       listing: `TOKENS#<user id>` / creation
personal token's name  pk `USER#<id>`       sk `PAT#<name>`  makes names unique per user and lists them
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from pimentachat.errors.authentication import NoSuchToken, TokenNameTaken
from pimentachat.models.users import LoginToken
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, Value
from pimentachat.store.relations import Relations

_PREFIX: Final = "TOKEN#"
_OF_USER: Final = "TOKENS#"
_NAMES: Final = "PAT#"


def key(fingerprint: str) -> Key:
    return Key("accounts", f"{_PREFIX}{fingerprint}", "TOKEN")


def _name_key(user_id: str, name: str) -> Key:
    return Key("accounts", f"USER#{user_id}", f"{_NAMES}{name}")


def _item(token: LoginToken, expires_at: int | None) -> dict[str, Value | None]:
    return {
        "user_id": token.user_id,
        "created_at": token.created_at,
        "token_name": token.name,
        "last_part": token.last_token_part or None,
        "expires_at": expires_at,
        "list_pk": f"{_OF_USER}{token.user_id}",
        "list_sk": token.created_at,
    }


def _token(fingerprint: str, item: Item) -> LoginToken:
    return LoginToken(
        _id=fingerprint,
        user_id=item["user_id"],
        created_at=item["created_at"],
        name=item.get("token_name"),
        last_token_part=item.get("last_part", ""),
    )


def find(fingerprint: str) -> LoginToken | None:
    item = table.get(key(fingerprint))
    return _token(fingerprint, item) if item else None


def add(token: LoginToken, expires_at: int) -> None:
    table.write(writes.put(key(token.id), _item(token, expires_at)))


def add_personal(token: LoginToken, *, ended: str = "") -> None:
    """Stores a personal access token. `ended`: tokens made up to this instant are over, and their names free.

    Raises:
        TokenNameTaken: the user has a token of this name.
    """
    assert token.name is not None
    table.transact(
        writes.put(
            _name_key(token.user_id, token.name),
            _named(token),
            only_if="attribute_not_exists(pk) OR created_at <= :ended",
            values={"ended": ended or "0"},
            otherwise=TokenNameTaken(),
        ),
        writes.put(key(token.id), _item(token, None)),
    )


def _named(token: LoginToken) -> dict[str, Value | None]:
    return {"fingerprint": token.id, "created_at": token.created_at, "last_part": token.last_token_part}


def replace_personal(before: LoginToken, after: LoginToken) -> None:
    """Puts another token in the place of a personal access token, under its name.

    Raises:
        NoSuchToken: it was removed or replaced at this moment.
    """
    assert after.name is not None
    table.transact(
        writes.put(
            _name_key(after.user_id, after.name),
            _named(after),
            only_if="fingerprint = :was",
            values={"was": before.id},
            otherwise=NoSuchToken(),
        ),
        writes.delete(key(before.id)),
        writes.put(key(after.id), _item(after, None)),
    )


def personal(user_id: str, *, limit: int | None = None) -> Iterator[LoginToken]:
    """A user's personal access tokens, by name."""
    for item in table.query("accounts", f"USER#{user_id}", Range(begins=_NAMES), consistent=True, limit=limit):
        yield _personal(user_id, item)


def find_personal(user_id: str, name: str) -> LoginToken | None:
    item = table.get(_name_key(user_id, name))
    return _personal(user_id, item) if item else None


def _personal(user_id: str, item: Item) -> LoginToken:
    return LoginToken(
        _id=item["fingerprint"],
        user_id=user_id,
        created_at=item["created_at"],
        name=item["sk"].removeprefix(_NAMES),
        last_token_part=item["last_part"],
    )


def remove(token: LoginToken) -> None:
    if token.name is None:
        table.write(writes.delete(key(token.id)))
    else:
        table.transact(writes.delete(key(token.id)), writes.delete(_name_key(token.user_id, token.name)))


def remove_personal(token: LoginToken) -> None:
    """Ends a personal access token.

    Raises:
        NoSuchToken: it was removed or replaced at this moment.
    """
    assert token.name is not None
    table.transact(
        writes.delete(
            _name_key(token.user_id, token.name),
            only_if="fingerprint = :was",
            values={"was": token.id},
            otherwise=NoSuchToken(),
        ),
        writes.delete(key(token.id)),
    )


def forget(token: LoginToken) -> None:
    """Takes away a personal access token that is over; its name may belong to another one already."""
    with suppress(NoSuchToken):
        remove_personal(token)


def ids_until(user_id: str, until: str, *, limit: int) -> list[str]:
    """Fingerprints of up to `limit` tokens of a user that were made up to an instant, as of a moment ago."""
    found = table.query("accounts", f"{_OF_USER}{user_id}", Range(high=until), listing=True, limit=limit)
    return [item["pk"].removeprefix(_PREFIX) for item in found]


def remove_many(fingerprints: Iterable[str]) -> None:
    table.write_many([writes.delete(key(fingerprint)) for fingerprint in fingerprints])


def relations(item: Item) -> Relations | None:
    """What a token, or the name of one, has to do with others."""
    if item["pk"].startswith(_PREFIX):
        token = _token(item["pk"].removeprefix(_PREFIX), item)
        named = [writes.put(_name_key(token.user_id, token.name), _named(token))] if token.name is not None else []
        return Relations("token", needs=named, users=[token.user_id], entry=True)
    if item["sk"].startswith(_NAMES):
        return Relations("name of a token", follows=key(item["fingerprint"]), entry=True)
    return None
