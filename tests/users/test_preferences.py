"""users.getPreferences and users.setPreferences."""

import pytest

from tests.refusals import refused


def test_what_is_stored_and_nothing_else(alice):
    assert alice.get("users.getPreferences").body == {"preferences": {}, "success": True}
    answer = alice.post("users.setPreferences", data={"useEmojis": False, "language": "pt", "highlights": ["rose"]})
    chosen = {"useEmojis": False, "language": "pt", "highlights": ["rose"]}
    assert answer.body == {"user": {"_id": alice.id, "settings": {"preferences": chosen}}, "success": True}
    assert alice.get("users.getPreferences")["preferences"] == chosen


def test_one_after_the_other_is_merged(alice):
    alice.post("users.setPreferences", data={"useEmojis": False, "clockMode": 2})
    alice.post("users.setPreferences", data={"clockMode": 1, "ownThing": {"deep": [1]}, "sidebarSortby": "activity"})
    assert alice.get("users.getPreferences")["preferences"] == {
        "useEmojis": False,
        "clockMode": 1,
        "ownThing": {"deep": [1]},
        "sidebarSortby": "activity",
    }
    me = alice.get("me")
    assert me["settings"]["preferences"]["useEmojis"] is False
    assert "clockMode" not in me["settings"]["preferences"]
    assert "language" not in me.body


@pytest.mark.parametrize(("given", "kept"), [("all", "mentions"), ("disabled", "nothing"), ("mentions", "mentions")])
def test_former_names_of_the_mail_modes(alice, given, kept):
    answer = alice.post("users.setPreferences", data={"emailNotificationMode": given})
    assert answer["user"]["settings"]["preferences"]["emailNotificationMode"] == kept


def test_for_somebody_else(alice, bob, admin, setting):
    editing = "Editing user is not allowed [error-action-not-allowed]"
    refused(alice.post("users.setPreferences", userId=bob.id, data={"useEmojis": False}), editing)
    assert admin.post("users.setPreferences", userId=bob.id, data={"useEmojis": False}).succeeded
    assert bob.get("users.getPreferences")["preferences"] == {"useEmojis": False}
    unknown = 'The optional "userId" param provided does not match any users [error-invalid-user]'
    refused(admin.post("users.setPreferences", userId="nobody", data={}), unknown)
    setting("Accounts_AllowUserProfileChange", False)
    profile = "Edit user profile is not allowed [error-action-not-allowed]"
    refused(alice.post("users.setPreferences", data={"useEmojis": True}), profile)
    assert admin.post("users.setPreferences", data={"useEmojis": True}).succeeded


def test_types(alice):
    for data, error in (
        ({"useEmojis": "yes"}, "Match error: Expected boolean, got string in field data.useEmojis"),
        ({"clockMode": True}, "Match error: "),
        ({"highlights": "rose"}, "Match error: Expected array, got string in field data.highlights"),
        ({"desktopNotifications": "loud"}, "Match error: "),
        ({"x": "y" * 9000}, "Match error: At most 8192 bytes in field data"),
    ):
        answer = alice.post("users.setPreferences", data=data)
        assert answer.status == 400
        assert answer.error.startswith(error), answer.text
    refused(alice.post("users.setPreferences", data={}, x=1), "Match error: Unknown key in field x")
    refused(alice.post("users.setPreferences"), "Match error: Missing key 'data'")


def test_they_do_not_pile_up(alice):
    for number in range(2):
        assert alice.post("users.setPreferences", data={f"x{number}": "y" * 8000}).succeeded
    refused(
        alice.post("users.setPreferences", data={"x2": "y" * 8000}), "Match error: At most 16384 bytes in field data"
    )
