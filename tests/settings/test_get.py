from tests.refusals import forbidden


def test_one_setting(admin):
    answer = admin.get("settings/Site_Name")
    assert (answer.status, answer.body) == (200, {"_id": "Site_Name", "value": "pimentaCHAT", "success": True})


def test_private_ones_too(admin, setting):
    assert admin.get("settings/From_Email")["value"] == ""
    setting("From_Email", "chat@example.org")
    assert admin.get("settings/From_Email")["value"] == "chat@example.org"


def test_what_the_seed_made(admin):
    assert len(admin.get("settings/uniqueID")["value"]) == 17
    assert admin.get("settings/Site_Url")["value"] == "https://chat.example.org"


def test_what_the_environment_says_wins(admin, setting, monkeypatch):
    from pimentachat import config

    setting("API_Default_Count", 7)
    monkeypatch.setenv("OVERWRITE_SETTING_API_Default_Count", "3")
    config.reload()
    assert admin.get("settings/API_Default_Count")["value"] == 3
    assert admin.get("settings.public")["count"] == 3


def test_unknown_ones(admin):
    for setting_id in ("Nothing", "General", "x" * 300, "%C3%A9"):
        answer = admin.get(f"settings/{setting_id}")
        assert (answer.status, answer.body) == (200, {"success": True})


def test_needs_the_permission_even_for_public_ones(alice, admin, grant):
    forbidden(alice.get("settings/Site_Name"))
    forbidden(alice.get("settings/Nothing"))
    grant("view-privileged-setting", "user")
    assert alice.get("settings/Site_Name").succeeded
    forbidden(admin.get("settings/Site_Name"))


def test_needs_a_login(anonymous, workspace):
    assert anonymous.get("settings/Site_Name").status == 401
