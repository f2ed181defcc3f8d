"""What a fresh workspace starts with: settings, permissions, roles, and the names of the built-in emoji.

Facts of the contract, with our own values where the original names its vendor. Each file is read once, on first use.
What is returned is shared by everybody: read it, do not change it.

`settings.json` has no value for what must differ between workspaces: `uniqueID`, `Site_Url` and
`Accounts_RegistrationForm_SecretURL`. Seeding fills them in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import orjson

_FOLDER: Final = Path(__file__).parent
_BOOLEANS: Final = MappingProxyType({"true": True, "false": False})
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,15}")
_JSON_SHAPES: Final[Mapping[str, type]] = MappingProxyType({"asset": dict, "multiSelect": list})


@dataclass(frozen=True, slots=True)
class SettingDefault:
    """A setting of a fresh workspace.

    `type` is one of boolean, int, string, password, code, language, relativeUrl, select, multiSelect, asset; `values`
    are what a select offers. `default` is None where seeding decides.
    """

    id: str
    type: str
    default: Any
    public: bool
    group: str | None = None
    hidden: bool = False
    section: str | None = None
    values: tuple[str | int, ...] = ()

    def parse(self, text: str) -> Any:
        """The value that a text from the environment or a form stands for.

        Raises:
            ValueError: the text is no value of this type.
        """
        word = text.strip().lower()
        if self.type == "boolean":
            if word in _BOOLEANS:
                return _BOOLEANS[word]
        elif self.type == "int":
            if _INTEGER.fullmatch(word):
                return int(word)
        elif self.type in _JSON_SHAPES:
            value = orjson.loads(text)
            if isinstance(value, _JSON_SHAPES[self.type]):
                return value
        else:
            # Some selects offer numbers; nothing else than what is offered is turned into one.
            return next((value for value in self.values if str(value) == text), text)
        # Without the text: it may be a secret, put into the wrong place.
        raise ValueError(f"{self.id} takes a value of type {self.type}")


@dataclass(frozen=True, slots=True)
class RoleDefault:
    """A role of a fresh workspace. `scope` is Users (held everywhere) or Subscriptions (held in one room)."""

    id: str
    name: str
    scope: str
    description: str
    protected: bool
    mandatory2fa: bool


@cache
def settings() -> Mapping[str, SettingDefault]:
    """The settings by id."""
    found = [
        SettingDefault(**{**fields, "values": tuple(fields.get("values", ()))}) for fields in _json_of("settings.json")
    ]
    return MappingProxyType({setting.id: setting for setting in found})


@cache
def setting_groups() -> tuple[str, ...]:
    """The groups of the settings. They are listed among the settings, as documents of type group without a value."""
    return tuple(sorted({setting.group for setting in settings().values() if setting.group}))


@cache
def permissions() -> Mapping[str, tuple[str, ...]]:
    """The ids of the roles that hold each permission. Some name roles that do not exist, as the original does."""
    return MappingProxyType({name: tuple(roles) for name, roles in _json_of("permissions.json").items()})


@cache
def roles() -> Mapping[str, RoleDefault]:
    """The roles by id."""
    return MappingProxyType({fields["id"]: RoleDefault(**fields) for fields in _json_of("roles.json")})


def is_emoji(name: str) -> bool:
    """Whether the name, without colons, is a built-in emoji's (exactly as written)."""
    return name in _emoji()


def parse_setting(setting_id: str, text: str) -> Any:
    """The value of a setting that a text from the environment or a form stands for.

    "true" and "false" in any case for a boolean, a whole number for an int, JSON for an asset (an object) or a
    multiSelect (a list), the text itself for the rest.

    Raises:
        ValueError: no such setting, or the text is no value of its type.
    """
    setting = settings().get(setting_id)
    if setting is None:
        raise ValueError(f"There is no setting {setting_id}")
    return setting.parse(text)


@cache
def _emoji() -> frozenset[str]:
    return frozenset((_FOLDER / "emoji.txt").read_text("utf-8").split())


def _json_of(name: str) -> Any:
    return orjson.loads((_FOLDER / name).read_bytes())
