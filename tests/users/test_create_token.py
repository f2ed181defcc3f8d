"""users.createToken."""

from tests.refusals import refused
from tests.workspace import Client


def test_for_oneself_and_with_the_permission_for_others(alice, bob, admin, grant, clock):
    answer = alice.post("users.createToken", userId=alice.id)
    assert set(answer["data"]) == {"userId", "authToken"}
    caller = Client(alice.workspace, {"x-auth-token": answer["data"]["authToken"], "x-user-id": alice.id})
    assert caller.get("me").succeeded
    assert "lastLogin" not in alice.get("users.info", userId=alice.id)["user"]
    refused(alice.post("users.createToken", username="bob"), "Not authorized [error-not-authorized]")
    grant("user-generate-access-token", "user")
    assert alice.post("users.createToken", username="bob")["data"]["userId"] == bob.id
    clock.advance(days=91)
    assert caller.get("me").status == 401


def test_whom(admin, bob, grant):
    grant("user-generate-access-token", "admin")
    missing = 'The required "userId" or "username" param was not provided [error-user-param-not-provided]'
    refused(admin.post("users.createToken"), missing)
    unknown = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'
    refused(admin.post("users.createToken", userId="nobody"), unknown)
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False)
    refused(admin.post("users.createToken", userId=bob.id), "Not authorized [error-not-authorized]")
