"""Roles, and who holds them."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from typing_extensions import TypedDict

from pimentachat.errors.requests import InvalidUpdatedSince, MatchError
from pimentachat.models.records import Document
from pimentachat.requests.bounds import LINE, NAME, REFERENCE
from pimentachat.requests.params import Moment, Otherwise, Params, QueryInteger, Refers
from pimentachat.requests.replies import PageReply, RoleDocument, Shows


class CreateRole(Params):
    strict: ClassVar[bool] = True

    name: Annotated[str, NAME]
    scope: Annotated[str, REFERENCE] = ""
    """Users or Subscriptions."""
    description: Annotated[str | None, LINE] = None


class RoleOfUser(Params):
    strict: ClassVar[bool] = True

    role_name: Annotated[str, REFERENCE] = ""
    """The id of the role."""
    role_id: Annotated[str, REFERENCE] = ""
    """What clients of later servers write for `roleName`."""
    username: Annotated[str, REFERENCE, Refers("username")]
    room_id: Annotated[str, REFERENCE, Refers("room")] = ""
    """For roles of scope Subscriptions."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Params:
        """Either name of the role will do.

        Raises:
            ChatError: the first field that does not fit.
        """
        if raw.get("roleName") is None and raw.get("roleId") is None:
            raise MatchError(problem="Missing key 'roleName'")
        return super().of(raw)

    @property
    def role(self) -> str:
        return self.role_name or self.role_id


class NoMoreRoleOfUser(RoleOfUser):
    scope: Annotated[str, REFERENCE, Refers("room")] = ""
    """What later servers call `roomId` here."""


class DeleteRole(Params):
    role_id: Annotated[str, REFERENCE]


class HoldersOfRole(Params):
    role: Annotated[str, REFERENCE] = ""
    """The id of the role."""
    room_id: Annotated[str, REFERENCE, Refers("room")] = ""
    """For roles of scope Subscriptions."""
    offset: QueryInteger = None
    count: QueryInteger = None


class RolesSince(Params):
    updated_since: Annotated[Moment, Otherwise(InvalidUpdatedSince, name="updatedSince")]


class RolesReply(TypedDict):
    roles: list[RoleDocument]


class RoleReply(TypedDict):
    role: RoleDocument


class HoldersReply(PageReply):
    users: list[Annotated[Document, Shows("Holder")]]


class RoleChanges(TypedDict):
    update: list[RoleDocument]
    remove: list[Annotated[Document, Shows("RemovedRole")]]


class RoleChangesReply(TypedDict):
    roles: RoleChanges
