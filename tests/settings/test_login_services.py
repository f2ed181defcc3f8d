"""settings.oauth and service.configurations."""

import pytest

IDS = {"google": "clientId", "facebook": "appId", "twitter": "consumerKey"}


def test_nothing_is_switched_on_at_first(anonymous):
    assert anonymous.get("settings.oauth")["services"] == []
    assert anonymous.get("service.configurations")["configurations"] == []


@pytest.mark.parametrize("service", ["Google", "Facebook", "Twitter", "Github", "Gitlab", "Linkedin"])
def test_what_is_switched_on(anonymous, setting, service):
    name = service.lower()
    client = ""
    if name in IDS:
        client = f"our {name}"
        setting(f"Accounts_OAuth_{service}_id", client)
        setting(f"Accounts_OAuth_{service}_secret", "secret")
    setting(f"Accounts_OAuth_{service}", True)
    [offered] = anonymous.get("settings.oauth")["services"]
    assert len(offered["_id"]) == 17
    assert offered == {
        "_id": offered["_id"],
        "name": name,
        "clientId": client,
        "buttonLabelText": "",
        "buttonColor": "",
        "buttonLabelColor": "",
        "custom": False,
    }
    [configured] = anonymous.get("service.configurations")["configurations"]
    assert configured == {"_id": offered["_id"], "service": name, IDS.get(name, "clientId"): client}
    setting(f"Accounts_OAuth_{service}", False)
    assert anonymous.get("settings.oauth")["services"] == []


def test_each_has_an_id_of_its_own(anonymous, setting):
    setting("Accounts_OAuth_Google", True)
    setting("Accounts_OAuth_Github", True)
    services = anonymous.get("settings.oauth")["services"]
    assert [one["name"] for one in services] == ["github", "google"]
    assert len({one["_id"] for one in services}) == 2
    assert anonymous.get("settings.oauth")["services"] == services
