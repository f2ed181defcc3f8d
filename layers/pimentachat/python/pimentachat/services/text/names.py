"""Names of users and rooms: what they may look like, and where a text mentions them (contract: chat.yaml
rules.mentions)."""

import re
from functools import lru_cache
from typing import Final

from pimentachat import defaults, workspace

_SETTING: Final = "UTF8_Names_Validation"
# Names are parts of keys, which DynamoDB bounds.
_LENGTH_MOST: Final = 255


@lru_cache(maxsize=8)
def _compiled(pattern: str, prefix: str, suffix: str) -> re.Pattern[str]:
    try:
        return re.compile(f"{prefix}(?:{pattern}){suffix}")
    except re.error:
        # A pattern that is none must not lock everybody out: the default applies (contract: users.yaml username_rules).
        return re.compile(f"{prefix}(?:{defaults.settings()[_SETTING].default}){suffix}")


def valid(name: str) -> bool:
    """Whether the name, as a whole, is one that users and rooms may have."""
    if len(name) > _LENGTH_MOST:
        return False
    return _compiled(workspace.current().text(_SETTING), "^", r"\Z").match(name) is not None


def mentioned(text: str) -> list[str]:
    """Usernames after an @ at the start or after white space, unique, in order; a trailing dot belongs to the
    sentence."""
    return _after("@", text)


def hashtags(text: str) -> list[str]:
    return _after("#", text)


def _after(sign: str, text: str) -> list[str]:
    if sign not in text:
        return []
    found = _compiled(workspace.current().text(_SETTING), rf"(?:^|(?<=\s)){sign}(?P<name>", ")").finditer(text)
    names: dict[str, None] = {}
    for match in found:
        name = match["name"]
        names[name] = None
        if name != name.rstrip("."):
            names[name.rstrip(".")] = None
    return [name for name in names if name]
