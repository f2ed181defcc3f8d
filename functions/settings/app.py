"""Settings of the workspace."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.params import PageParams
from pimentachat.requests.settings import (
    ChangeSetting,
    ConfigurationsReply,
    ListSettings,
    ServicesReply,
    SettingPath,
    SettingReply,
    SettingsReply,
)
from pimentachat.services.accounts import login_services
from pimentachat.services.server import settings

api = Api("settings")


@api.get("settings.public", public=True)
def public(params: ListSettings) -> SettingsReply:
    """Public settings, paged and filtered"""
    found = settings.public(params.asked, params.id)
    return {"settings": found.rows, **found.numbers}


@api.get("settings")
def list_settings(caller: Caller, params: PageParams) -> SettingsReply:
    """All settings the caller may see"""
    found = settings.visible(caller, params.asked)
    return {"settings": found.rows, **found.numbers}


@api.get("settings.oauth", public=True)
def oauth() -> ServicesReply:
    """Login services offered to clients"""
    return {"services": login_services.offered()}


@api.get("service.configurations", public=True)
def configurations() -> ConfigurationsReply:
    """Login service configurations, without secrets"""
    return {"configurations": login_services.configurations()}


@api.get("settings/{id}", permission="view-privileged-setting")
def get(caller: Caller, params: SettingPath) -> SettingReply:
    """One setting"""
    found = settings.get(params.id)
    return {"_id": found["_id"], "value": found["value"]} if found else {}


@api.post("settings/{id}", permission="edit-privileged-setting")
def change(caller: Caller, params: ChangeSetting) -> None:
    """Change a setting"""
    settings.change(params.id, params.value)


handler = api.handler
