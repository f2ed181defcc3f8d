"""rooms.get."""

from tests.refusals import refused

FIELDS = {
    "_id", "name", "fname", "t", "cl", "u", "topic", "announcement", "announcementDetails", "muted", "_updatedAt",
    "archived", "jitsiTimeout", "description", "default", "customFields", "lastMessage", "retention", "prid",
    "joinCodeRequired", "open", "label", "ro", "reactWhenReadOnly", "sysMes", "tokenpass", "streamingOptions",
    "broadcast", "encrypted", "e2eKeyId", "usernames", "uids", "usersCount", "lm", "ts",
}  # fmt: skip


def updated(person, **params) -> set[str]:
    answer = person.get("rooms.get", **params)
    assert answer.succeeded, answer.text
    return {room["_id"] for room in answer["update"]}


def test_every_room_the_caller_is_in(alice, bob, carol):
    channel = alice.creates_channel("team", members=["bob"])
    group = alice.creates_group("core")
    direct = carol.opens_direct_room(alice)
    bob.creates_channel("other")
    answer = alice.get("rooms.get")
    assert answer["remove"] == []
    rooms = {room["_id"]: room for room in answer["update"]}
    assert rooms.keys() == {"GENERAL", channel, group, direct}
    assert rooms[channel] == {
        "_id": channel,
        "name": "team",
        "fname": "team",
        "t": "c",
        "u": {"_id": alice.id, "username": "alice"},
        "customFields": {},
        "ro": False,
        "sysMes": True,
        "default": False,
        "usersCount": 2,
        "ts": rooms[channel]["ts"],
        "_updatedAt": rooms[channel]["_updatedAt"],
    }
    assert (rooms[direct]["t"], rooms[direct]["usernames"]) == ("d", ["carol", "alice"])


def test_only_fields_that_clients_expect(alice):
    room_id = alice.creates_channel("news", readOnly=True)
    alice.says(room_id, "hi")
    assert alice.post("channels.setTopic", roomId=room_id, topic="a").succeeded
    [room] = [room for room in alice.get("rooms.get")["update"] if room["_id"] == room_id]
    assert room.keys() <= FIELDS
    assert room["lastMessage"]["msg"] == "hi"


def test_what_changed_since(alice, bob, clock):
    quiet = alice.creates_channel("quiet")
    busy = alice.creates_channel("busy", members=["bob"])
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    assert updated(alice, updatedSince=since) == set()
    bob.says(busy, "hi")
    assert updated(alice, updatedSince=since) == {busy}
    assert updated(alice, updatedSince="2019-04-11T10:00:00.000Z") == {quiet, busy, "GENERAL"}
    [room] = alice.get("rooms.get", updatedSince=since)["update"]
    # Strictly later: the instant of the change itself is not enough.
    assert updated(alice, updatedSince=room["_updatedAt"]) == set()


def test_a_date_in_other_forms(alice, clock):
    clock.advance(seconds=1)
    milliseconds = clock.milliseconds(clock.now_text())
    for since in (clock.now_text().removesuffix("Z") + "+00:00", str(milliseconds), "2099-01-01"):
        assert updated(alice, updatedSince=since) == set()


def test_every_room_deleted_since_is_named(alice, bob, clock):
    old = alice.creates_channel("old")
    assert alice.post("channels.delete", roomId=old).succeeded
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    gone = alice.creates_group("gone")
    assert alice.post("groups.delete", roomId=gone).succeeded
    for person in (alice, bob):
        [removed] = person.get("rooms.get", updatedSince=since)["remove"]
        assert removed["_id"] == gone
        assert since < removed["_deletedAt"] <= clock.now_text()
    assert [each["_id"] for each in bob.get("rooms.get", updatedSince="2019-01-01")["remove"]] == [old, gone]
    clock.advance(days=31)
    assert bob.get("rooms.get", updatedSince="2019-01-01")["remove"] == []


def test_a_room_the_caller_left_is_just_not_there(alice, bob, clock):
    room_id = alice.creates_channel("team", members=["bob"])
    since = clock.now_text()
    clock.advance(seconds=1)
    assert bob.post("channels.leave", roomId=room_id).succeeded
    answer = bob.get("rooms.get", updatedSince=since)
    assert (answer["update"], answer["remove"]) == ([], [])


def test_hidden_and_archived_rooms_are_there(alice, bob):
    direct = alice.opens_direct_room(bob)
    archived = bob.creates_channel("old")
    assert bob.post("channels.archive", roomId=archived).succeeded
    assert {direct, archived} < updated(bob)


def test_what_is_no_date(alice):
    for text in ("yesterday", "2019-13-01", "{}"):
        refused(
            alice.get("rooms.get", updatedSince=text),
            'The "updatedSince" query parameter must be a valid date. [error-updatedSince-param-invalid]',
        )
