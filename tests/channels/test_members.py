"""channels.members and groups.members."""

from tests.kinds import CHANNEL, GROUP, Kind, becomes
from tests.refusals import forbidden, refused


def test_in_the_order_of_usernames(kind: Kind, alice, newcomer):
    for name in ("zoe", "Mia", "ben"):
        newcomer(name, joins=False, status_connection="away" if name == "zoe" else "offline", utc_offset=-3)
    room_id = kind.creates(alice, "team", members=["zoe", "Mia", "ben"])
    answer = kind.get(alice, "members", roomId=room_id)
    assert [member["username"] for member in answer["members"]] == ["alice", "ben", "Mia", "zoe"]
    assert (answer["count"], answer["offset"], answer["total"]) == (4, 0, 4)
    zoe = answer["members"][3]
    assert zoe == {"_id": zoe["_id"], "username": "zoe", "name": "Zoe", "status": "away", "utcOffset": -3}


def test_page_by_page_and_backwards(kind: Kind, alice, newcomer):
    names = [f"m{number:02}" for number in range(7)]
    for name in names:
        newcomer(name, joins=False)
    room_id = kind.creates(alice, "team", members=names)
    seen = []
    for offset in (0, 3, 6, 9):
        page = kind.get(alice, "members", roomName="team", offset=offset, count=3)
        assert (page["offset"], page["total"], page["count"]) == (offset, 8, len(page["members"]))
        seen += [member["username"] for member in page["members"]]
    assert seen == ["alice", *names]
    backwards = kind.get(alice, "members", roomId=room_id, sort={"username": -1}, count=2)["members"]
    assert [member["username"] for member in backwards] == ["m06", "m05"]
    assert len(kind.get(alice, "members", roomId=room_id, count=0)["members"]) == 8


def test_part_of_a_name_or_a_state(kind: Kind, alice, newcomer):
    newcomer("zoe", name="Zoe Alison", status_connection="away")
    newcomer("ben", status_connection="busy")
    room_id = kind.creates(alice, "team", members=["zoe", "ben"])
    found = kind.get(alice, "members", roomId=room_id, filter="ALI")
    assert ([member["username"] for member in found["members"]], found["total"]) == (["alice", "zoe"], 2)
    found = kind.get(alice, "members", roomId=room_id, **{"status[]": ["away", "busy"]})
    assert ([member["username"] for member in found["members"]], found["total"]) == (["ben", "zoe"], 2)


def test_a_broadcast_room_hides_its_members(kind: Kind, alice, admin):
    room_id = kind.creates(alice, "news", members=["admin"])
    becomes(room_id, broadcast=True)
    # Being its owner does not help: only roles of the whole workspace count.
    forbidden(alice.get(f"{kind.family}.members", roomId=room_id))
    assert kind.members(admin, room_id) == ["admin", "alice"]


def test_sort_is_json(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    answer = alice.get(f"{kind.family}.members", roomId=room_id, sort="{username")
    refused(answer, 'Invalid sort parameter provided: "{username" [error-invalid-sort]')


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: alice.get(f"{kind.family}.members", **room))


def test_strangers_see_who_is_in_a_channel_but_not_in_a_group(alice, bob):
    assert CHANNEL.members(bob, alice.creates_channel("team")) == ["alice"]
    refused(bob.get("groups.members", roomId=alice.creates_group("core")), GROUP.not_found)


def test_archived_channels_are_listed_and_archived_groups_are_not(alice):
    channel, group = alice.creates_channel("team"), alice.creates_group("core")
    CHANNEL.post(alice, "archive", roomId=channel)
    GROUP.post(alice, "archive", roomId=group)
    assert CHANNEL.members(alice, channel) == ["alice"]
    refused(alice.get("groups.members", roomId=group), GROUP.room_is_archived("core"))
