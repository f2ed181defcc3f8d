"""How much of everything a client may send, declared on the field (docs/limits.md lists them all)."""

from dataclasses import dataclass
from typing import Any, Final

import orjson
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pimentachat.errors.base import ChatError
from pimentachat.errors.messages import InvalidEmoji, MessageTooLong, PostTooLong
from pimentachat.models.users import HIGHLIGHT_BYTES_MOST, HIGHLIGHTS_MOST

KB: Final = 1024
TOO_LARGE: Final = "too_large"


@dataclass(frozen=True)
class Most:
    """The bound of a field: bytes of a text in UTF-8, or of a list or object as JSON; elements of a list; levels of
    objects and lists inside each other."""

    size: int
    items: int = 0
    """0: as many as fit into `size`."""
    levels: int = 200
    """More than 250 could not be written again."""
    otherwise: type[ChatError] | None = None
    """The refusal, where the contract has one; else a Match error that names the field."""

    def check(self, value: Any) -> Any:
        """
        Raises:
            ChatError, PydanticCustomError: the value is larger than that.
        """
        if isinstance(value, str):
            # A character takes four bytes at most: short texts need no counting.
            if len(value) * 4 > self.size and len(value.encode()) > self.size:
                self._refuse(self.size, "bytes")
        elif isinstance(value, list | dict):
            if self.items and len(value) > self.items:
                self._refuse(self.items, "elements")
            if deeper_than(value, self.levels):
                raise _too_large(self.levels, "levels")
            if self.size and len(orjson.dumps(value)) > self.size:
                self._refuse(self.size, "bytes")
        return value

    def _refuse(self, most: int, what: str) -> None:
        if self.otherwise:
            raise self.otherwise
        raise _too_large(most, what)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # First of all: what is too large is not even looked into.
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(schema)
        for part in (described, *described.get("anyOf", [])):
            if part.get("type") == "string":
                part["maxLength"] = self.size
            if part.get("type") == "array" and self.items:
                part["maxItems"] = self.items
        return described


def _too_large(most: int, what: str) -> PydanticCustomError:
    return PydanticCustomError(TOO_LARGE, "at most {most} {what}", {"most": most, "what": what})


def deeper_than(value: Any, levels: int) -> bool:
    """Whether objects and lists lie more than `levels` deep inside each other."""
    level = [value]
    for _ in range(levels):
        level = [part for whole in level for part in _inside(whole)]
    return bool(level)


def _inside(whole: Any) -> list[Any]:
    parts = whole.values() if isinstance(whole, dict) else whole
    return [part for part in parts if isinstance(part, dict | list)]


REFERENCE: Final = Most(8 * KB)
"""An id or a name of something that is there, or not."""
REFERENCES: Final = Most(100 * KB, items=100)
TARGETS: Final = Most(50 * KB, items=50)
"""Of one post."""
NAME: Final = Most(KB)
"""A name to be given; what names may look like is for the services to say."""
LINE: Final = Most(2 * KB)
"""alias, emoji, topic, reason and the like."""
ADDRESS: Final = Most(2 * KB)
SECRET: Final = Most(4 * KB)
"""Passwords, codes, tokens of other services and of devices."""
CREDENTIALS: Final = Most(16 * KB)
"""Objects of a login."""
CUSTOM_FIELDS: Final = Most(8 * KB, levels=8)
SMALL_OBJECT: Final = Most(8 * KB, levels=8)
SMALL_TEXT: Final = Most(2 * KB)
"""What a push carries along."""
MEMBERS: Final = Most(256 * KB, items=1000)
"""Of a room that is created."""
ATTACHMENTS: Final = Most(128 * KB, items=100, levels=100, otherwise=MessageTooLong)
POSTED_ATTACHMENTS: Final = Most(128 * KB, items=100, levels=100, otherwise=PostTooLong)
EMOJI: Final = Most(2 * KB, otherwise=InvalidEmoji)
MESSAGE: Final = Most(128 * KB, otherwise=MessageTooLong)
POST: Final = Most(128 * KB, otherwise=PostTooLong)
SCRIPT: Final = Most(64 * KB)
URLS: Final = Most(16 * KB, items=10)
"""That one outgoing webhook calls."""
HIGHLIGHTS: Final = Most(2 * KB, items=HIGHLIGHTS_MOST)
HIGHLIGHT: Final = Most(HIGHLIGHT_BYTES_MOST)
"""A word or a few: others look for it in every message of the rooms."""
TRIGGER_WORDS: Final = Most(8 * KB, items=50)
FILTER: Final = Most(16 * KB)
"""`query`, `sort` and `fields` of lists."""
SETTING: Final = Most(64 * KB, levels=8)
GRANTS: Final = Most(256 * KB, items=200, levels=4)
FILES: Final = Most(0, items=8)
