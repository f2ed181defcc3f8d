"""What a text means: whom and what it names, and its links (contract: chat.yaml rules.mentions)."""

import re
from typing import Final

from pimentachat import workspace
from pimentachat.models.kinds import CHANNEL
from pimentachat.models.messages import EVERYBODY, Person
from pimentachat.models.records import Document
from pimentachat.services.text import names
from pimentachat.store import memberships
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
# In <https://example.org|a name>, as other chats write links, the address ends at the bar.
_LINK: Final = re.compile(r"(?<=<)https?://[^\s<>\"'`|]+|https?://[^\s<>\"'`]+")
_LINKS_MOST: Final = 20
_PEOPLE_MOST: Final = 50
"""How many people one message can mention; further names are text."""


def mentions(text: str) -> list[Person]:
    """The people that the text names; everybody (`all`, `here`) first."""
    named = names.mentioned(text)
    everybody = [Person(name, name) for name in EVERYBODY if name in named]
    people = [name for name in named if name not in EVERYBODY][:_PEOPLE_MOST]
    found = user_store.people(people) if people else []
    return [*everybody, *{person.id: person for person in found}.values()]


def channels(text: str, author_id: str) -> list[Document]:
    """`[{_id, name}]` of the channels that the text names with a #, and of the groups that its author is in: naming a
    group must not tell a stranger that it exists."""
    named = names.hashtags(text)[:_PEOPLE_MOST]
    found = room_store.by_names(named) if named else []
    groups = [room_id for _, room_id, kind in found if kind != CHANNEL.t]
    inside = {held.room_id for held in memberships.find_many((author_id, room_id) for room_id in groups)}
    return [{"_id": room_id, "name": name} for name, room_id, kind in found if kind == CHANNEL.t or room_id in inside]


def filtered(text: str) -> str:
    """The text with bad words starred out, where the workspace has a list of them."""
    space = workspace.current()
    if not space.flag("Message_AllowBadWordsFilter"):
        return text
    for word in filter(None, map(str.strip, space.text("Message_BadWordsFilterList").split(","))):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda found: "*" * len(found[0]), text, flags=re.IGNORECASE)
    return text


def links(text: str) -> list[str]:
    """http and https addresses outside of code, each once."""
    if "://" not in text:
        return []
    found = (link.rstrip(".,;:!?)") for link in _LINK.findall(_CODE.sub(" ", text)))
    return list(dict.fromkeys(found))[:_LINKS_MOST]
