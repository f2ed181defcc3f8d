"""Word-prefix entries: how people and rooms are found by the beginning of any word of their names, without a scan.

Key: pk `WORDS#<kind>`, sk `<word>#<id>` in the table of the kind.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

from pimentachat.store.table import Key, Range, Write, delete, put, query

Kind = Literal["users", "rooms"]
_TABLE: Final[dict[Kind, Literal["accounts", "rooms"]]] = {"users": "accounts", "rooms": "rooms"}
_MOST: Final = 8


def split(text: str) -> list[str]:
    """The words of a name in lower case, without repeats: "Ana Maria-Luz" gives ana, maria, luz."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text.lower())))[:_MOST]


def _key(kind: Kind, word: str, record_id: str) -> Key:
    return Key(_TABLE[kind], f"WORDS#{kind}", f"{word}#{record_id}")


def entries(kind: Kind, record_id: str, *names: str | None) -> list[Write]:
    """Entries under every word of the names, for the transaction that stores the record itself."""
    words = dict.fromkeys(word for name in names if name for word in split(name))
    return [put(_key(kind, word, record_id), {}) for word in list(words)[:_MOST]]


def withdrawals(kind: Kind, record_id: str, *names: str | None) -> list[Write]:
    return [delete(entry.key) for entry in entries(kind, record_id, *names)]


def find(kind: Kind, text: str, limit: int) -> Iterator[str]:
    """Ids of records with a word that starts with the longest word of `text`; at most `limit` entries are read."""
    words = split(text)
    if words:
        seen: set[str] = set()
        for item in query(_TABLE[kind], f"WORDS#{kind}", Range(begins=max(words, key=len)), limit=limit):
            record_id = item["sk"].partition("#")[2]
            if record_id not in seen:
                seen.add(record_id)
                yield record_id
