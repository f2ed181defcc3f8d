"""What a web page says about itself in its head: its title, OpenGraph and Twitter fields, and where its oEmbed is."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_VALUE_MOST: Final = 1000
_FIELDS_MOST: Final = 40
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,40})", re.IGNORECASE)
_KEPT: Final = re.compile(
    r"(?:og|twitter|article|msapplication):[\w:-]{1,60}|description|title|author|theme-color", re.I
)
_OEMBED: Final = "application/json+oembed"


@dataclass
class Page:
    fields: dict[str, str] = field(default_factory=dict)
    """By names as clients know them: `pageTitle`, `description`, `ogTitle`, `twitterImage` ..."""
    oembed: str = ""
    """The address of the page's oEmbed, as it was written."""


def read(body: bytes, content_type: str) -> Page:
    """Whatever comes, there is a page; the longest costs no more than its length."""
    found = re.search(r"charset=[\"']?([\w-]{2,40})", content_type, re.IGNORECASE)
    said = _CHARSET.search(body[:4096])
    charset = found[1] if found else said[1].decode("ascii", "ignore") if said else "utf-8"
    try:
        text = body.decode(charset, "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    reader = _Reader()
    # The parser's word for markup that is none: what came before it is read.
    with suppress(AssertionError):
        reader.feed(text)
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._in_title = False
        self._title = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "title":
            self._in_title = not self._title
        elif tag == "meta":
            name = given.get("property") or given.get("name") or ""
            if _KEPT.fullmatch(name):
                self._keep(_as_clients_say(name), given.get("content", ""))
        elif tag == "link" and given.get("type") == _OEMBED and not self.page.oembed:
            self.page.oembed = given.get("href", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._in_title:
            self._in_title = False
            self._keep("pageTitle", self._title)

    def handle_data(self, data: str) -> None:
        if self._in_title and len(self._title) < _VALUE_MOST:
            self._title += data

    def _keep(self, name: str, value: str) -> None:
        value = " ".join(value.split())[:_VALUE_MOST]
        if value and len(self.page.fields) < _FIELDS_MOST:
            self.page.fields.setdefault(name, value)


def _as_clients_say(name: str) -> str:
    """`og:site_name` is `ogSiteName`."""
    first, *others = (part for part in re.split(r"[:_-]", name) if part)
    return first.lower() + "".join(part[0].upper() + part[1:] for part in others)
