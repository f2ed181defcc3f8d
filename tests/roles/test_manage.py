"""roles.create, delete, sync, addUserToRole, removeUserFromRole, getUsersInRole."""

from typing import Any

import pytest

from tests.at_once import at_once, outcomes
from tests.refusals import refused

NO_ACCESS = "Accessing permissions is not allowed [error-action-not-allowed]"
NO_ROLE = "This role does not exist [error-invalid-roleId]"
NO_USER = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'


@pytest.fixture
def support(admin) -> str:
    answer = admin.post("roles.create", name="support", description="Help desk")
    assert answer.succeeded
    return str(answer["role"]["_id"])


@pytest.fixture
def referee(admin) -> str:
    """A role that is held in rooms."""
    assert admin.post("roles.create", name="referee", scope="Subscriptions").succeeded
    return "referee"


def listed(anyone: Any) -> dict[str, Any]:
    return {role["_id"]: role for role in anyone.get("roles.list")["roles"]}


def gives(admin: Any, role: str, person: Any, **more: str) -> Any:
    return admin.post("roles.addUserToRole", roleName=role, username=person.username, **more)


def takes(admin: Any, role: str, person: Any, **more: str) -> Any:
    return admin.post("roles.removeUserFromRole", roleName=role, username=person.username, **more)


def roles_of(admin: Any, person: Any) -> list[str]:
    return list(admin.get("users.info", userId=person.id)["user"]["roles"])


def in_role(admin: Any, role: str, **more: Any) -> list[str]:
    answer = admin.get("roles.getUsersInRole", role=role, **more)
    assert answer.succeeded, answer.text
    return [user["username"] for user in answer["users"]]


# --- roles.create


def test_a_role_is_made(admin, alice):
    answer = admin.post("roles.create", name="support", description="Help desk")
    role = answer["role"]
    assert role.pop("_updatedAt")
    assert role == {
        "_id": "support",
        "name": "support",
        "scope": "Users",
        "description": "Help desk",
        "protected": False,
        "mandatory2fa": False,
    }
    assert listed(alice)["support"] == role


def test_a_role_is_changed(admin, support):
    assert admin.post("roles.create", name="support", scope="Subscriptions").succeeded
    assert listed(admin)["support"] == {
        "_id": "support",
        "name": "support",
        "scope": "Subscriptions",
        "description": "Help desk",
        "protected": False,
        "mandatory2fa": False,
    }
    # Any other text is Users.
    assert admin.post("roles.create", name="support", scope="Everywhere", description="").succeeded
    assert (listed(admin)["support"]["scope"], listed(admin)["support"]["description"]) == ("Users", "")


def test_the_scope_of_a_built_in_role_stays(admin):
    refusal = "Cannot change the scope of a protected role [error-role-protected]"
    refused(admin.post("roles.create", name="owner"), refusal)
    refused(admin.post("roles.create", name="admin", scope="Subscriptions"), refusal)
    assert admin.post("roles.create", name="owner", scope="Subscriptions", description="Chief").succeeded
    assert (listed(admin)["owner"]["description"], listed(admin)["owner"]["protected"]) == ("Chief", True)


def test_a_role_acts(admin, alice, support, grant):
    grant("create-p", "admin", "support")
    assert not alice.post("groups.create", name="before").succeeded
    assert gives(admin, support, alice).succeeded
    assert alice.post("groups.create", name="after").succeeded
    assert takes(admin, support, alice).succeeded
    assert not alice.post("groups.create", name="later").succeeded


def test_what_a_role_needs(admin, alice):
    refused(alice.post("roles.create", name="support"), NO_ACCESS)
    refused(admin.post("roles.create", name=" "), "Role name is required [error-role-name-required]")
    refused(admin.post("roles.create", name=""), "Role name is required [error-role-name-required]")
    refused(admin.post("roles.create"), "Match error: Missing key 'name'")
    refused(admin.post("roles.create", name=1), "Match error: Expected string, got number in field name")
    refused(admin.post("roles.create", name="x", color="red"), "Match error: Unknown key in field color")


def test_there_are_only_so_many(admin, support):
    from pimentachat.store import workspace as workspace_store

    room = 300 - len(listed(admin))
    names = [f"r{number}" for number in range(room)]
    for start in range(0, room, 90):
        documents = {
            name: {"_id": name, "name": name, "scope": "Users", "mandatory2fa": False}
            for name in names[start : start + 90]
        }
        workspace_store.save("ROLE", documents)
    refused(admin.post("roles.create", name="more"), "A workspace has at most 300 roles [error-too-many-roles]")
    assert admin.post("roles.create", name="support", description="Still").succeeded


# --- roles.addUserToRole, roles.removeUserFromRole


