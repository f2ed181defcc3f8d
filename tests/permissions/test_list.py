from pimentachat import defaults


def test_everybody_sees_all_permissions_with_their_roles(alice):
    answer = alice.get("permissions.list")
    assert set(answer.body) == {"permissions", "success"}
    assert {one["_id"]: tuple(one["roles"]) for one in answer["permissions"]} == dict(defaults.permissions())
    assert all(set(one) == {"_id", "roles", "_updatedAt"} for one in answer["permissions"])


def test_changes_are_seen(alice, grant):
    grant("create-c", "admin")
    [changed] = [one for one in alice.get("permissions.list")["permissions"] if one["_id"] == "create-c"]
    assert changed["roles"] == ["admin"]


def test_needs_a_login(anonymous, workspace):
    assert anonymous.get("permissions.list").status == 401
