"""Pushes: who gets one for a message, and what it carries (contract: models.yaml push_token)."""

import json
from operator import itemgetter
from typing import Any
from zlib import crc32

import pytest

from tests.workspace import File, Person

GENERAL = "GENERAL"


@pytest.fixture
def ring(phones: Any, deliver: Any) -> Any:
    """Runs the worker and lists what rang since the last time: (text, whole message), in order of texts."""
    seen: list[Any] = []

    def rung() -> list[tuple[str, dict[str, Any]]]:
        deliver()
        fresh = [message for _, message in phones() if message not in seen]
        seen.extend(fresh)
        return sorted(((message["default"], message) for message in fresh), key=itemgetter(0))

    return rung


def has_phone(person: Person, kind: str = "apn", value: str = "") -> None:
    value = value or f"phone-of-{person.username}"
    assert person.post("push.token", type=kind, value=value, appName="chat.example").succeeded


def prefers(person: Person, room_id: str, **preferences: Any) -> None:
    """Settings of one room; rooms.saveNotification comes with a later issue."""
    from pimentachat.store import memberships
    from pimentachat.store.items import dump

    held = memberships.find(person.id, room_id)
    assert held
    memberships.update(held, doc=dump({**held.preferences, **preferences}))


def chooses(person: Person, **fields: Any) -> None:
    """What the person chose for all rooms; users.setPreferences comes with a later issue."""
    from pimentachat.store import users as user_store

    preferences = fields.pop("preferences", None)
    change = {**fields, **({"settings": {"preferences": preferences}} if preferences else {})}
    assert user_store.change(person.id, lambda user: user.model_copy(update=change))


# --- what it carries


def test_what_an_apple_phone_gets(alice, bob, ring, admin):
    has_phone(bob)
    room_id = alice.creates_channel("team", members=["bob"])
    message = alice.says(room_id, "@bob coffee?")
    [(text, published)] = ring()
    assert text == "alice: @bob coffee?"
    assert set(published) == {"default", "APNS", "APNS_SANDBOX"}
    assert published["APNS"] == published["APNS_SANDBOX"]
    unique_id = admin.get("settings/uniqueID")["value"]
    pushed = json.loads(published["APNS"])
    ejson = json.loads(pushed.pop("ejson"))
    assert pushed == {
        "aps": {
            "alert": {"title": "#team", "body": "alice: @bob coffee?"},
            # His own greeting in #general counts too.
            "badge": 2,
            "sound": "default",
            "category": "MESSAGE",
            "thread-id": room_id,
        },
        "messageFrom": "push",
        "notId": crc32(f"{unique_id}|{room_id}".encode()) - (1 << 31),
    }
    assert ejson == {
        "host": "https://chat.example.org/",
        "rid": room_id,
        "sender": {"_id": alice.id, "username": "alice"},
        "type": "c",
        "name": "team",
        "messageId": message,
    }


def test_what_an_android_phone_gets(alice, bob, ring):
    has_phone(bob, "gcm")
    bob.post("subscriptions.read", rid=GENERAL)
    room_id = alice.opens_direct_room(bob)
    message = alice.says(room_id, "coffee?")
    [(text, published)] = ring()
    assert text == "coffee?"
    assert set(published) == {"default", "GCM"}
    pushed = json.loads(published["GCM"])
    ejson = json.loads(pushed["data"].pop("ejson"))
    assert pushed == {
        "priority": "high",
        "data": {
            "title": "alice",
            "message": "coffee?",
            "msgcnt": "1",
            "soundname": "default",
            "notId": pushed["data"]["notId"],
            "style": "inbox",
            "summaryText": "%n% new messages",
            "image": "https://chat.example.org/images/logo/android-chrome-512x512.png",
        },
    }
    assert -(1 << 31) <= int(pushed["data"]["notId"]) < 1 << 31
    assert (ejson["rid"], ejson["type"], ejson["messageId"]) == (room_id, "d", message)


def test_all_pushes_of_a_room_share_their_number(alice, bob, ring):
    has_phone(bob)
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "one")
    alice.says(room_id, "two")
    alice.says(GENERAL, "@bob three")
    one, two, three = (json.loads(published["APNS"])["notId"] for _, published in sorted(ring(), key=_by_length))
    assert one == two != three


