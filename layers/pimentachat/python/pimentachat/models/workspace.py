"""Settings, permissions and roles, and the requests and replies about them and the server."""

from typing import Annotated, Any, ClassVar

from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.errors import InvalidDate
from pimentachat.models.params import Otherwise, PageParams, Params, Since
from pimentachat.models.records import Document


class ListSettings(PageParams):
    id: str = Field(alias="_id", default="")
    """Comma-separated ids, the form of servers from 7.0 on."""


class SettingPath(Params):
    id: str


class ChangeSetting(Params):
    """Which of the keys a setting needs depends on its type, so the service asks for them."""

    strict: ClassVar[bool] = True

    id: str
    value: Any = None
    editor: str | None = None
    execute: bool | None = None


class UpdatePermissions(Params):
    strict: ClassVar[bool] = True

    permissions: list[Any]


class ListPermissions(Params):
    updated_since: Annotated[Since, Otherwise(InvalidDate(name="updatedSince"))] = None


class Spotlight(Params):
    query: str


class SettingsReply(TypedDict):
    settings: list[Document]
    count: int
    offset: int
    total: int


class SettingReply(TypedDict, total=False):
    _id: str
    value: Any


class PermissionsReply(TypedDict):
    permissions: list[Document]


class RolesReply(TypedDict):
    roles: list[Document]


class SpotlightReply(TypedDict):
    users: list[Document]
    rooms: list[Document]


class InfoReply(TypedDict, total=False):
    version: str
    info: Document
