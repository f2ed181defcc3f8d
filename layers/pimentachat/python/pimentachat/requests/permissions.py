"""Permissions: which roles hold them."""

from typing import Annotated, Any, ClassVar

from typing_extensions import TypedDict

from pimentachat.errors.requests import InvalidDate
from pimentachat.models.records import Deleted
from pimentachat.requests.bounds import GRANTS
from pimentachat.requests.params import Otherwise, Params, Since
from pimentachat.requests.replies import PermissionDocument


class UpdatePermissions(Params):
    strict: ClassVar[bool] = True

    permissions: Annotated[list[Any], GRANTS]


class ListPermissions(Params):
    updated_since: Annotated[Since, Otherwise(InvalidDate, name="updatedSince")] = None


class PermissionsReply(TypedDict):
    permissions: list[PermissionDocument]


class PermissionChangesReply(TypedDict):
    update: list[PermissionDocument]
    remove: list[Deleted]