def test_the_newest_push_of_a_room_takes_the_place_of_the_one_before(alice, bob, carol, ring):
    from pimentachat.cloud import push

    told: list[tuple[str, str | None]] = []

    def note(params: Any, **_: Any) -> None:
        attributes = params["MessageAttributes"]
        replaced = attributes.get("AWS.SNS.MOBILE.APNS.COLLAPSE_ID", {}).get("StringValue")
        told.append((json.loads(params["Message"])["default"], replaced))

    has_phone(bob)
    has_phone(carol, "gcm")
    room_id = alice.opens_direct_room(bob)
    for text in ("one", "two"):
        alice.says(room_id, text)
    alice.says(GENERAL, "@bob @carol three")
    events = push._client().meta.events
    events.register("provide-client-params.sns.Publish", note)
    ring()
    events.unregister("provide-client-params.sns.Publish", note)
    (_, one), (_, two), *both = sorted(told, key=_by_length)
    assert one == two
    assert one
    assert len(one.encode()) <= 64
    [in_general] = {replaced for _, replaced in both} - {None}
    assert in_general != one
    # Google would keep four rooms of a device that is away, and no more.
    assert None in {replaced for _, replaced in both}


def _by_length(pushed: tuple[str, Any]) -> int:
    return len(pushed[0])


def test_names_and_texts_may_be_kept_secret(alice, bob, ring, setting):
    has_phone(bob)
    setting("Push_show_username_room", False)
    alice.says(GENERAL, "@bob secret")
    [(text, published)] = ring()
    assert text == "@bob secret"
    assert json.loads(published["APNS"])["aps"]["alert"] == {"body": "@bob secret"}
    setting("Push_show_message", False)
    alice.says(GENERAL, "@bob secret")
    [(text, published)] = ring()
    assert text == " "
    assert json.loads(published["APNS"])["aps"]["alert"] == {"body": " "}
    setting("Push_show_username_room", True)
    alice.says(GENERAL, "@bob secret")
    [(text, published)] = ring()
    assert json.loads(published["APNS"])["aps"]["alert"] == {"title": "#general", "body": " "}


def test_real_names_by_setting(alice, bob, ring, setting):
    has_phone(bob)
    setting("UI_Use_Real_Name", True)
    alice.says(alice.opens_direct_room(bob), "hi")
    [(_, published)] = ring()
    assert json.loads(published["APNS"])["aps"]["alert"]["title"] == "Alice"


def test_a_muted_person_cannot_answer_from_the_push(alice, bob, ring):
    from pimentachat.store import rooms as room_store

    has_phone(bob)
    room_store.change(GENERAL, lambda room: room.model_copy(update={"muted": ["bob"]}))
    alice.says(GENERAL, "@bob shh")
    [(_, published)] = ring()
    assert json.loads(published["APNS"])["aps"]["category"] == "MESSAGE_NOREPLY"


def test_a_file_is_named(alice, bob, ring):
    has_phone(bob)
    assert alice.upload(f"rooms.upload/{alice.opens_direct_room(bob)}", File("plan.txt", b"a")).succeeded
    assert [text for text, _ in ring()] == ["plan.txt"]


@pytest.mark.parametrize("text", ["x" * 5000, "\U0001f600" * 5000, "\u0001" * 4999 + "x", '"\\' * 2500])
def test_a_long_text_is_cut_to_what_a_push_carries(alice, bob, ring, text):
    has_phone(bob)
    has_phone(bob, "gcm")
    alice.says(alice.opens_direct_room(bob), text)
    pushed = ring()
    assert len(pushed) == 2
    for _, published in pushed:
        payload = published.get("APNS") or published["GCM"]
        assert len(payload.encode()) < 4096
        assert len(json.dumps(published).encode()) < 256 * 1024


# --- who gets one


def test_direct_rooms_always_ring(alice, bob, ring):
    has_phone(bob)
    has_phone(alice)
    alice.says(alice.opens_direct_room(bob), "hi")
    assert [text for text, _ in ring()] == ["hi"]


def test_rooms_ring_for_those_named_and_never_for_the_author(alice, bob, carol, ring):
    for person in (alice, bob, carol):
        has_phone(person)
    alice.says(GENERAL, "plain")
    assert ring() == []
    alice.says(GENERAL, "@bob @alice one")
    assert len(ring()) == 1
    alice.says(GENERAL, "@all two")
    assert [text for text, _ in ring()] == ["alice: @all two"] * 2
    alice.says(GENERAL, "@here three")
    assert ring() == []


