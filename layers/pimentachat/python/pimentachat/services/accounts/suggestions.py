"""A free username for somebody who has none yet, or looks for another (contract: users.yaml
users.getUsernameSuggestion)."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from pimentachat import ids, workspace
from pimentachat.models.users import User
from pimentachat.services.accounts import enrolment
from pimentachat.services.text import names
from pimentachat.store import prefetch
from pimentachat.store import users as user_store

_NUMBERS_MOST: Final = 30
_OTHER: Final = re.compile(r"[^0-9a-z._-]+")
_LENGTH_MOST: Final = 120


def username_for(user: User) -> str:
    """The first free one of those that the name and the verified addresses suggest; else one of them with a number."""
    candidates = list(dict.fromkeys(filter(None, _candidates(user))))
    prefetch.usernames(candidates)
    for candidate in candidates:
        if _free(candidate):
            return candidate
    first = candidates[0] if candidates else workspace.current().text("Accounts_DefaultUsernamePrefixSuggestion")
    numbered = [f"{first}-{number}" for number in range(_NUMBERS_MOST)]
    prefetch.usernames(numbered)
    return next(filter(_free, numbered), f"{first}-{ids.new_id()}")


def _candidates(user: User) -> Iterator[str]:
    words = (user.name or "").split()
    if words:
        yield _slug(" ".join(words))
        yield _slug(words[0][0] + words[-1])
        yield _slug(words[0] + words[-1][0])
    for email in user.emails:
        if email.get("verified"):
            local, _, domain = email["address"].partition("@")
            yield _plain(local)
            yield _plain(f"{local}.{domain.partition('.')[0]}")


def _slug(text: str) -> str:
    return _plain(text) if workspace.current().flag("UTF8_Names_Slugify") else text[:_LENGTH_MOST]


def _plain(text: str) -> str:
    """In lower case letters, digits, dots, hyphens and underscores."""
    spelled = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return _OTHER.sub("", ".".join(spelled.split())).strip(".")[:_LENGTH_MOST]


def _free(username: str) -> bool:
    return names.valid(username) and not enrolment.blocked(username) and user_store.id_by_username(username) is None
