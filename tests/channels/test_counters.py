"""channels.counters and groups.counters."""

from tests.kinds import GROUP, Kind
from tests.refusals import forbidden, refused

KEYS = {"joined", "members", "unreads", "unreadsFrom", "msgs", "latest", "userMentions", "success"}


def test_what_a_member_has_not_read(kind: Kind, alice, bob, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    clock.advance(seconds=1)
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    read = bob.subscription(room_id)["ls"]
    clock.advance(seconds=1)
    alice.says(room_id, "@bob one")
    clock.advance(seconds=1)
    last = alice.posts(room_id, "two")["message"]["ts"]
    assert kind.get(bob, "counters", roomId=room_id) == {
        "joined": True,
        "members": 2,
        "unreads": 2,
        "unreadsFrom": read,
        "msgs": 2,
        "latest": last,
        "userMentions": 1,
        "success": True,
    }
    assert kind.get(alice, "counters", roomName="team")["userMentions"] == 0


def test_who_has_never_read_counts_from_joining(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    counters = kind.get(bob, "counters", roomId=room_id)
    room = kind.info(alice, room_id)
    assert (counters["unreadsFrom"], counters["unreads"]) == (room["ts"], 0)
    assert counters["latest"] == room["_updatedAt"]


def test_strangers_see_nothing_and_administrators_the_numbers(kind: Kind, alice, bob, admin):
    room_id = kind.creates(alice, "team")
    alice.says(room_id, "hi")
    nothing = dict.fromkeys(KEYS - {"joined", "success"})
    assert kind.get(bob, "counters", roomId=room_id) == {"joined": False, **nothing, "success": True}
    seen = kind.get(admin, "counters", roomId=room_id)
    assert (seen["joined"], seen["members"], seen["msgs"]) == (False, 1, 1)
    assert seen["latest"] == kind.info(alice, room_id)["lm"]
    assert (seen["unreads"], seen["unreadsFrom"], seen["userMentions"]) == (None, None, None)


def test_counters_of_somebody_else_are_for_administrators(kind: Kind, alice, bob, admin, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    clock.advance(seconds=1)
    alice.says(room_id, "@bob hi")
    seen = kind.get(admin, "counters", roomId=room_id, userId=bob.id)
    assert (seen["joined"], seen["unreads"], seen["userMentions"]) == (True, 1, 1)
    forbidden(alice.get(f"{kind.family}.counters", roomId=room_id, userId=bob.id))


def test_channels_ask_for_the_right_before_the_room_and_groups_after_it(alice, bob):
    forbidden(alice.get("channels.counters", roomId="nowhere", userId=bob.id))
    refused(alice.get("groups.counters", roomId="nowhere", userId=bob.id), GROUP.not_found)


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: alice.get(f"{kind.family}.counters", **room))


def test_not_of_an_archived_room(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    refused(alice.get(f"{kind.family}.counters", roomId=room_id), kind.room_is_archived("team"))
