"""Other services that people may log in with, as clients are told of them (contract: settings.yaml settings.oauth,
service.configurations). Their secrets stay here."""

from dataclasses import dataclass
from typing import Final

from pimentachat import ids, workspace
from pimentachat.models.records import Document


@dataclass(frozen=True)
class _Service:
    name: str
    offered: str
    """The setting that switches it on."""
    client: str = ""
    """The setting with what the service calls us."""
    called: str = "clientId"
    """What that is called in the configuration."""


_SERVICES: Final = (
    _Service("facebook", "Accounts_OAuth_Facebook", "Accounts_OAuth_Facebook_id", "appId"),
    _Service("github", "Accounts_OAuth_Github"),
    _Service("gitlab", "Accounts_OAuth_Gitlab"),
    _Service("google", "Accounts_OAuth_Google", "Accounts_OAuth_Google_id"),
    _Service("linkedin", "Accounts_OAuth_Linkedin"),
    _Service("twitter", "Accounts_OAuth_Twitter", "Accounts_OAuth_Twitter_id", "consumerKey"),
)


def offered() -> list[Document]:
    """The services that are switched on, as login pages show them."""
    return [
        {
            "_id": _id(service),
            "name": service.name,
            "clientId": _client(service),
            "buttonLabelText": "",
            "buttonColor": "",
            "buttonLabelColor": "",
            "custom": False,
        }
        for service in _on()
    ]


def configurations() -> list[Document]:
    """The services that are switched on, without their secrets."""
    return [{"_id": _id(service), "service": service.name, service.called: _client(service)} for service in _on()]


def _on() -> list[_Service]:
    space = workspace.current()
    return [service for service in _SERVICES if space.flag(service.offered)]


def _client(service: _Service) -> str:
    return workspace.current().text(service.client)


def _id(service: _Service) -> str:
    return ids.derived(workspace.current().text("uniqueID"), service.name)
