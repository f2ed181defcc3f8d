"""users.setActiveStatus: out with the next request, and back again."""

from tests.refusals import forbidden, refused
from tests.workspace import Client


def test_out_with_the_next_request(admin, alice, bob, anonymous):
    token = bob.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    said = bob.says("GENERAL", "I was here")
    answer = admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False)
    assert answer.body == {"user": {"_id": bob.id, "active": False}, "success": True}
    assert bob.get("me").status == 401
    assert anonymous.post("login", user="bob", password="secret")["error"] == "error-user-is-not-activated"
    assert said in [message["_id"] for message in alice.reads("GENERAL")]

    assert admin.post("users.setActiveStatus", userId=bob.id, activeStatus=True)["user"]["active"] is True
    assert bob.get("me").status == 401, "what was ended stays ended"
    assert Client(bob.workspace, {"x-auth-token": token, "x-user-id": bob.id}).get("me").status == 401
    assert anonymous.post("login", user="bob", password="secret").succeeded


def test_direct_rooms_are_archived_for_the_others(admin, alice, bob, carol, deliver):
    rooms = [(alice, alice.opens_direct_room(bob)), (carol, bob.opens_direct_room(carol))]
    three = alice.post("im.create", usernames="bob,carol")["room"]["_id"]
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False)
    deliver()
    for person, room_id in rooms:
        assert person.subscription(room_id)["archived"] is True
    assert "archived" not in alice.subscription(three)
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=True)
    deliver()
    assert "archived" not in alice.subscription(rooms[0][1])


def test_many_direct_rooms_take_several_steps(admin, bob, newcomer, deliver, monkeypatch):
    from pimentachat.services.after import accounts

    monkeypatch.setattr(accounts, "_AT_ONCE", 2)
    others = [newcomer(f"person{number}") for number in range(5)]
    rooms = [one.opens_direct_room(bob) for one in others]
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False)
    deliver()
    assert all(one.subscription(room_id)["archived"] for one, room_id in zip(others, rooms, strict=True))


def test_they_are_told(admin, bob, mails, deliver, setting):
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False)
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=True)
    deliver()
    assert [(receivers, subject) for _, receivers, subject, _ in mails()] == [
        (["bob@example.org"], "pimentaCHAT: your account was deactivated"),
        (["bob@example.org"], "pimentaCHAT: your account is active"),
    ]


def test_whether_they_are_told_is_a_setting(admin, bob, mails, deliver, setting):
    setting("Accounts_Send_Email_When_Activating", False)
    setting("Accounts_Send_Email_When_Deactivating", False)
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False)
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=True)
    deliver()
    assert mails() == []


def test_somebody_waits_and_is_let_in(admin, anonymous, rita, setting, mails, deliver, log_in):
    setting("Accounts_ManuallyApproveNewUsers", True)
    user = anonymous.post("users.register", **{**rita, "name": "<b>Rita"}, reason="to & fro")["user"]
    deliver()
    [told] = [mail for mail in mails() if mail[1] == ["admin@example.org"]]
    assert "rita waits for your approval" in told[2]
    assert "&lt;b&gt;Rita" in told[3]
    assert "to &amp; fro" in told[3]
    assert admin.post("users.setActiveStatus", userId=user["_id"], activeStatus=True).succeeded
    assert log_in("rita").get("me").succeeded
    assert "reason" not in admin.get("users.info", username="rita")["user"]


def test_the_same_again_changes_nothing(admin, bob, mails, deliver):
    assert admin.post("users.setActiveStatus", userId=bob.id, activeStatus=True).succeeded
    deliver()
    assert mails() == []
    assert bob.get("me").succeeded


def test_refusals(admin, alice, bob):
    forbidden(alice.post("users.setActiveStatus", userId=bob.id, activeStatus=False))
    refused(alice.post("users.setActiveStatus", userId=bob.id), "Match error: Missing key 'activeStatus'")
    unknown = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'
    refused(admin.post("users.setActiveStatus", userId="nobody", activeStatus=True), unknown)
    last = "Leaving the app without admins is not allowed [error-action-not-allowed]"
    refused(admin.post("users.setActiveStatus", userId=admin.id, activeStatus=False), last)