def test_a_role_is_given_and_taken(admin, alice, support):
    answer = gives(admin, support, alice)
    assert answer["role"]["_id"] == "support"
    assert gives(admin, support, alice).succeeded
    assert roles_of(admin, alice) == ["user", "support"]
    assert takes(admin, support, alice)["role"]["description"] == "Help desk"
    assert roles_of(admin, alice) == ["user"]
    refused(takes(admin, support, alice), "User is not in this role [error-user-not-in-role]")


def test_the_role_by_the_name_of_later_servers(admin, alice, support):
    assert admin.post("roles.addUserToRole", roleId=support, username=alice.username)["role"]["_id"] == support
    assert roles_of(admin, alice) == ["user", "support"]
    assert admin.post("roles.removeUserFromRole", roleId=support, username=alice.username).succeeded
    assert roles_of(admin, alice) == ["user"]


def test_whom_and_what(admin, alice, bob):
    for verb in ("roles.addUserToRole", "roles.removeUserFromRole"):
        # Whether there is such a user is told before the permission is looked at.
        refused(alice.post(verb, roleName="bot", username="nobody"), NO_USER)
        refused(alice.post(verb, roleName="bot", username="bob"), NO_ACCESS)
        refused(admin.post(verb, roleName="", username="bob"), "Invalid arguments [error-invalid-arguments]")
        refused(admin.post(verb, roleName="nonsense", username="bob"), NO_ROLE)
        refused(admin.post(verb, username="bob"), "Match error: Missing key 'roleName'")
        refused(
            admin.post(verb, roleName="bot", username="bob", color="red"), "Match error: Unknown key in field color"
        )
    assert roles_of(admin, bob) == ["user"]


def test_only_some_make_administrators(admin, alice, grant):
    grant("assign-admin-role")
    for act in (gives, takes):
        refused(act(admin, "admin", alice), "Assigning admin is not allowed [error-action-not-allowed]")
    grant("assign-admin-role", "admin")
    assert gives(admin, "admin", alice).succeeded
    assert roles_of(admin, alice) == ["user", "admin"]


def test_one_administrator_is_left(admin, alice):
    from pimentachat.store import users as user_store

    refusal = "You need to have at least one admin [error-admin-required]"
    refused(takes(admin, "admin", admin), refusal)
    assert gives(admin, "admin", alice).succeeded
    # Somebody who cannot log in does not count.
    user_store.change(alice.id, lambda user: user.model_copy(update={"active": False}))
    refused(takes(admin, "admin", admin), refusal)
    user_store.change(alice.id, lambda user: user.model_copy(update={"active": True}))
    assert takes(alice, "admin", admin).succeeded
    refused(takes(alice, "admin", alice), refusal)


def test_two_administrators_who_go_at_once(admin, alice):
    assert gives(admin, "admin", alice).succeeded
    answers = at_once(lambda: takes(admin, "admin", admin), lambda: takes(alice, "admin", alice))
    assert outcomes(answers) == {"ok": 1, "error-admin-required": 1}


def test_a_role_in_a_room(admin, alice, bob, carol, referee):
    room_id = alice.creates_channel("pitch", members=["bob"])
    assert gives(admin, referee, bob, roomId=room_id).succeeded
    assert bob.subscription(room_id)["roles"] == ["referee"]
    assert in_role(admin, referee, roomId=room_id) == ["bob"]
    # No member, or no room: nothing happens.
    assert gives(admin, referee, carol, roomId=room_id).succeeded
    assert gives(admin, referee, bob).succeeded
    assert roles_of(admin, bob) == ["user"]
    assert in_role(admin, referee, roomId=room_id) == ["bob"]
    assert takes(admin, referee, bob, roomId=room_id).succeeded
    assert not bob.subscription(room_id).get("roles")
    for more in ({"roomId": room_id}, {"scope": room_id}, {}):
        refused(takes(admin, referee, bob, **more), "User is not in this role [error-user-not-in-role]")


def test_a_role_in_a_room_acts_there_alone(admin, alice, bob, referee, grant):
    grant("archive-room", "referee")
    pitch, bench = (alice.creates_channel(name, members=["bob"]) for name in ("pitch", "bench"))
    assert gives(admin, referee, bob, roomId=pitch).succeeded
    assert not bob.post("channels.archive", roomId=bench).succeeded
    assert bob.post("channels.archive", roomId=pitch).succeeded


def test_an_owner_is_left(admin, alice, bob):
    room_id = alice.creates_channel("pitch", members=["bob"])
    refusal = "This is the last owner. Please set a new owner before removing this one. [error-remove-last-owner]"
    refused(takes(admin, "owner", alice, roomId=room_id), refusal)
    assert gives(admin, "owner", bob, roomId=room_id).succeeded
    assert takes(admin, "owner", alice, roomId=room_id).succeeded
    refused(takes(admin, "owner", bob, roomId=room_id), refusal)
    assert in_role(admin, "owner", roomId=room_id) == ["bob"]


