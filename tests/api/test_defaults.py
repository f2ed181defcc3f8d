"""What a fresh workspace starts with."""

from dataclasses import FrozenInstanceError

import pytest
import yaml

from local.places import REPOSITORY
from pimentachat import defaults


def test_settings_carry_what_lists_and_seeding_need():
    site_name = defaults.settings()["Site_Name"]
    assert (site_name.type, site_name.default, site_name.public, site_name.group) == (
        "string",
        "pimentaCHAT",
        True,
        "General",
    )
    assert defaults.settings()["Message_MaxAllowedSize"].default == 5000
    assert defaults.settings()["Show_Setup_Wizard"].values == ("pending", "in_progress", "completed")
    assert defaults.settings()["Assets_favicon_512"].default == {"defaultUrl": "images/logo/android-chrome-512x512.png"}


def test_only_what_seeding_decides_has_no_value():
    empty = {setting.id for setting in defaults.settings().values() if setting.default is None}
    assert empty == {"uniqueID", "Site_Url", "Accounts_RegistrationForm_SecretURL"}


def test_every_default_is_of_its_type():
    shapes = {"boolean": bool, "int": int, "select": str | int, "asset": dict, "multiSelect": list}
    for setting in defaults.settings().values():
        shape = shapes.get(setting.type, str)
        assert setting.default is None or isinstance(setting.default, shape), setting.id
        assert setting.type == "boolean" or not isinstance(setting.default, bool), setting.id
        assert not setting.values or setting.default in setting.values, setting.id


def test_nothing_reaches_out_to_a_vendor():
    settings = defaults.settings()
    assert settings["Push_gateway"].default == ""
    for switch in ("Push_enable_gateway", "Statistics_reporting", "Apps_Framework_enabled", "Livechat_enabled"):
        assert settings[switch].default is False
    assert "API_Use_REST_For_DDP_Calls" not in settings
    assert not any("rocket" in str(setting.default).lower() for setting in settings.values())


def test_secrets_are_not_public():
    for setting in defaults.settings().values():
        secret = setting.type == "password" or setting.id.endswith(("_secret", "_key", "SecretURL", "_passphrase"))
        assert not (secret and setting.public), setting.id


def test_groups_are_those_of_the_settings():
    groups = defaults.setting_groups()
    assert "General" in groups
    assert "Video Conference" in groups
    assert not set(groups) & set(defaults.settings())


def test_permissions_name_roles():
    permissions = defaults.permissions()
    assert permissions["create-c"] == ("admin", "user", "bot")
    assert permissions["add-user-to-any-p-room"] == ()
    assert permissions["message-impersonate"] == ("bot", "app")


def test_roles_have_scopes():
    roles = defaults.roles()
    built_in = {"admin", "moderator", "leader", "owner", "user", "bot", "guest", "anonymous"}
    assert set(roles) == built_in | {"livechat-agent", "livechat-manager", "livechat-guest"}
    assert {role.id for role in roles.values() if role.scope == "Subscriptions"} == {"owner", "moderator", "leader"}
    assert {role.id for role in roles.values() if role.protected} == built_in
    assert not any(role.mandatory2fa for role in roles.values())


def test_what_the_contract_lists():
    contract = yaml.safe_load((REPOSITORY / "tests" / "contract" / "permissions-defaults.yaml").read_text("utf-8"))
    listed = {one["_id"]: tuple(one["roles"]) for one in contract["permissions"]}
    assert len(listed) == 91
    assert {name: defaults.permissions()[name] for name in listed} == listed
    assert set(defaults.roles()) == {one["_id"] for one in contract["roles"]}


def test_defaults_cannot_be_replaced():
    with pytest.raises(TypeError):
        defaults.settings()["Site_Name"] = None  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        defaults.settings()["Site_Name"].default = "mine"  # type: ignore[misc]


@pytest.mark.parametrize("name", ["smile", "+1", "thumbsup", "heart", "flag_br", "100", "wave_tone3", "hot_pepper"])
def test_built_in_emoji(name):
    assert defaults.is_emoji(name)


@pytest.mark.parametrize("name", ["", ":smile:", "Smile", "party-owl", ":)", "smile\n"])
def test_other_names_are_no_emoji(name):
    assert not defaults.is_emoji(name)


@pytest.mark.parametrize(
    ("setting_id", "text", "value"),
    [
        ("Message_AllowEditing", "true", True),
        ("Message_AllowEditing", "False", False),
        ("Message_MaxAllowedSize", "200", 200),
        ("Accounts_Password_Policy_MinLength", " -1 ", -1),
        ("Site_Name", " true ", " true "),
        ("Site_Name", "", ""),
        ("Accounts_CustomFields", '{"a": 1}', '{"a": 1}'),
        ("Show_Setup_Wizard", "pending", "pending"),
        ("Show_Setup_Wizard", "whatever", "whatever"),
        ("Accounts_Default_User_Preferences_messageViewMode", "2", 2),
        ("Hide_System_Messages", '["uj", "ul"]', ["uj", "ul"]),
        ("Assets_logo", '{"url": "assets/logo.svg"}', {"url": "assets/logo.svg"}),
    ],
)
def test_texts_become_values_by_type(setting_id, text, value):
    parsed = defaults.parse_setting(setting_id, text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("setting_id", "text"),
    [
        ("No_Such_Setting", "1"),
        ("Message_AllowEditing", "1"),
        ("Message_AllowEditing", ""),
        ("Message_MaxAllowedSize", "many"),
        ("Message_MaxAllowedSize", "1.5"),
        ("Message_MaxAllowedSize", "1_000"),
        ("Message_MaxAllowedSize", "9" * 5000),
        ("Hide_System_Messages", "{}"),
        ("Hide_System_Messages", "uj"),
        ("Assets_logo", "[]"),
    ],
)
def test_texts_of_another_type_are_refused(setting_id, text):
    with pytest.raises(ValueError, match=r"no setting|takes a value of type|JSON|unexpected|invalid"):
        defaults.parse_setting(setting_id, text)
