"""Settings of the workspace."""

from typing import cast

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.workspace import ChangeSetting, ListSettings, SettingPath, SettingReply, SettingsReply
from pimentachat.services import settings

api = Api("settings")


@api.get("settings.public", public=True)
def public(params: ListSettings) -> SettingsReply:
    """Public settings, paged and filtered"""
    found = settings.public(params)
    return cast(SettingsReply, found.under("settings"))


@api.get("settings/{id}", permission="view-privileged-setting")
def get(caller: Caller, params: SettingPath) -> SettingReply:
    """One setting"""
    return cast(SettingReply, settings.get(params.id) or {})


@api.post("settings/{id}", permission="edit-privileged-setting")
def change(caller: Caller, params: ChangeSetting) -> None:
    """Change a setting"""
    settings.change(params)


handler = api.handler
