"""users.delete and users.deleteOwnAccount: gone at once, and what is left behind goes by a job."""

import hashlib
import io

import pytest

from tests.refusals import forbidden, refused
from tests.workspace import File

DIGEST = hashlib.sha256(b"secret").hexdigest()


def held_by(user_id):
    """Keys of everything that still speaks of somebody, but for messages and what goes by itself."""
    from tests.workers.test_purge import items

    found = []
    for name in ("accounts", "rooms"):
        for item in items(name):
            text = " ".join(str(item.get(part, "")) for part in ("pk", "sk", "list_pk", "list_sk", "user_id", "doc"))
            others = item["pk"].startswith("USER#") and user_id not in item["pk"]
            passing = item["pk"].startswith(("DELETED", "ONLINE"))
            if user_id in text and not passing and not others:
                found.append((item["pk"], item["sk"]))
    return found


def erase_as(setting, kind):
    setting("Message_ErasureType", kind)


@pytest.fixture
def lived(alice, bob, carol, phones):
    """Bob was everywhere."""
    channel = alice.creates_channel("team", members=["bob", "carol"])
    shared = alice.creates_group("shared", members=["bob"])
    alone = bob.creates_group("alone")
    direct = bob.opens_direct_room(alice)
    left = carol.creates_channel("left", members=["bob"])
    assert bob.post("channels.leave", roomId=left).succeeded
    assert bob.post("push.token", type="gcm", value="phone", appName="app").succeeded
    assert bob.post("users.generatePersonalAccessToken", tokenName="bot").succeeded
    rooms = {"channel": channel, "shared": shared, "alone": alone, "direct": direct}
    said = {name: bob.says(room_id, f"Bob was in {name}") for name, room_id in rooms.items()}
    file = bob.upload(f"rooms.upload/{channel}", File("plan.txt", b"plan"), msg="plan")["message"]
    return {**rooms, "said": said, "file": file}


def test_gone_with_the_answer(admin, alice, bob, anonymous):
    total = admin.get("users.list")["total"]
    assert admin.post("users.delete", userId=bob.id).body == {"success": True}
    assert bob.get("me").status == 401
    assert anonymous.post("login", user="bob", password="secret").status == 401
    assert admin.get("users.info", username="bob").error == "User not found."
    assert admin.get("users.list")["total"] == total - 1
    assert alice.get("spotlight", query="bob")["users"] == []
    fresh = {"name": "Bob", "username": "bob", "email": "bob@example.org", "pass": "secret"}
    assert anonymous.post("users.register", **fresh).succeeded


def test_nothing_of_them_is_left(admin, alice, bob, carol, lived, deliver, setting, phones):
    erase_as(setting, "Delete")
    assert admin.post("users.delete", username="bob").succeeded
    for _ in range(3):
        deliver()
    assert held_by(bob.id) == []
    team = alice.get("channels.info", roomId=lived["channel"])["channel"]
    assert team["usersCount"] == 2
    assert [one["username"] for one in alice.get("channels.members", roomId=lived["channel"])["members"]] == [
        "alice",
        "carol",
    ]
    authors = {message["u"]["_id"] for message in alice.reads(lived["channel"])}
    assert bob.id not in authors
    assert team.get("lastMessage") is None
    assert alice.get(lived["file"]["attachments"][0]["title_link"]).status == 404
    assert alice.subscription(lived["direct"]) == {}
    assert alice.get("chat.getMessage", msgId=lived["said"]["channel"]).body == {"success": False}
    assert alice.get("groups.info", roomId=lived["shared"])["group"]["usersCount"] == 1
    assert alice.get("im.list")["total"] == 0


def test_their_picture_goes_and_their_integrations_rest(admin, bob, deliver, resources):
    import boto3
    from PIL import Image

    from tests.workspace import File

    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    assert bob.upload("users.setAvatar", File("me.png", drawn.getvalue(), "image/png", field="image")).succeeded
    told = {"type": "webhook-incoming", "name": "builds", "enabled": True, "username": "bob", "channel": "#general"}
    made = admin.post("integrations.create", **told, scriptEnabled=False)["integration"]

    def pictures():
        found = boto3.client("s3").list_objects_v2(Bucket=resources["FILES_BUCKET"], Prefix="avatars/")
        return found.get("Contents", [])

    assert len(pictures()) == 1
    assert admin.post("users.delete", username="bob").succeeded
    deliver()
    assert pictures() == []
    assert admin.get("integrations.get", integrationId=made["_id"])["integration"]["enabled"] is False


