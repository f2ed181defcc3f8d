"""Settings: reading and changing what is in force (contract: settings.yaml)."""

from typing import Any, Final

from pimentachat import defaults, workspace
from pimentachat.auth.callers import Caller
from pimentachat.config import config
from pimentachat.errors.matching import javascript_type
from pimentachat.errors.requests import MatchError
from pimentachat.errors.workspace import SettingBlocked, SettingUnknown
from pimentachat.listing import pages
from pimentachat.listing.fields import parse_fields, parse_sort
from pimentachat.listing.pages import Listed, ListQuery
from pimentachat.listing.queries import parse_query
from pimentachat.models.records import Document
from pimentachat.store import workspace as workspace_store

# The endpoint's own conditions: a client's query cannot lift them (contract: settings.yaml).
_FIXED: Final = frozenset({"public", "hidden"})


def visible(caller: Caller, asked: ListQuery) -> Listed:
    """The settings that the caller may see: all of them with view-privileged-setting, and the groups among them, which
    have no value; else those that everybody may read.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooCostly.
    """
    if not caller.may("view-privileged-setting"):
        return public(asked)
    groups: list[Document] = [{"_id": group, "type": "group", "public": False} for group in defaults.setting_groups()]
    settings = [_document(setting) for setting in defaults.settings().values() if not setting.hidden]
    return _listed([*settings, *groups], asked)


def public(asked: ListQuery, setting_ids: str = "") -> Listed:
    """The settings that everybody may read, by id: `{_id, value}`, and what `fields` asks for besides.

    `setting_ids` are the ids of those wanted, separated by commas; empty is all.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooCostly.
    """
    wanted = {setting_id.strip() for setting_id in setting_ids.split(",") if setting_id.strip()}
    rows = [_document(setting) for setting in defaults.settings().values() if setting.public and not setting.hidden]
    return _listed([row for row in rows if not wanted or row["_id"] in wanted], asked)


def _listed(rows: list[Document], asked: ListQuery) -> Listed:
    more = parse_fields(asked.fields) if asked.fields else {}
    keep = {"_id", "value"} | {name for name, included in more.items() if included}
    found = pages.in_memory(
        rows,
        pages.page_of(asked.offset, asked.count),
        sort=parse_sort(asked.sort) if asked.sort else [("_id", 1)],
        wanted=parse_query(asked.query, _FIXED) if asked.query else {},
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


def change(setting_id: str, value: Any) -> None:
    """Changes a setting for the whole server; it is in force with the next request, everywhere.

    Raises:
        SettingUnknown: there is none of this id, or it is hidden.
        SettingBlocked: the environment sets it (OVERWRITE_SETTING_...), so a change would have no effect.
        MatchError: the value is missing, or is no value of the setting's type.
    """
    known = defaults.settings().get(setting_id)
    if known is None or known.hidden:
        raise SettingUnknown
    if setting_id in config().setting_overwrites:
        raise SettingBlocked
    if value is None:
        raise MatchError(problem="Missing key 'value'")
    workspace_store.save("SETTING", {setting_id: {"_id": setting_id, "value": _converted(known, value)}})


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
