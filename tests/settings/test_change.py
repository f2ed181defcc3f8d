import pytest

from tests.refusals import forbidden, refused


def test_in_force_at_once(admin, alice, anonymous):
    answer = admin.post("settings/API_Default_Count", value=2)
    assert (answer.status, answer.body) == (200, {"success": True})
    assert admin.get("settings/API_Default_Count")["value"] == 2
    assert anonymous.get("settings.public")["count"] == 2
    assert alice.get("users.list")["count"] == 2


def test_the_same_value_again(admin):
    for _ in range(2):
        assert admin.post("settings/Site_Name", value="Chili").succeeded


@pytest.mark.parametrize(
    ("setting_id", "value", "stored"),
    [
        ("API_Enable_CORS", True, True),
        ("API_Enable_CORS", "true", True),
        ("API_Default_Count", 7, 7),
        ("API_Default_Count", "7", 7),
        ("API_Default_Count", -1, -1),
        ("Site_Name", "Chili", "Chili"),
        ("Site_Name", "", ""),
        ("Assets_logo", {"url": "assets/logo.png"}, {"url": "assets/logo.png"}),
    ],
)
def test_values_of_each_type(admin, setting_id, value, stored):
    assert admin.post(f"settings/{setting_id}", value=value).succeeded
    assert admin.get(f"settings/{setting_id}")["value"] == stored


def test_forms_send_text(admin):
    assert admin.form("settings/API_Enable_CORS", value="true").succeeded
    assert admin.form("settings/API_Default_Count", value="7").succeeded
    assert admin.get("settings/API_Enable_CORS")["value"] is True
    assert admin.get("settings/API_Default_Count")["value"] == 7


@pytest.mark.parametrize(
    ("setting_id", "value", "problem"),
    [
        ("API_Enable_CORS", "maybe", "Expected boolean, got string in field value"),
        ("API_Enable_CORS", 1, "Expected boolean, got number in field value"),
        ("API_Default_Count", "many", "Expected number, got string in field value"),
        ("API_Default_Count", True, "Expected number, got boolean in field value"),
        ("API_Default_Count", [1], "Expected number, got array in field value"),
    ],
)
def test_a_value_that_would_break_who_reads_it(admin, setting_id, value, problem):
    before = admin.get(f"settings/{setting_id}").body
    refused(admin.post(f"settings/{setting_id}", value=value), f"Match error: {problem}")
    assert admin.get(f"settings/{setting_id}").body == before


@pytest.mark.parametrize("days", [10**15, 10**18, -1, 0])
def test_no_number_of_days_locks_everybody_out(admin, alice, anonymous, days):
    assert admin.post("settings/Accounts_LoginExpiration", value=days).succeeded
    assert alice.get("me").succeeded
    assert anonymous.post("login", user="alice", password="secret").status == 200
    assert admin.post("settings/Accounts_LoginExpiration", value=90).succeeded


def test_a_shorter_login_ends_those_that_are_older(admin, alice, clock):
    clock.advance(days=2)
    assert alice.get("me").succeeded
    assert admin.post("settings/Accounts_LoginExpiration", value=1).succeeded
    assert alice.get("me").status == 401


def test_without_a_value(admin):
    for body in ({}, {"value": None}, {"execute": True}, {"editor": "color"}):
        refused(admin.post("settings/Site_Name", body), "Match error: Missing key 'value'")


def test_other_keys(admin):
    refused(admin.post("settings/Site_Name", value="x", color="red"), "Match error: Unknown key in field color")
    refused(
        admin.post("settings/Site_Name", value="x", execute=1),
        "Match error: Expected boolean, got number in field execute",
    )


def test_unknown_ids(admin):
    for setting_id in ("Nothing", "General"):
        refused(admin.post(f"settings/{setting_id}", value="x"), "Setting not found")


def test_the_id_in_the_path_counts(admin):
    assert admin.post("settings/Site_Name", id="Site_Url", value="Chili").succeeded
    assert admin.get("settings/Site_Name")["value"] == "Chili"


def test_what_the_environment_sets_is_blocked(admin, monkeypatch):
    from pimentachat import config

    monkeypatch.setenv("OVERWRITE_SETTING_Site_Name", "Fixed")
    config.reload()
    answer = admin.post("settings/Site_Name", value="Chili")
    assert (answer.status, answer.body) == (400, {"success": False})
    assert admin.get("settings/Site_Name")["value"] == "Fixed"


def test_needs_the_permission(alice, admin, grant):
    forbidden(alice.post("settings/Site_Name", value="Chili"))
    # It is asked for before anything else.
    forbidden(alice.post("settings/Nothing", colour="red"))
    assert admin.get("settings/Site_Name")["value"] == "pimentaCHAT"
    grant("edit-privileged-setting", "user")
    assert alice.post("settings/Site_Name", value="Chili").succeeded


def test_needs_a_login(anonymous, workspace):
    assert anonymous.post("settings/Site_Name", value="Chili").status == 401