def test_their_mentions_are_in_no_list(admin, bob, carol, lived, deliver, setting):
    erase_as(setting, "Delete")
    bob.says(lived["channel"], "@carol look")
    assert carol.get("chat.getMentionedMessages", roomId=lived["channel"])["total"] == 1
    admin.post("users.delete", username="bob")
    for _ in range(3):
        deliver()
    assert carol.get("chat.getMentionedMessages", roomId=lived["channel"])["total"] == 0


def test_the_text_is_in_no_trash(admin, bob, lived, deliver, setting):
    from tests.workers.test_purge import items

    erase_as(setting, "Delete")
    setting("Message_KeepHistory", True)
    said = {"roomId": lived["channel"], "msgId": lived["said"]["channel"]}
    assert bob.post("chat.update", **said, text="Bob was here").succeeded
    assert [item for item in items("messages") if "Bob was in channel" in str(item.get("doc"))]
    admin.post("users.delete", username="bob")
    deliver()
    assert not [item for item in items("messages") if "Bob was " in str(item.get("doc"))]


def test_messages_may_go_to_the_cat(admin, alice, bob, lived, deliver, setting):
    erase_as(setting, "Unlink")
    admin.post("users.delete", username="bob")
    deliver()
    kept = alice.get("chat.getMessage", msgId=lived["said"]["channel"])["message"]
    assert (kept["u"]["_id"], kept["alias"], kept["msg"]) == ("rocket.cat", "Removed User", "Bob was in channel")
    last = alice.get("groups.info", roomId=lived["shared"])["group"]["lastMessage"]
    assert (last["u"]["username"], last["alias"]) == ("rocket.cat", "Removed User")


def test_messages_may_stay(admin, alice, bob, lived, deliver, setting):
    erase_as(setting, "Keep")
    admin.post("users.delete", username="bob")
    deliver()
    kept = alice.get("chat.getMessage", msgId=lived["said"]["channel"])["message"]
    assert kept["u"]["username"] == "bob"
    assert [pk.partition("#")[0] for pk, _ in held_by(bob.id)] == ["FILE"]


def test_who_comes_under_the_name_is_not_muted_for_it(admin, alice, bob, anonymous, log_in, deliver):
    from pimentachat.store import rooms

    room_id = alice.creates_channel("team", members=["bob"])
    rooms.change(room_id, lambda room: room.model_copy(update={"muted": ["bob"]}))
    admin.post("users.delete", username="bob")
    deliver()
    room = rooms.find(room_id)
    assert room
    assert room.muted == []


def test_many_steps_of_which_each_may_come_twice(admin, alice, bob, deliver, setting, monkeypatch):
    from pimentachat.services.after import jobs, removals, walks
    from pimentachat.store import jobs as job_store

    erase_as(setting, "Delete")
    monkeypatch.setattr(walks, "_AT_ONCE", 4)
    monkeypatch.setattr(walks, "_BATCH", 2)
    monkeypatch.setattr(removals, "_AT_ONCE", 2)
    rooms = [alice.creates_channel(f"room{number}", members=["bob"]) for number in range(4)]
    for room_id in rooms:
        for number in range(4):
            bob.says(room_id, str(number))
            alice.says(room_id, f"answer {number}")
    admin.post("users.delete", username="bob")
    step = jobs.step

    def twice(job_id):
        before = job_store.find(job_id)
        step(job_id)
        if before:
            jobs._KINDS[before.kind](before)
        return job_store.find(job_id) is None

    monkeypatch.setattr(jobs, "step", twice)
    deliver()
    for room_id in rooms:
        ordinary = [message["msg"] for message in alice.reads(room_id) if "t" not in message]
        assert ordinary == [f"answer {number}" for number in (3, 2, 1, 0)]
        room = alice.get("channels.info", roomId=room_id)["channel"]
        assert (room["usersCount"], room["lastMessage"]["msg"]) == (1, "answer 3")


# --- refusals


def test_the_last_administrator(admin, alice, bob, newcomer):
    refused(
        admin.post("users.delete", userId=admin.id),
        "Leaving the app without admins is not allowed [error-action-not-allowed]",
    )
    newcomer("boss", roles=["admin"])
    assert admin.post("users.delete", userId=admin.id).succeeded


