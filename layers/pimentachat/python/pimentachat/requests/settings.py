"""Settings of the workspace."""

from typing import Annotated, Any, ClassVar

from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.models.records import Document
from pimentachat.requests.bounds import FILTER, LINE, REFERENCE, SETTING
from pimentachat.requests.params import PageParams, Params
from pimentachat.requests.replies import PageReply, SettingDocument, Shows


class ListSettings(PageParams):
    id: Annotated[str, FILTER] = Field(alias="_id", default="")
    """Comma-separated ids, the form of servers from 7.0 on."""


class SettingPath(Params):
    id: Annotated[str, REFERENCE]


class ChangeSetting(Params):
    """Which of the keys a setting needs depends on its type, so the service asks for them."""

    strict: ClassVar[bool] = True

    id: Annotated[str, REFERENCE]
    value: Annotated[Any, SETTING] = None
    editor: Annotated[str | None, LINE] = None
    execute: bool | None = None


class SettingsReply(PageReply):
    settings: list[SettingDocument]


class SettingReply(TypedDict, total=False):
    """Empty for a setting that is unknown or hidden."""

    _id: str
    value: Any


class ServicesReply(TypedDict):
    services: list[Annotated[Document, Shows("OfferedService")]]


class ConfigurationsReply(TypedDict):
    configurations: list[Annotated[Document, Shows("ServiceConfiguration")]]
