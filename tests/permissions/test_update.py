import pytest

from tests.refusals import refused


def roles_of(person, permission):
    [found] = [one for one in person.get("permissions.list")["permissions"] if one["_id"] == permission]
    return found["roles"]


def swapped(answer, error, code):
    """These refusals carry their type without repeating it at the end of the text."""
    assert (answer.status, answer.body) == (400, {"success": False, "error": error, "errorType": code})


def update(person, *permissions):
    return person.post("permissions.update", permissions=list(permissions))


def test_roles_are_replaced(admin, alice, clock):
    assert alice.post("channels.create", name="before").succeeded
    clock.advance(minutes=1)
    before = clock.now_text()

    answer = update(admin, {"_id": "create-c", "roles": ["admin", "bot"], "note": "ignored"})

    assert answer.succeeded
    assert set(answer.body) == {"permissions", "success"}
    assert answer["permissions"] == alice.get("permissions.list")["permissions"]
    assert len(answer["permissions"]) > 90
    [changed] = [one for one in answer["permissions"] if one["_id"] == "create-c"]
    assert set(changed) == {"_id", "roles", "_updatedAt"}
    assert changed["roles"] == ["admin", "bot"]
    assert changed["_updatedAt"] >= before
    assert roles_of(admin, "create-p") == ["admin", "user", "bot"]
    refused(alice.post("channels.create", name="after"), "unauthorized", 403)
    assert admin.post("channels.create", name="after").succeeded


def test_admins_have_no_bypass(admin):
    assert update(admin, {"_id": "create-c", "roles": []}).succeeded
    assert roles_of(admin, "create-c") == []
    refused(admin.post("channels.create", name="ops"), "unauthorized", 403)


def test_all_permissions_at_once(admin, alice):
    everything = [{"_id": one["_id"], "roles": ["admin"]} for one in admin.get("permissions.list")["permissions"]]
    assert update(admin, *everything).succeeded
    assert all(one["roles"] == ["admin"] for one in admin.get("permissions.list")["permissions"])


def test_no_change_at_all(admin):
    assert update(admin).succeeded


def test_a_role_of_the_defaults_that_does_not_exist_may_stay(admin):
    kept = roles_of(admin, "start-discussion")
    assert "expert" in kept
    assert update(admin, {"_id": "start-discussion", "roles": kept}).succeeded


def test_a_role_twice_counts_once(admin):
    assert update(admin, {"_id": "create-c", "roles": ["admin", "user", "admin"]}).succeeded
    assert roles_of(admin, "create-c") == ["admin", "user"]


def test_without_the_permission(alice, admin, grant):
    change = {"_id": "create-c", "roles": ["user"]}
    swapped(update(alice, change), "Editing permissions is not allowed", "error-edit-permissions-not-allowed")
    # It is asked for before the names are looked at.
    swapped(
        update(alice, {"_id": "nothing", "roles": []}),
        "Editing permissions is not allowed",
        "error-edit-permissions-not-allowed",
    )
    assert roles_of(admin, "create-c") == ["admin", "user", "bot"]
    grant("access-permissions", "admin", "user")
    assert update(alice, change).succeeded


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "Missing key 'permissions'"),
        ({"permissions": None}, "Missing key 'permissions'"),
        ({"permissions": {}}, "Expected array, got object in field permissions"),
        ({"permissions": ["create-c"]}, "Expected object, got string in field permissions"),
        ({"permissions": [{"roles": []}]}, "Missing key '_id' in field permissions"),
        ({"permissions": [{"_id": "create-c"}]}, "Missing key 'roles' in field permissions"),
        ({"permissions": [{"_id": "create-c", "roles": [7]}]}, "Missing key 'roles' in field permissions"),
        ({"permissions": [], "more": 1}, "Unknown key in field more"),
    ],
    ids=str,
)
def test_malformed_bodies(admin, body, problem):
    refused(admin.post("permissions.update", body), f"Match error: {problem}")


def test_nothing_is_changed_when_one_is_unknown(admin):
    good = {"_id": "create-c", "roles": ["admin"]}
    swapped(
        update(admin, good, {"_id": "nothing", "roles": ["nobody"]}), "Invalid permission", "error-invalid-permission"
    )
    swapped(update(admin, good, {"_id": "create-p", "roles": ["nobody"]}), "Invalid role", "error-invalid-role")
    assert roles_of(admin, "create-c") == ["admin", "user", "bot"]


def test_needs_a_login(anonymous, workspace):
    assert update(anonymous).status == 401


def test_only_so_many_change_at_once(admin):
    some = [{"_id": one["_id"], "roles": ["bot"]} for one in admin.get("permissions.list")["permissions"]]
    refused(update(admin, *some), "Match error: At most 99 changes in field permissions")
    assert "admin" in roles_of(admin, "access-permissions")
