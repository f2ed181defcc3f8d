"""The address of the site, as deployments seed it."""

from typing import Any

from tests.workspace import Person


def address(admin: Person) -> Any:
    return admin.get("settings/Site_Url")["value"]


def test_a_later_deployment_moves_it(admin: Person) -> None:
    from pimentachat.services.server import seeding

    seeding.seed("https://abc.execute-api.example")
    assert address(admin) == "https://abc.execute-api.example"
    seeding.seed("https://chat.example.com")
    assert address(admin) == "https://chat.example.com"


def test_but_not_when_somebody_has_chosen_one(admin: Person, setting: Any) -> None:
    from pimentachat.services.server import seeding

    seeding.seed("https://abc.execute-api.example")
    setting("Site_Url", "https://garden.example.org")
    seeding.seed("https://chat.example.com")
    assert address(admin) == "https://garden.example.org"
