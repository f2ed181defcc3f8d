"""What somebody looks for: the text of a search with its operators (contract: chat.yaml chat.search).

`roses lawn` any of the words, `"red roses"` a phrase, `-word` none of it, `from:` `mention:` `has:star` `has:url`
`is:pinned` `before:` `after:` `on:` `order:asc`, `/pattern/flags`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pimentachat import clock
from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.models.messages import EVERYBODY, Message
from pimentachat.services.text import words
from pimentachat.store import prefetch
from pimentachat.store import users as user_store

_OPERATOR: Final = re.compile(
    r"(?<!\S)(from|mention|has|is|before|after|on|order|sort|label):(\"[^\"]*\"|\S+)", re.IGNORECASE
)
_PATTERN: Final = re.compile(r"/(.+)/([imsx]*)", re.DOTALL)
_DATE: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_PHRASE: Final = re.compile(r'"([^"]+)"')
_TERMS_MOST: Final = 50
_ONESELF: Final = "me"


@dataclass(frozen=True)
class Wish:
    words: frozenset[str] = frozenset()
    """Stems; any of them will do."""
    phrases: tuple[str, ...] = ()
    """All of them."""
    without: frozenset[str] = frozenset()
    pattern: str = ""
    flags: str = ""
    authors: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    """Ids of people; any of them will do."""
    starred: bool = False
    pinned: bool = False
    linked: bool = False
    located: bool = False
    labelled: bool = False
    after: Instant = ""
    before: Instant = ""
    """The message was sent from `after` on, and until `before`."""
    rising: bool = False

    @property
    def groups(self) -> list[frozenset[str]]:
        """Terms of the index (services/search/packing.py): a message must have one of each group."""
        found = [frozenset({term}) for phrase in self.phrases for term in sorted(words.terms(phrase))]
        if len(self.words) == 1:
            found += [frozenset({term}) for word in self.words for term in sorted(words.terms_of(word))]
        elif self.words:
            # One of each will do to look at a message.
            found.append(frozenset(min(words.terms_of(word)) for word in self.words))
        found += [frozenset(f"@{user_id}" for user_id in self.authors)] if self.authors else []
        found += [frozenset(f">{user_id}" for user_id in self.named)] if self.named else []
        found += [frozenset({"/"})] if self.linked else []
        return found

    def fits(self, message: Message, viewer_id: str) -> bool:
        """Whether a message as it is now is what is looked for; the pattern is for others to try."""
        if message.hidden or message.type == "rm":
            return False
        if self.labelled or (self.located and "location" not in message.more):
            return False
        if self.starred and viewer_id not in message.starred:
            return False
        if (self.pinned and not message.pinned) or (self.linked and not message.urls):
            return False
        if (self.after and message.sent_at < self.after) or (self.before and message.sent_at > self.before):
            return False
        if self.authors and message.author.id not in self.authors:
            return False
        if self.named and self.named.isdisjoint(person.id for person in message.mentions or []):
            return False
        return self._says(message.text)

    def _says(self, text: str) -> bool:
        if not (self.words or self.without or self.phrases):
            return True
        if self.words or self.without:
            said = words.Said(text)
            if (self.words and not any(map(said.has, self.words))) or any(map(said.has, self.without)):
                return False
        return all(words.contains_phrase(text, phrase) for phrase in self.phrases)

    def score(self, text: str) -> float:
        """How much of what is looked for a text says, from 0 to 1."""
        looked_for = self.words | {stem for phrase in self.phrases for stem in words.in_order(phrase)}
        said = words.Said(text)
        return round(sum(map(said.has, looked_for)) / len(looked_for), 2) if looked_for else 0.0


def read(caller: Caller, text: str, *, always_pattern: bool = False) -> Wish:
    """The wish in a text; `always_pattern` takes what is left of it without operators for a pattern. People are meant
    by the name they have now: their ids are looked up."""
    found: dict[str, object] = {}
    people: dict[str, list[str]] = {"from": [], "mention": []}

    def operator(match: re.Match[str]) -> str:
        name, whole = match[1].lower(), match[2].strip('"')
        value = whole.lower()
        if name in people:
            people[name].append(whole.removeprefix("@"))
        elif name in {"has", "is"} and (name, value) in _KINDS:
            found[_KINDS[name, value]] = True
        elif name in {"before", "after", "on"} and (day := _day(value)):
            found.update(_span(name, day))
        elif name in {"order", "sort"}:
            found["rising"] = value.startswith("asc")
        elif name == "label":
            found["labelled"] = True
        else:
            return match[0]
        return " "

    rest = _OPERATOR.sub(operator, text).strip()
    authors, named = (names[:_TERMS_MOST] for names in people.values())
    prefetch.usernames(name for name in (*authors, *named) if name.lower() != _ONESELF)
    found |= {
        "authors": frozenset(_id_of(name, caller) for name in authors),
        "named": frozenset(_id_of(name, caller) for name in named),
    }
    pattern = _PATTERN.fullmatch(rest)
    if pattern:
        found |= {"pattern": pattern[1], "flags": pattern[2]}
    elif always_pattern and rest:
        found |= {"pattern": rest, "flags": "i"}
    else:
        found |= _said(rest)
    return Wish(**found)  # type: ignore[arg-type]


def _id_of(name: str, caller: Caller) -> str:
    if name.lower() == _ONESELF:
        return caller.id
    if name.lower() in EVERYBODY:
        return name.lower()
    # What is no username may be the id of somebody whose account is gone.
    return user_store.id_by_username(name) or name


def _said(rest: str) -> dict[str, object]:
    phrases = tuple(phrase for phrase in _PHRASE.findall(rest) if words.in_order(phrase))[:_TERMS_MOST]
    left = _PHRASE.sub(" ", rest).split()
    wanted = [stem for part in left if not part.startswith("-") for stem in words.in_order(part)]
    without = [stem for part in left if part.startswith("-") for stem in words.in_order(part)]
    return {
        "words": frozenset(wanted[:_TERMS_MOST]),
        "phrases": phrases,
        "without": frozenset(without[:_TERMS_MOST]),
    }


_KINDS: Final = {
    ("has", "star"): "starred",
    ("is", "starred"): "starred",
    ("is", "pinned"): "pinned",
    ("has", "pin"): "pinned",
    ("has", "url"): "linked",
    ("has", "link"): "linked",
    ("has", "location"): "located",
    ("has", "map"): "located",
}


def _day(text: str) -> datetime | None:
    parts = _DATE.fullmatch(text)
    try:
        return datetime(int(parts[3]), int(parts[2]), int(parts[1]), tzinfo=UTC) if parts else None
    except ValueError:
        return None


def _span(name: str, day: datetime) -> dict[str, object]:
    moment = timedelta(milliseconds=1)
    try:
        next_day = day + timedelta(days=1)
        if name == "before":
            return {"before": clock.text_of(day - moment)}
        if name == "after":
            return {"after": clock.text_of(next_day)}
        return {"after": clock.text_of(day), "before": clock.text_of(next_day - moment)}
    except OverflowError:
        return {}
