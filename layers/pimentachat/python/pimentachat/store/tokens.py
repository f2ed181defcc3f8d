"""Login tokens and personal access tokens. Keys in the Accounts table:

token                  pk `TOKEN#<sha256>`  sk `TOKEN`       listing: `TOKENS#<user id>` / creation
personal token's name  pk `USER#<id>`       sk `PAT#<name>`  makes names unique per user and lists them
verification           pk `VERIFY#<sha256>` sk `VERIFY`      in the mail that asks to confirm an address
"""

from collections.abc import Iterator
from typing import Final

from pimentachat.errors.authentication import NoSuchToken, TokenNameTaken
from pimentachat.models.users import LoginToken
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, Value

_NAMES: Final = "PAT#"


def key(fingerprint: str) -> Key:
    return Key("accounts", f"TOKEN#{fingerprint}", "TOKEN")


def _name_key(user_id: str, name: str) -> Key:
    return Key("accounts", f"USER#{user_id}", f"{_NAMES}{name}")


def _item(token: LoginToken, expires_at: int | None) -> dict[str, Value | None]:
    return {
        "user_id": token.user_id,
        "created_at": token.created_at,
        "token_name": token.name,
        "last_part": token.last_token_part or None,
        "expires_at": expires_at,
        "list_pk": f"TOKENS#{token.user_id}",
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


def add_verification(fingerprint: str, user_id: str, address: str, expires_at: int) -> None:
    """Stores what a mailed token confirms: that the user reads mails to this address."""
    key = Key("accounts", f"VERIFY#{fingerprint}", "VERIFY")
    table.write(writes.put(key, {"user_id": user_id, "address": address, "expires_at": expires_at}))


def add_personal(token: LoginToken) -> None:
    """Stores a personal access token.

    Raises:
        TokenNameTaken: the user has a token of this name.
    """
    assert token.name is not None
    name_item = {"fingerprint": token.id, "created_at": token.created_at, "last_part": token.last_token_part}
    table.transact(
        writes.put_new(_name_key(token.user_id, token.name), name_item, otherwise=TokenNameTaken()),
        writes.put(key(token.id), _item(token, None)),
    )


def personal(user_id: str) -> Iterator[LoginToken]:
    """A user's personal access tokens, by name."""
    for item in table.query("accounts", f"USER#{user_id}", Range(begins=_NAMES), consistent=True):
        yield LoginToken(
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


def remove_personal(user_id: str, name: str) -> None:
    """Ends a personal access token by its name.

    Raises:
        NoSuchToken: the user has none of this name.
    """
    item = table.get(_name_key(user_id, name))
    if item is None:
        raise NoSuchToken
    table.transact(
        writes.delete(_name_key(user_id, name), only_if=writes.EXISTS, otherwise=NoSuchToken()),
        writes.delete(key(item["fingerprint"])),
    )
