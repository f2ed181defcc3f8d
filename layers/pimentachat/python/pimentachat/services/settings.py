"""Settings, permissions and roles: reading and changing what is in force (contract: settings.yaml, permissions.yaml,
roles.yaml)."""

from typing import Any, Final

from pimentachat import defaults
from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.config import config
from pimentachat.errors import (
    EditingPermissionsNotAllowed,
    InvalidPermission,
    InvalidRole,
    MatchError,
    SettingBlocked,
    SettingUnknown,
)
from pimentachat.models.params import javascript_type
from pimentachat.models.records import Document
from pimentachat.models.rooms import ChangesReply
from pimentachat.models.workspace import ChangeSetting, ListPermissions, ListSettings, UpdatePermissions
from pimentachat.services import listing
from pimentachat.services.fields import parse_fields, parse_sort
from pimentachat.services.listing import Listed
from pimentachat.services.queries import parse_query
from pimentachat.store import workspace as store

# The endpoint's own conditions: a client's query cannot lift them (contract: settings.yaml).
_FIXED: Final = frozenset({"public", "hidden"})


def public(params: ListSettings) -> Listed:
    """The settings that everybody may read, by id: `{_id, value}`, and what `fields` asks for besides.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery.
    """
    wanted = {setting_id.strip() for setting_id in params.id.split(",") if setting_id.strip()}
    rows = [_document(setting) for setting in defaults.settings().values() if setting.public and not setting.hidden]
    rows = [row for row in rows if not wanted or row["_id"] in wanted]
    more = parse_fields(params.fields) if params.fields else {}
    keep = {"_id", "value"} | {name for name, included in more.items() if included}
    found = listing.in_memory(
        rows,
        listing.page_of(params.offset, params.count),
        sort=parse_sort(params.sort) if params.sort else [("_id", 1)],
        wanted=parse_query(params.query, _FIXED) if params.query else {},
        fields={},
        hidden=(),
    )
    shown = [{name: value for name, value in row.items() if name in keep} for row in found.rows]
    return Listed(shown, found.offset, found.total)


def _document(setting: defaults.SettingDefault) -> Document:
    return {
        "_id": setting.id,
        "value": workspace.current().setting(setting.id),
        "type": setting.type,
        "public": setting.public,
        "group": setting.group,
        "section": setting.section,
    }


def get(setting_id: str) -> Document | None:
    """`{_id, value}` of one setting; None for an unknown or hidden one."""
    known = defaults.settings().get(setting_id)
    if known is None or known.hidden:
        return None
    return {"_id": setting_id, "value": workspace.current().setting(setting_id)}


def change(params: ChangeSetting) -> None:
    """Changes a setting for the whole server; it is in force with the next request, everywhere.

    Raises:
        SettingUnknown: there is none of this id, or it is hidden.
        SettingBlocked: the environment sets it (OVERWRITE_SETTING_...), so a change would have no effect.
        MatchError: the value is missing, or is no value of the setting's type.
    """
    known = defaults.settings().get(params.id)
    if known is None or known.hidden:
        raise SettingUnknown
    if params.id in config().setting_overwrites:
        raise SettingBlocked
    if params.value is None:
        raise MatchError(problem="Missing key 'value'")
    store.save("SETTING", {params.id: {"_id": params.id, "value": _converted(known, params.value)}})


def _converted(known: defaults.SettingDefault, value: Any) -> Any:
    """The value in the setting's type: forms send text. A value that fits no way would break who reads the setting."""
    kinds: dict[str, type] = {"boolean": bool, "int": int}
    expected = kinds.get(known.type)
    if expected is None or type(value) is expected:
        return value
    try:
        return defaults.parse_setting(known.id, str(value))
    except ValueError:
        wanted = "boolean" if expected is bool else "number"
        raise MatchError(problem=f"Expected {wanted}, got {javascript_type(value)} in field value") from None


def permissions() -> list[Document]:
    return list(workspace.current().permissions.values())


def permission_changes(params: ListPermissions) -> ChangesReply:
    """All permissions, or those changed after a moment."""
    moment = params.updated_since or ""
    return {"update": [each for each in permissions() if each["_updatedAt"] > moment], "remove": []}


def update_permissions(caller: Caller, params: UpdatePermissions) -> list[Document]:
    """Replaces the roles of each permission named, all or nothing, and returns all permissions of the server.

    Raises:
        EditingPermissionsNotAllowed, MatchError, InvalidPermission, InvalidRole.
    """
    if not caller.may("access-permissions"):
        raise EditingPermissionsNotAllowed
    wanted = [_checked(each) for each in params.permissions]
    space = workspace.current()
    if any(permission_id not in space.permissions for permission_id, _ in wanted):
        raise InvalidPermission
    # A role may be named that does not exist only if the permission lists it already: some defaults do.
    unknown = {role for permission_id, roles in wanted for role in roles if role not in space.grants(permission_id)}
    if any(role not in space.roles for role in unknown):
        raise InvalidRole
    documents = {permission_id: {"_id": permission_id, "roles": roles} for permission_id, roles in wanted}
    if documents:
        store.save("PERMISSION", documents)
    return permissions()


def _checked(element: Any) -> tuple[str, list[str]]:
    if not isinstance(element, dict):
        raise MatchError(problem=f"Expected object, got {javascript_type(element)} in field permissions")
    permission_id, roles = element.get("_id"), element.get("roles")
    if not isinstance(permission_id, str):
        raise MatchError(problem="Missing key '_id' in field permissions")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise MatchError(problem="Missing key 'roles' in field permissions")
    return permission_id, list(dict.fromkeys(roles))


def roles() -> list[Document]:
    """All roles; without `_updatedAt`, as the contract lists them."""
    return [
        {name: value for name, value in role.items() if name != "_updatedAt"}
        for role in workspace.current().roles.values()
    ]
