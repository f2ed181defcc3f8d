"""Custom emoji."""

from typing import Annotated

from pydantic import Field, InstanceOf
from typing_extensions import TypedDict

from pimentachat.errors.emoji import EmojiIdMissing, EmojiIdRequired
from pimentachat.errors.requests import InvalidDate
from pimentachat.models.records import Document
from pimentachat.models.uploads import FilePart
from pimentachat.requests.bounds import FILES, FILTER, LINE, NAME, REFERENCE
from pimentachat.requests.params import NotBlank, Otherwise, Params, Since
from pimentachat.requests.replies import Shows
from pimentachat.services.files.emoji import Wanted

EmojiDocument = Annotated[Document, Shows("Emoji")]


class ListEmoji(Params):
    query: Annotated[str, FILTER] = ""
    """JSON: a filter of fields to values or operators, as in MongoDB."""


class EmojiSince(ListEmoji):
    updated_since: Annotated[Since, Otherwise(InvalidDate, name="updatedSince")] = None


class CreateEmoji(Params):
    """The picture is in the field `emoji`."""

    files: Annotated[list[InstanceOf[FilePart]], FILES] = []
    name: Annotated[str, NAME] = ""
    aliases: Annotated[str, LINE] = ""
    """Separated by commas or blanks."""

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.name, self.aliases)


class UpdateEmoji(CreateEmoji):
    id: Annotated[str, REFERENCE, NotBlank, Otherwise(EmojiIdMissing)] = Field(alias="_id")


class DeleteEmoji(Params):
    emoji_id: Annotated[str, REFERENCE, NotBlank, Otherwise(EmojiIdRequired)]


class EmojiReply(TypedDict):
    emojis: list[EmojiDocument]


class EmojiChanges(TypedDict):
    update: list[EmojiDocument]
    remove: list[EmojiDocument]


class EmojiChangesReply(TypedDict):
    emojis: EmojiChanges
