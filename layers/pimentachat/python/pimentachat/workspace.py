"""The settings, permissions and roles in force: the defaults of the code, over them what the store says, over them
the environment.

Each function instance keeps them in memory under the workspace version. The prelude of every request reads that
version, so a change is in force with the next request in every function (docs/data-model.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pimentachat import defaults
from pimentachat.config import config
from pimentachat.models.integrations import Integration
from pimentachat.models.records import Document
from pimentachat.store import integrations as integration_store
from pimentachat.store import workspace as workspace_store

_BUILT_IN_AT: Final = "2019-04-28T00:00:00.000Z"


@dataclass(frozen=True)
class Workspace:
    version: int
    stored: workspace_store.Stored
    listened: frozenset[str] = frozenset()
    """The events that an integration wants to hear of."""

    def setting(self, setting_id: str) -> Any:
        """The value in force, None for a setting that does not exist."""
        forced = config().setting_overwrites.get(setting_id)
        if forced is not None:
            return self._parsed(setting_id, forced)
        if setting_id in self.stored.settings:
            return self.stored.settings[setting_id]["value"]
        if setting_id == "Site_Url":
            return config().site_url
        known = defaults.settings().get(setting_id)
        return known.default if known else None

    def _parsed(self, setting_id: str, text: str) -> Any:
        try:
            return defaults.parse_setting(setting_id, text)
        except (KeyError, ValueError):
            return text

    def flag(self, setting_id: str) -> bool:
        return bool(self.setting(setting_id))

    def number(self, setting_id: str) -> int:
        try:
            return int(self.setting(setting_id))
        except (TypeError, ValueError):
            return 0

    def text(self, setting_id: str) -> str:
        value = self.setting(setting_id)
        return "" if value is None else str(value)

    def listed(self, setting_id: str) -> frozenset[str]:
        """The parts of a text with commas, in lower case."""
        return frozenset(part for each in self.text(setting_id).split(",") if (part := each.strip().lower()))

    @cached_property
    def integrations(self) -> Mapping[str, Integration]:
        """All integrations by id: read when somebody asks for them, once for each version."""
        return integration_store.every()

    @property
    def hosts_anywhere(self) -> frozenset[str]:
        """Hosts, or `host:port`, that `cloud.outgoing` may reach also where they are not public."""
        return self.listed("SSRF_Allowlist")

    @cached_property
    def permissions(self) -> Mapping[str, Document]:
        """Documents `{_id, roles, _updatedAt}` by id."""
        built_in = {
            permission_id: {"_id": permission_id, "roles": list(roles), "_updatedAt": _BUILT_IN_AT}
            for permission_id, roles in defaults.permissions().items()
        }
        return {**built_in, **self.stored.permissions}

    @cached_property
    def roles(self) -> Mapping[str, Document]:
        """Documents `{_id, name, scope, description, protected, mandatory2fa, _updatedAt}` by id."""
        built_in = {
            role.id: {
                "_id": role.id,
                "name": role.id,
                "scope": role.scope,
                "description": role.description,
                "protected": role.protected,
                "mandatory2fa": role.mandatory2fa,
                "_updatedAt": _BUILT_IN_AT,
            }
            for role in defaults.roles().values()
        }
        return {**built_in, **self.stored.roles}

    @cached_property
    def emoji(self) -> Mapping[str, Document]:
        """Documents `{_id, name, aliases, extension, file, _updatedAt}` of custom emoji, by each of their names."""
        return {
            name: document
            for document in self.stored.emoji.values()
            for name in (*document["aliases"], document["name"])
        }

    @cached_property
    def _grants(self) -> Mapping[str, frozenset[str]]:
        return {permission_id: frozenset(document["roles"]) for permission_id, document in self.permissions.items()}

    def grants(self, permission_id: str) -> frozenset[str]:
        """The roles that hold a permission; none for an unknown one."""
        return self._grants.get(permission_id, frozenset())

    def scope(self, role_id: str) -> str:
        """`Users` or `Subscriptions`; an unknown role counts as `Users` (contract: permissions.yaml evaluation)."""
        role = self.roles.get(role_id)
        return role["scope"] if role else "Users"


_held: Workspace | None = None


def current() -> Workspace:
    """The workspace at the version that the request (or, outside of one, this moment) sees."""
    global _held
    version = workspace_store.version()
    if _held is None or _held.version != version:
        _held = Workspace(version, workspace_store.stored(), workspace_store.listened())
    return _held


def known() -> Workspace:
    """The workspace as this process last saw it (before that: as it is built in), without a read. For answers that read
    nothing."""
    return _held or Workspace(0, workspace_store.Stored())


def forget() -> None:
    """Drops what is held in memory, for tests that start a new workspace."""
    global _held
    _held = None


def setting_ids() -> list[str]:
    """The ids of all settings, in order."""
    return sorted(defaults.settings())
