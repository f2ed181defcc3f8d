"""Word-prefix entries: how people and rooms are found by the beginning of any word of their names, without a scan.

The first word of a username or room name needs none: the listing index, in the order of those names, finds it.

Key: pk `WORDS#<kind>`, sk `<word>#<id>` in the table of the kind.
"""

import re
from typing import Final, Literal

from pimentachat.store.items import Item, Key, Range
from pimentachat.store.table import query
from pimentachat.store.writes import Write, delete, put

Kind = Literal["users", "rooms"]
_TABLE: Final[dict[Kind, Literal["accounts", "rooms"]]] = {"users": "accounts", "rooms": "rooms"}
_PREFIX: Final = "WORDS#"
_MOST: Final = 8
_LENGTH_MOST: Final = 64


def split(text: str) -> list[str]:
    """The words of a name in lower case, without repeats: "Ana Maria-Luz" gives ana, maria, luz."""
    words = (word[:_LENGTH_MOST] for word in re.findall(r"[^\W_]+", text.lower()))
    return list(dict.fromkeys(words))[:_MOST]


def _key(kind: Kind, word: str, record_id: str) -> Key:
    return Key(_TABLE[kind], f"{_PREFIX}{kind}", f"{word}#{record_id}")


def entries(kind: Kind, record_id: str, listed_name: str, *names: str | None) -> list[Write]:
    """Entries under the words of all names, for the transaction that stores the record itself."""
    words = dict.fromkeys(word for name in (listed_name, *names) if name for word in split(name))
    words = {word: None for word in words if not listed_name.lower().startswith(word)}
    return [put(_key(kind, word, record_id), {}) for word in list(words)[:_MOST]]


def withdrawals(kind: Kind, record_id: str, listed_name: str, *names: str | None) -> list[Write]:
    return [delete(entry.key) for entry in entries(kind, record_id, listed_name, *names)]


def longest(text: str) -> str:
    """The word of a search by which it narrows most; "" for a search without words."""
    return max(split(text), key=len, default="")


def find(kind: Kind, prefix: str, limit: int) -> list[str]:
    """Ids of records with an entry under a word that starts with `prefix`; at most `limit` entries are read."""
    found = query(_TABLE[kind], f"{_PREFIX}{kind}", Range(begins=prefix), limit=limit)
    return [item["sk"].partition("#")[2] for item in found]


def owner(item: Item) -> tuple[str, str] | None:
    """The kind and the id of the record that an item lists, if it is an entry of a word."""
    kind = str(item["pk"]).removeprefix(_PREFIX)
    return None if kind == item["pk"] else (kind, item["sk"].partition("#")[2])