def test_every_device_rings(alice, bob, ring):
    has_phone(bob, "apn", "a")
    has_phone(bob, "gcm", "b")
    alice.says(GENERAL, "@bob hi")
    assert sorted(next(iter(set(published) - {"default"}))[:4] for _, published in ring()) == ["APNS", "GCM"]


def test_system_messages_do_not_ring(alice, bob, ring):
    has_phone(bob)
    chooses(bob, preferences={"mobileNotifications": "all"})
    room_id = alice.creates_channel("team", members=["bob"])
    assert alice.post("channels.setTopic", roomId=room_id, topic="@bob @all").succeeded
    assert ring() == []


@pytest.mark.parametrize(
    ("preferences", "rings"),
    [
        ({}, ["direct", "named"]),
        ({"mobilePushNotifications": "all"}, ["all", "direct", "named", "plain"]),
        ({"mobilePushNotifications": "mentions"}, ["all", "direct", "named"]),
        ({"mobilePushNotifications": "nothing"}, []),
        ({"disableNotifications": True}, []),
        ({"muteGroupMentions": True}, ["direct", "named"]),
    ],
)
def test_what_somebody_chose_for_a_room(alice, bob, ring, preferences, rings):
    has_phone(bob)
    room_id = alice.creates_channel("team", members=["bob"])
    direct = alice.opens_direct_room(bob)
    for each in (room_id, direct):
        prefers(bob, each, **preferences)
    if preferences.get("mobilePushNotifications") == "all":
        _listens(bob, room_id)
    alice.says(room_id, "plain")
    alice.says(room_id, "@bob named")
    alice.says(room_id, "@all all")
    alice.says(direct, "direct")
    wanted = rings if preferences else ["all", *rings]
    assert sorted(text.split()[-1] for text, _ in ring()) == wanted


def _listens(person: Person, room_id: str) -> None:
    """The entry that goes with `mobilePushNotifications: all`."""
    from pimentachat.store import memberships, table

    held = memberships.find(person.id, room_id)
    assert held
    table.write_many([write for write in memberships.additions(held) if "LISTENER" in write.key.sk])


@pytest.mark.parametrize(
    ("preference", "rings"),
    [("all", ["direct", "named", "plain"]), ("mentions", ["direct", "named"]), ("nothing", [])],
)
def test_what_somebody_chose_for_all_rooms(alice, bob, ring, preference, rings):
    has_phone(bob)
    chooses(bob, preferences={"mobileNotifications": preference})
    room_id = alice.creates_channel("team", members=["bob"])
    alice.says(room_id, "plain")
    alice.says(room_id, "@bob named")
    alice.says(alice.opens_direct_room(bob), "direct")
    assert sorted(text.split()[-1] for text, _ in ring()) == rings


def test_what_the_workspace_chose(alice, bob, ring, setting):
    has_phone(bob)
    room_id = alice.creates_channel("team", members=["bob"])
    setting("Accounts_Default_User_Preferences_mobileNotifications", "all")
    alice.says(room_id, "plain")
    assert [text for text, _ in ring()] == ["alice: plain"]
    setting("Notifications_Max_Room_Members", 1)
    alice.says(room_id, "plain in a large room")
    alice.says(room_id, "@bob named in a large room")
    assert [text for text, _ in ring()] == ["alice: @bob named in a large room"]
    setting("Accounts_Default_User_Preferences_mobileNotifications", "nothing")
    alice.says(room_id, "@bob nothing")
    assert ring() == []


def test_who_is_online_is_not_rung_unless_told_to(alice, bob, ring, setting):
    has_phone(bob)
    room_id = alice.opens_direct_room(bob)
    chooses(bob, status_connection="online")
    alice.says(room_id, "online")
    assert ring() == []
    setting("Notifications_Always_Notify_Mobile", True)
    alice.says(room_id, "always")
    assert [text for text, _ in ring()] == ["always"]


def test_who_is_ignored_does_not_ring(alice, bob, carol, ring):
    has_phone(bob)
    room_id = alice.creates_channel("team", members=["bob", "carol"])
    prefers(bob, room_id, ignored=[alice.id])
    alice.says(room_id, "@bob hi")
    carol.says(room_id, "@bob hello")
    assert [text for text, _ in ring()] == ["carol: @bob hello"]


