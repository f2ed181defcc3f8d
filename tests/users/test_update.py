"""users.update: what an administrator changes, what one may change about oneself here, and every refusal."""

import json

import pytest

from tests.refusals import refused

FIELDS = json.dumps({"department": {"type": "text", "maxLength": 8}})


@pytest.fixture
def change(admin):
    """`change(bob, name="Robert")`, as the administrator."""

    def update(person, **data):
        return admin.post("users.update", userId=person.id, data=data)

    return update


def test_everything_at_once(admin, bob, change, setting, log_in):
    setting("Accounts_CustomFields", FIELDS)
    answer = change(
        bob,
        name=" Robert ",
        username="robert",
        email="robert@example.org",
        verified=True,
        roles=["user", "bot"],
        password="another",
        requirePasswordChange=True,
        customFields={"department": "sales", "other": 1},
        joinDefaultChannels=False,
        colour="red",
    )
    assert answer.succeeded, answer.text
    user = answer["user"]
    assert (user["name"], user["username"], user["roles"]) == ("Robert", "robert", ["user", "bot"])
    assert user["emails"] == [{"address": "robert@example.org", "verified": True}]
    assert (user["customFields"], user["requirePasswordChange"]) == ({"department": "sales"}, True)
    assert "services" not in user
    assert "$2b$" not in answer.text
    assert log_in("robert", "another").get("me")["username"] == "robert"
    assert admin.get("users.info", username="robert")["user"]["_id"] == bob.id


def test_another_password_ends_every_token(admin, bob, change):
    from tests.workspace import Client

    token = bob.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    bot = Client(bob.workspace, {"x-auth-token": token, "x-user-id": bob.id})
    assert bot.get("me").succeeded
    assert change(bob, password="another").succeeded
    assert bob.get("me").status == bot.get("me").status == 401
    resumed = bob.post("login", resume=token)
    assert (resumed.status, resumed["error"]) == (401, 403)


def test_their_names_are_free_then_and_nothing_is_left(bob, change, log_in, deliver, clock):
    from pimentachat.store import tokens

    bob.post("users.generatePersonalAccessToken", tokenName="bot")
    bob.post("users.generatePersonalAccessToken", tokenName="ci")
    change(bob, password="another")
    clock.advance(seconds=1)
    again = log_in("bob", "another")
    assert again.get("users.getPersonalAccessTokens")["tokens"] == []
    refused(
        again.post("users.regeneratePersonalAccessToken", tokenName="ci"),
        "Token does not exist [error-token-does-not-exists]",
    )
    assert again.post("users.generatePersonalAccessToken", tokenName="bot").succeeded
    deliver()
    assert [token.name for token in tokens.personal(bob.id)] == ["bot"]
    assert len(tokens.ids_until(bob.id, clock.now_text(), limit=10)) == 2
    assert again.get("me").succeeded


def test_an_address_is_to_be_confirmed_unless_it_is_known(bob, change, mails):
    assert change(bob, email="new@example.org")["user"]["emails"] == [{"address": "new@example.org", "verified": False}]
    assert [receivers for _, receivers, _, _ in mails()] == [["new@example.org"]]
    assert change(bob, verified=True)["user"]["emails"][0]["verified"] is True
    assert change(bob, email="new@example.org")["user"]["emails"][0]["verified"] is True
    assert change(bob, email="known@example.org", verified=True).succeeded
    assert len(mails()) == 1


def test_the_address_before_is_free(admin, bob, carol, change):
    assert change(bob, email="new@example.org").succeeded
    assert change(carol, email="BOB@example.org").succeeded


def test_roles_are_replaced_and_act_at_once(bob, change):
    assert change(bob, roles=["admin", "admin"])["user"]["roles"] == ["admin"]
    assert bob.post("users.update", userId=bob.id, data={"roles": ["user", "admin"]}).succeeded


def test_the_last_administrator_stays_one(admin, bob, change):
    last = "Leaving the app without admins is not allowed [error-action-not-allowed]"
    refused(change(admin, roles=["user"]), last)
    refused(change(admin, active=False), last)
    assert change(bob, roles=["admin"]).succeeded
    assert change(admin, roles=["user"]).succeeded
    refused(bob.post("users.setActiveStatus", userId=bob.id, activeStatus=False), last)


