"""People by the beginning of any word of their names, for pickers (contract: users.yaml users.autocomplete)."""

from collections.abc import Collection
from itertools import chain
from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.models.records import Document
from pimentachat.store import table
from pimentachat.store import users as user_store

_FOUND_MOST: Final = 10
_LOOKED_AT_MOST: Final = 50


def people(caller: Caller, term: str, exceptions: Collection[str]) -> list[Document]:
    """At most ten active users by username, without those excepted by their usernames; nobody without
    view-outside-room."""
    if not caller.may("view-outside-room"):
        return []
    text = term.lstrip("@").strip().lower()
    found = chain.from_iterable(table.side_by_side(*user_store.searches(text, _LOOKED_AT_MOST)))
    matching = [
        user
        for user in user_store.find_many(dict.fromkeys(found))
        if user.active and user.username not in exceptions and text in f"{user.username}\n{user.name or ''}".lower()
    ]
    matching.sort(key=lambda user: user.username.lower())
    return [
        {name: value for name, value in user.document().items() if name in {"_id", "username", "name", "status"}}
        for user in matching[:_FOUND_MOST]
    ]