def test_who_is_deactivated_or_left_is_not_rung(alice, bob, carol, ring):
    room_id = alice.creates_channel("team", members=["bob", "carol"])
    for person in (bob, carol):
        has_phone(person)
    chooses(bob, active=False)
    assert carol.post("channels.leave", roomId=room_id).succeeded
    alice.says(room_id, "@all hi")
    assert ring() == []


def test_pushes_may_be_switched_off(alice, bob, ring, setting):
    has_phone(bob)
    setting("Push_enable", False)
    alice.says(GENERAL, "@bob hi")
    assert ring() == []
    setting("Push_enable", True)
    alice.says(GENERAL, "@bob again")
    assert [text for text, _ in ring()] == ["alice: @bob again"]


def test_a_message_that_is_gone_does_not_ring(alice, bob, ring):
    has_phone(bob)
    gone = alice.says(GENERAL, "@bob oops")
    assert alice.post("chat.delete", roomId=GENERAL, msgId=gone).succeeded
    assert ring() == []


def test_a_push_goes_out_once_however_often_the_stream_brings_it(alice, bob, phones, worker, clock):
    has_phone(bob)
    alice.says(GENERAL, "@bob hi")
    for _ in range(3):
        worker.run(worker.records())
        effects = worker.effects()
        for _ in range(2):
            worker.carry_out(*effects)
        clock.advance(minutes=2)
    assert len(phones()) == 1


# --- devices that are gone


def test_a_disabled_device_is_forgotten(alice, bob, phones, deliver):
    has_phone(bob, "apn", "old")
    has_phone(bob, "gcm", "new")
    [old] = [each["EndpointArn"] for each in _endpoints(phones) if each["Attributes"]["Token"] == "old"]
    phones.sns.set_endpoint_attributes(EndpointArn=old, Attributes={"Enabled": "false"})
    alice.says(GENERAL, "@bob hi")
    deliver()
    assert [json.loads(published["GCM"])["data"]["message"] for _, published in phones()] == ["alice: @bob hi"]
    assert [each["Attributes"]["Token"] for each in _endpoints(phones)] == ["new"]
    assert bob.delete("push.token", token="old").status == 404


def test_a_device_that_sns_no_longer_knows_is_forgotten(alice, bob, phones, deliver):
    has_phone(bob)
    [only] = _endpoints(phones)
    phones.sns.delete_endpoint(EndpointArn=only["EndpointArn"])
    alice.says(GENERAL, "@bob hi")
    deliver()
    assert phones() == []
    assert bob.delete("push.token", token="phone-of-bob").status == 404


def test_a_removed_device_does_not_ring(alice, bob, ring):
    has_phone(bob)
    assert bob.delete("push.token", token="phone-of-bob").succeeded
    alice.says(GENERAL, "@bob hi")
    assert ring() == []


def _endpoints(phones: Any) -> list[dict[str, Any]]:
    applications = phones.sns.list_platform_applications()["PlatformApplications"]
    return [
        endpoint
        for application in applications
        for endpoint in phones.sns.list_endpoints_by_platform_application(
            PlatformApplicationArn=application["PlatformApplicationArn"]
        )["Endpoints"]
    ]


# --- the badge


def test_the_badge_is_counted_once_for_each_person_and_batch(alice, bob, phones, worker):
    from pimentachat.store import table
    from tests.api.test_nothing_is_read import calls_of

    has_phone(bob)
    for number in range(10):
        alice.says(GENERAL, f"@bob {number}")
    worker.run(worker.records())
    effects = worker.effects()
    assert len(effects) == 10
    with calls_of(table.client()) as calls:
        assert worker.carry_out(*effects) == {"batchItemFailures": []}
    pk = f"USER#{bob.id}"
    counted = [
        params
        for name, params in calls
        if name == "Query" and pk in str(params) and "ROOM#" in str(params["ExpressionAttributeValues"])
    ]
    assert len(counted) == 1
    assert len(phones()) == 10


def test_the_badge_of_somebody_in_very_many_rooms_is_bounded(alice, bob, ring, monkeypatch):
    from pimentachat.services.subscriptions import subscriptions

    monkeypatch.setattr(subscriptions, "_BADGE_ROOMS_MOST", 2)
    has_phone(bob)
    rooms = [alice.creates_channel(f"team{number}", members=["bob"]) for number in range(4)]
    for room_id in rooms:
        alice.says(room_id, "@bob hi")
    badges = [message["APNS"] for _, message in ring()]
    assert {json.loads(each)["aps"]["badge"] for each in badges} == {2}
