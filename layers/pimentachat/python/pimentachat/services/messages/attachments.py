"""Attachments of messages, as far as their shape is checked (contract: models.yaml attachment)."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from pimentachat.errors.matching import match_problem
from pimentachat.errors.requests import MatchError
from pimentachat.models.records import Document
from pimentachat.services.text import addresses

# orjson writes no more than 254 levels, and what is stored is sent inside of other objects and of quotes.
_LEVELS_MOST: Final = 100


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _file_size(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Address = Annotated[str, AfterValidator(addresses.checked)]
Size = Annotated[int, BeforeValidator(_file_size)]


class _Checked(BaseModel):
    # Unknown keys are kept, and null counts as absent.
    model_config = ConfigDict(extra="allow", strict=True)


class AttachmentField(_Checked):
    short: bool | None = None
    title: str
    value: Annotated[str, BeforeValidator(_as_text)]


class AttachmentAction(_Checked):
    type: str | None = None
    text: str | None = None
    url: Address | None = None
    image_url: Address | None = None
    is_webview: bool | None = None
    webview_height_ratio: str | None = None
    msg: str | None = None
    msg_in_chat_window: bool | None = None


class Attachment(_Checked):
    color: str | None = None
    text: str | None = None
    ts: str | int | None = None
    thumb_url: Address | None = None
    message_link: Address | None = None
    collapsed: bool | None = None
    author_name: str | None = None
    author_link: Address | None = None
    author_icon: Address | None = None
    title: str | None = None
    title_link: Address | None = None
    title_link_download: bool | None = None
    image_url: Address | None = None
    image_type: str | None = None
    image_size: Size | None = None
    image_dimensions: dict[str, Any] | None = None
    image_preview: str | None = None
    audio_url: Address | None = None
    audio_type: str | None = None
    audio_size: Size | None = None
    video_url: Address | None = None
    video_type: str | None = None
    video_size: Size | None = None
    description: str | None = None
    type: str | None = None
    fields: list[AttachmentField] | None = None
    actions: list[AttachmentAction] | None = None
    button_alignment: str | None = None
    attachments: "list[Attachment] | None" = None


def checked(attachments: Sequence[Any]) -> list[Document]:
    """The attachments as they are stored.

    Raises:
        MatchError: one is no object, a field has the wrong type, or they are nested too deep.
        InvalidLink: an address is neither http, https nor a path of ours.
    """
    check_depth({"attachments": attachments})
    return [_checked(attachment, number) for number, attachment in enumerate(attachments)]


def check_depth(document: Document) -> None:
    """
    Raises:
        MatchError: a field holds more levels of objects and lists than can be stored and sent.
    """
    for field, value in document.items():
        level = _containers([value])
        for _ in range(_LEVELS_MOST):
            level = [part for whole in level for part in _containers(whole)]
        if level:
            raise MatchError(problem=f"Nested too deep in field {field}")


def _containers(whole: Any) -> list[Any]:
    parts = whole.values() if isinstance(whole, dict) else whole
    return [part for part in parts if isinstance(part, dict | list)]


def _checked(attachment: Any, number: int) -> Document:
    try:
        return Attachment.model_validate(attachment).model_dump(exclude_none=True, exclude_unset=True)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        path = [part for part in first["loc"] if isinstance(part, int) or part.isidentifier()]
        raise MatchError(problem=match_problem(first, path or ["attachments", number])) from None