def test_two_administrators_who_go_at_once_do_not_both_get_away(admin, newcomer):
    from tests.at_once import at_once

    boss = newcomer("boss", roles=["admin"])
    answers = at_once(
        lambda: admin.post("users.update", userId=admin.id, data={"roles": ["user"]}),
        lambda: boss.post("users.update", userId=boss.id, data={"roles": ["user"]}),
    )
    assert sorted(answer.status for answer in answers) == [200, 400]


def test_oneself_as_far_as_the_settings_allow(alice, setting):
    def own(**data):
        return alice.post("users.update", userId=alice.id, data=data)

    assert own(name="Alice A")["user"]["name"] == "Alice A"
    assert own(password="ignored").succeeded
    assert alice.get("me").succeeded
    for name, data, what in (
        ("Accounts_AllowUsernameChange", {"username": "alicia"}, "username"),
        ("Accounts_AllowRealNameChange", {"name": "A"}, "user real name"),
        ("Accounts_AllowEmailChange", {"email": "a@example.org"}, "user email"),
        ("Accounts_AllowPasswordChange", {"password": "x"}, "user password"),
    ):
        setting(name, False)
        refused(own(**data), f"Edit {what} is not allowed [error-action-not-allowed]")
    setting("Accounts_AllowUserProfileChange", False)
    refused(own(), "Edit user profile is not allowed [error-action-not-allowed]")


def test_administrators_change_others_whatever_the_settings_say(admin, bob, change, setting):
    for name in ("Accounts_AllowUsernameChange", "Accounts_AllowPasswordChange", "Accounts_AllowUserProfileChange"):
        setting(name, False)
    assert change(bob, username="robert", password="another").succeeded


def test_permissions(admin, alice, bob, change, grant):
    editing = "Editing user is not allowed [error-action-not-allowed]"
    refused(alice.post("users.update", userId=bob.id, data={"name": "B"}), editing)
    refused(alice.post("users.update", userId="nobody", data={}), editing)
    own = {"userId": alice.id, "data": {"roles": ["user"]}}
    refused(alice.post("users.update", own), "Assign roles is not allowed [error-action-not-allowed]")
    grant("assign-roles", "user")
    assert alice.post("users.update", own).succeeded
    own["data"]["roles"] = ["admin"]
    refused(alice.post("users.update", own), "Assigning admin is not allowed [error-action-not-allowed]")
    own["data"] = {"active": True, "name": "Stays"}
    refused(alice.post("users.update", own), "Not allowed [error-not-allowed]")
    assert alice.get("me")["name"] == "Stays"


def test_refusals(admin, bob, carol, change, setting):
    unknown = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'
    refused(admin.post("users.update", userId="nobody", data={"name": "x"}), unknown)
    refused(change(bob, roles=["nonsense"]), "The field Roles consist invalid role name [error-action-not-allowed]")
    refused(change(bob, username="b <b>"), "b &lt;b&gt; is not a valid username [error-input-is-not-a-valid-field]")
    identity = "Could not save user identity [error-could-not-save-identity]"
    refused(change(bob, username="CAROL"), identity)
    setting("Accounts_BlockedUsernameList", "root")
    refused(change(bob, username="root"), identity)
    refused(change(bob, email="Carol@example.org"), "Carol@example.org is already in use :( [error-field-unavailable]")
    refused(change(bob, email="carol@"), "Invalid email carol@ [error-invalid-email]")
    setting("Accounts_BlockedDomainsList", "spam.org")
    refused(change(bob, email="b@spam.org"), "The email domain is blacklisted [error-email-domain-blacklisted]")
    setting("Accounts_CustomFields", FIELDS)
    refused(
        change(bob, name="Not stored", customFields={"department": "x" * 9}),
        "Max length of field department 8 [error-user-registration-custom-field]",
    )
    assert admin.get("users.info", userId=bob.id)["user"]["name"] == "Bob"
    refused(admin.post("users.update", userId=bob.id), "Match error: Missing key 'data'")
    refused(admin.post("users.update", userId=bob.id, data={}, x=1), "Match error: Unknown key in field x")
    refused(change(bob, name=7), "Match error: Expected string, got number in field data.name")


def test_one_of_several_who_want_a_name_gets_it(admin, bob, carol, change):
    from tests.at_once import at_once

    answers = at_once(lambda: change(bob, username="robin"), lambda: change(carol, username="robin"))
    assert sorted(answer.status for answer in answers) == [200, 400]
    assert admin.get("users.info", username="robin").succeeded