# --- roles.getUsersInRole


def test_who_holds_a_role(admin, alice, bob, carol, support, grant):
    for person in (carol, alice):
        assert gives(admin, support, person).succeeded
    assert in_role(admin, support) == ["alice", "carol"]
    assert in_role(admin, "admin") == ["admin"]
    assert in_role(admin, "user") == ["alice", "bob", "carol"]
    page = admin.get("roles.getUsersInRole", role="user", offset=1, count=1)
    assert ([user["username"] for user in page["users"]], page["count"], page["offset"], page["total"]) == (
        ["bob"],
        1,
        1,
        3,
    )
    [first, _] = admin.get("roles.getUsersInRole", role=support)["users"]
    assert first == {
        "_id": alice.id,
        "username": "alice",
        "name": "Alice",
        "emails": [{"address": "alice@example.org", "verified": True}],
    }
    grant("view-full-other-user-info")
    [first, _] = admin.get("roles.getUsersInRole", role=support)["users"]
    assert first == {"_id": alice.id, "username": "alice", "name": "Alice"}


def test_who_may_ask_who_holds_a_role(admin, alice, referee, grant):
    room_id = alice.creates_channel("pitch")
    refused(alice.get("roles.getUsersInRole", role="admin"), "Not allowed [error-not-allowed]")
    refused(admin.get("roles.getUsersInRole"), 'Query param "role" is required [error-param-not-provided]')
    refused(admin.get("roles.getUsersInRole", role="nonsense"), NO_ROLE)
    assert in_role(admin, referee) == []
    grant("view-other-user-channels")
    refused(admin.get("roles.getUsersInRole", role=referee, roomId=room_id), "Not allowed [error-not-allowed]")


def test_too_many_to_look_through(admin, monkeypatch):
    from pimentachat.services.accounts import roles

    monkeypatch.setattr(roles, "LOOKED_THROUGH_MOST", 0)
    refused(
        admin.get("roles.getUsersInRole", role="admin"),
        "The query or sort would look through more than 0 entries, please narrow it [error-query-too-broad]",
    )


# --- roles.delete, roles.sync


def test_a_role_is_deleted(admin, alice, support, grant):
    grant("create-c", "admin", "user", "support")
    assert admin.post("roles.delete", roleId=support).succeeded
    assert support not in listed(admin)
    [create] = [one for one in admin.get("permissions.list")["permissions"] if one["_id"] == "create-c"]
    assert create["roles"] == ["admin", "user"]
    refused(admin.post("roles.delete", roleId=support), NO_ROLE)


def test_what_is_not_deleted(admin, alice, bob, support, referee):
    refused(alice.post("roles.delete", roleId=support), NO_ACCESS)
    refused(admin.post("roles.delete", roleId="owner"), "Cannot delete a protected role [error-role-protected]")
    refused(admin.post("roles.delete"), "Match error: Missing key 'roleId'")
    in_use = "Cannot delete role because it's in use [error-role-in-use]"
    assert gives(admin, support, bob).succeeded
    refused(admin.post("roles.delete", roleId=support), in_use)
    assert takes(admin, support, bob).succeeded
    assert admin.post("roles.delete", roleId=support).succeeded
    room_id = alice.creates_channel("pitch", members=["bob"])
    assert gives(admin, referee, bob, roomId=room_id).succeeded
    refused(admin.post("roles.delete", roleId=referee), in_use)
    # Who leaves a room holds nothing there.
    assert bob.post("channels.leave", roomId=room_id).succeeded
    assert admin.post("roles.delete", roleId=referee).succeeded


def test_the_changes_since_a_moment(admin, alice, support, clock):
    clock.advance(minutes=1)
    before = clock.now_text()
    assert alice.get("roles.sync", updatedSince=before)["roles"] == {"update": [], "remove": []}
    clock.advance(minutes=1)
    assert admin.post("roles.create", name="helper").succeeded
    assert admin.post("roles.delete", roleId=support).succeeded
    changes = alice.get("roles.sync", updatedSince=before)["roles"]
    assert [role["_id"] for role in changes["update"]] == ["helper"]
    assert [(role["_id"], role["description"]) for role in changes["remove"]] == [("support", "Help desk")]
    assert changes["remove"][0]["_deletedAt"] > before
    clock.advance(minutes=1)
    assert alice.get("roles.sync", updatedSince=clock.now_text())["roles"] == {"update": [], "remove": []}


@pytest.mark.parametrize("more", [{}, {"updatedSince": "yesterday"}])
def test_since_when_must_be_said(alice, more):
    refused(
        alice.get("roles.sync", **more),
        'The "updatedSince" query parameter must be a valid date. [error-updatedSince-param-invalid]',
    )