def test_the_last_owner(admin, alice, bob):
    last = "To delete this user you'll need to set a new owner to the following room: team. [error-user-is-last-owner]"
    room_id = bob.creates_channel("team", members=["alice"])
    refused(admin.post("users.delete", userId=bob.id), last)
    assert bob.get("me").succeeded
    assert bob.post("channels.addOwner", roomId=room_id, userId=alice.id).succeeded
    assert admin.post("users.delete", userId=bob.id).succeeded


def test_the_last_owner_of_a_group(admin, alice, bob):
    bob.creates_group("den", members=["alice"])
    assert admin.post("users.delete", userId=bob.id).error_type == "error-user-is-last-owner"


def test_who_may(alice, bob, admin):
    forbidden(alice.post("users.delete", userId=bob.id))
    forbidden(alice.post("users.delete"))
    missing = 'The required "userId" or "username" param was not provided [error-user-param-not-provided]'
    refused(admin.post("users.delete"), missing)
    unknown = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'
    refused(admin.post("users.delete", userId="nobody"), unknown)


def test_twice_at_once(admin, bob):
    from tests.at_once import at_once

    total = admin.get("users.list")["total"]
    at_once(*[lambda: admin.post("users.delete", userId=bob.id)] * 2)
    assert admin.get("users.list")["total"] == total - 1


# --- oneself


def test_by_oneself(alice, setting, newcomer):
    refused(alice.post("users.deleteOwnAccount"), 'Body parameter "password" is required.')
    refused(alice.post("users.deleteOwnAccount", password=DIGEST), "Not allowed [error-not-allowed]")
    setting("Accounts_AllowDeleteOwnAccount", True)
    refused(alice.post("users.deleteOwnAccount", password="secret"), "Invalid password [error-invalid-password]")
    assert alice.post("users.deleteOwnAccount", password=DIGEST).body == {"success": True}
    assert alice.get("me").status == 401


def test_by_oneself_without_a_password(newcomer, setting):
    from pimentachat.store import users

    setting("Accounts_AllowDeleteOwnAccount", True)
    dora = newcomer("dora")
    users.change(dora.id, lambda user: user.model_copy(update={"password_hash": None}))
    refused(dora.post("users.deleteOwnAccount", password=DIGEST), "Invalid username [error-invalid-username]")
    assert dora.post("users.deleteOwnAccount", password="dora").succeeded


def test_the_last_owner_is_told(alice, bob, setting):
    setting("Accounts_AllowDeleteOwnAccount", True)
    alice.creates_channel("team", members=["bob"])
    assert alice.post("users.deleteOwnAccount", password=DIGEST).error_type == "error-user-is-last-owner"


def test_what_happens_while_the_job_goes_on(admin, alice, bob, deliver, setting, monkeypatch):
    """A room moves to where the walk has been, and a request that still knew Bob makes him a member."""
    from pimentachat.models.memberships import Membership
    from pimentachat.services.after import jobs, walks
    from pimentachat.store import jobs as job_store
    from pimentachat.store import memberships, table
    from pimentachat.store import rooms as room_store
    from pimentachat.store import users as user_store

    erase_as(setting, "Delete")
    monkeypatch.setattr(walks, "_AT_ONCE", 2)
    monkeypatch.setattr(walks, "_BATCH", 2)
    apple, cedar, zinnia = (alice.creates_channel(name, members=["bob"]) for name in ("apple", "cedar", "zinnia"))
    for room_id in (apple, cedar, zinnia):
        for number in range(3):
            bob.says(room_id, str(number))
    room, user = room_store.find(alice.creates_channel("late")), user_store.find(bob.id)
    assert room
    assert user
    late = Membership.begun(room, user, "2026")
    happened = []
    step = jobs.step

    def stepped(job_id):
        job = job_store.find(job_id)
        if job and job.progress.startswith('["c","cedar"') and not happened:
            happened.append(alice.post("channels.rename", roomId=zinnia, name="aardvark").succeeded)
            table.transact(*memberships.additions(late))
        return step(job_id)

    monkeypatch.setattr(jobs, "step", stepped)
    assert admin.post("users.delete", userId=bob.id).succeeded
    deliver()
    assert happened == [True]
    for room_id in (apple, cedar, zinnia):
        assert [message for message in alice.reads(room_id) if message["u"]["_id"] == bob.id] == []
    assert held_by(bob.id) == []
