def test_the_built_in_roles(alice):
    answer = alice.get("roles.list")
    assert set(answer.body) == {"roles", "success"}
    assert {role["_id"]: role["scope"] for role in answer["roles"]} == {
        "admin": "Users",
        "moderator": "Subscriptions",
        "leader": "Subscriptions",
        "owner": "Subscriptions",
        "user": "Users",
        "bot": "Users",
        "guest": "Users",
        "anonymous": "Users",
        "livechat-agent": "Users",
        "livechat-manager": "Users",
        "livechat-guest": "Users",
    }
    [admin] = [role for role in answer["roles"] if role["_id"] == "admin"]
    assert admin == {
        "_id": "admin",
        "name": "admin",
        "description": "Admin",
        "mandatory2fa": False,
        "protected": True,
        "scope": "Users",
    }


def test_roles_that_are_stored_too(alice):
    from pimentachat.store import workspace as workspace_store

    support = {"_id": "support", "name": "support", "scope": "Users", "description": "Help desk", "mandatory2fa": False}
    workspace_store.save("ROLE", {"support": support})
    assert support in alice.get("roles.list")["roles"]


def test_needs_a_login(anonymous, workspace):
    assert anonymous.get("roles.list").status == 401
