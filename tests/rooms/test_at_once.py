"""Many people at the same moment: one winner where there can be only one, and numbers that are exact afterwards."""

from functools import partial

import pytest

from tests.at_once import at_once, outcomes
from tests.kinds import CHANNEL, GROUP, Kind, both_kinds
from tests.workspace import File, Person

MANY = 32
LAST_OWNER = "error-you-are-last-owner"


@pytest.fixture
def crowd(newcomer) -> list[Person]:
    return [newcomer(f"p{number:02}", joins=False) for number in range(MANY)]


def test_one_name_has_one_winner(crowd, alice):
    kinds = [CHANNEL if number % 2 else GROUP for number in range(MANY)]
    answers = at_once(
        *(lambda p=person, k=kind: k.tries(p, "create", name="team") for person, kind in zip(crowd, kinds, strict=True))
    )
    assert outcomes(answers) == {"ok": 1, "error-duplicate-channel-name": MANY - 1}
    [(winner, kind, answer)] = [each for each in zip(crowd, kinds, answers, strict=True) if each[2].succeeded]
    room_id = answer[kind.envelope]["_id"]
    assert kind.get(winner, "info", roomName="team")[kind.envelope]["_id"] == room_id
    # Nothing of the others' attempts is left.
    assert CHANNEL.get(alice, "list")["total"] == 1 + (kind is CHANNEL)
    for person in crowd:
        assert [each["rid"] for each in person.get("subscriptions.get")["update"]] == (
            [room_id] if person is winner else []
        )


def test_one_direct_room_from_both_sides(alice, bob):
    answers = at_once(
        *(
            lambda me=me, you=you: me.post("im.create", username=you.username)
            for me, you in [(alice, bob), (bob, alice)] * (MANY // 2)
        )
    )
    assert outcomes(answers) == {"ok": MANY}
    [room_id] = {answer["room"]["_id"] for answer in answers}
    for person in (alice, bob):
        assert [(room["_id"], room["usersCount"]) for room in person.get("im.list")["ims"]] == [(room_id, 2)]
        # Both asked for it, so both have it in their list.
        assert person.subscription(room_id)["open"] is True


def test_everybody_joins_one_channel(crowd, alice, deliver):
    room_id = alice.creates_channel("team")
    answers = at_once(*(lambda p=person: p.post("channels.join", roomId=room_id) for person in crowd))
    assert outcomes(answers) == {"ok": MANY}
    deliver()
    names = [person.username for person in crowd]
    room = CHANNEL.info(alice, room_id)
    assert (room["usersCount"], room["msgs"]) == (MANY + 1, MANY)
    assert [m["username"] for m in CHANNEL.get(alice, "members", roomId=room_id, count=0)["members"]] == [
        "alice",
        *names,
    ]
    assert sorted(CHANNEL.system_messages(alice, room_id)) == [("uj", name, name) for name in names]


def test_one_user_joins_many_times(alice, bob, deliver):
    room_id = alice.creates_channel("team")
    answers = at_once(*[lambda: bob.post("channels.join", roomId=room_id)] * MANY)
    assert outcomes(answers) == {"ok": MANY}
    deliver()
    assert CHANNEL.system_messages(alice, room_id) == [("uj", "bob", "bob")]
    assert CHANNEL.info(alice, room_id)["usersCount"] == 2


def test_one_user_leaves_many_times(alice, bob):
    room_id = alice.creates_channel("team", members=["bob"])
    answers = at_once(*[lambda: bob.post("channels.leave", roomId=room_id)] * MANY)
    assert outcomes(answers) == {"ok": 1, "error-user-not-in-room": MANY - 1}
    assert CHANNEL.system_messages(alice, room_id) == [("ul", "bob", "bob")]
    assert CHANNEL.info(alice, room_id)["usersCount"] == 1


@pytest.mark.parametrize("turn", range(3))
def test_one_user_comes_and_goes_many_times(alice, bob, deliver, turn):
    room_id = alice.creates_channel("team")
    answers = at_once(
        *[lambda: bob.post("channels.join", roomId=room_id), lambda: bob.post("channels.leave", roomId=room_id)]
        * (MANY // 2)
    )
    assert outcomes(answers).keys() <= {"ok", "error-user-not-in-room"}
    deliver()
    told = [told for told, *_ in CHANNEL.system_messages(alice, room_id)]
    inside = int(bool(bob.subscription(room_id)))
    assert told.count("uj") - told.count("ul") == inside
    room = CHANNEL.info(alice, room_id)
    assert (room["usersCount"], room["msgs"]) == (1 + inside, len(told))
    assert CHANNEL.members(alice, room_id) == ["alice", *(["bob"] if inside else [])]


def owners(kind: Kind, people: list[Person], room_id: str) -> list[str]:
    return [person.username for person in people if "owner" in person.subscription(room_id).get("roles", [])]


@both_kinds
@pytest.mark.parametrize("turn", range(5))
def test_two_owners_leave_at_once(kind: Kind, alice, bob, carol, turn):
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    answers = at_once(*(lambda p=person: kind.tries(p, "leave", roomId=room_id) for person in (alice, bob)))
    assert outcomes(answers) == {"ok": 1, LAST_OWNER: 1}
    stayed = bob if answers[0].succeeded else alice
    assert owners(kind, [alice, bob, carol], room_id) == [stayed.username]
    assert kind.members(stayed, room_id) == sorted(["carol", stayed.username])
    assert kind.info(stayed, room_id)["usersCount"] == 2


@both_kinds
@pytest.mark.parametrize("turn", range(5))
def test_two_owners_take_the_role_from_each_other(kind: Kind, alice, bob, turn):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    answers = at_once(
        lambda: kind.tries(alice, "removeOwner", roomId=room_id, userId=bob.id),
        lambda: kind.tries(bob, "removeOwner", roomId=room_id, userId=alice.id),
    )
    assert outcomes(answers)["ok"] == 1
    stayed = alice if answers[0].succeeded else bob
    assert owners(kind, [alice, bob], room_id) == [stayed.username]
    assert kind.tries(stayed, "leave", roomId=room_id).error_type == LAST_OWNER


@both_kinds
def test_a_role_is_taken_once(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "addModerator", roomId=room_id, userId=bob.id)
    answers = at_once(*[lambda: kind.tries(alice, "removeModerator", roomId=room_id, userId=bob.id)] * 8)
    assert outcomes(answers) == {"ok": 1, "error-user-not-moderator": 7}
    assert len(kind.system_messages(alice, room_id)) == 2


@both_kinds
@pytest.mark.parametrize("turn", range(3))
def test_nobody_writes_after_the_archive(kind: Kind, alice, bob, deliver, turn):
    room_id = kind.creates(alice, "team", members=["bob"])
    *posts, archived = at_once(
        *[lambda: bob.posts(room_id, "hi")] * 8, lambda: kind.tries(alice, "archive", roomId=room_id)
    )
    assert archived.succeeded
    assert outcomes(posts).keys() <= {"ok", "room_is_archived"}
    deliver()
    refusal = bob.posts(room_id, "hi")
    assert refusal.error == "room_is_archived"
    assert kind.info(alice, room_id)["msgs"] == outcomes(posts)["ok"]
    assert bob.subscription(room_id)["archived"] is True


@both_kinds
def test_of_many_owners_all_but_one_get_away(kind: Kind, crowd):
    people = crowd[:8]
    room_id = kind.creates(people[0], "team", members=[person.username for person in people])
    for person in people[1:]:
        kind.post(people[0], "addOwner", roomId=room_id, userId=person.id)
    answers = at_once(*(lambda p=person: kind.tries(p, "leave", roomId=room_id) for person in people))
    assert outcomes(answers) == {"ok": 7, LAST_OWNER: 1}
    [stayed] = [person for person, answer in zip(people, answers, strict=True) if not answer.succeeded]
    assert owners(kind, people, room_id) == [stayed.username]
    assert kind.info(stayed, room_id)["usersCount"] == 1


@both_kinds
@pytest.mark.parametrize("turn", range(5))
def test_owners_throw_each_other_out(kind: Kind, alice, bob, turn):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    answers = at_once(
        lambda: kind.tries(alice, "kick", roomId=room_id, userId=bob.id),
        lambda: kind.tries(bob, "kick", roomId=room_id, userId=alice.id),
    )
    assert outcomes(answers)["ok"] == 1
    stayed = alice if answers[0].succeeded else bob
    assert owners(kind, [alice, bob], room_id) == [stayed.username]
    assert kind.info(stayed, room_id)["usersCount"] == 1


@both_kinds
@pytest.mark.parametrize("turn", range(5))
def test_who_leaves_while_made_an_owner_owns_nothing_afterwards(kind: Kind, alice, bob, turn):
    room_id = kind.creates(alice, "team", members=["bob"])
    leaves, _ = at_once(
        lambda: kind.tries(bob, "leave", roomId=room_id),
        lambda: kind.tries(alice, "addOwner", roomId=room_id, userId=bob.id),
    )
    assert leaves.succeeded
    # Were he still counted as an owner, alice could leave the room without one.
    assert kind.tries(alice, "leave", roomId=room_id).error_type == LAST_OWNER


@both_kinds
def test_one_is_made_an_owner_once(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    answers = at_once(*[lambda: kind.tries(alice, "addOwner", roomId=room_id, userId=bob.id)] * 8)
    assert outcomes(answers) == {"ok": 1, "error-user-already-owner": 7}
    assert kind.system_messages(alice, room_id) == [("subscription-role-added", "bob", "alice")]


@both_kinds
def test_rooms_renamed_to_one_name(kind: Kind, alice):
    rooms = [kind.creates(alice, f"room{number}") for number in range(8)]
    answers = at_once(*(lambda r=room_id: kind.tries(alice, "rename", roomId=r, name="best") for room_id in rooms))
    assert outcomes(answers) == {"ok": 1, "error-duplicate-channel-name": 7}
    names = sorted(kind.info(alice, room_id)["name"] for room_id in rooms)
    assert names == sorted(["best", *(f"room{n}" for n, answer in enumerate(answers) if not answer.succeeded)])


@both_kinds
@pytest.mark.parametrize("turn", range(3))
def test_a_room_renamed_while_it_is_deleted_leaves_no_name_behind(kind: Kind, alice, turn):
    room_id = kind.creates(alice, "team")
    _, deleted = at_once(
        lambda: kind.tries(alice, "rename", roomId=room_id, name="crew"),
        lambda: kind.tries(alice, "delete", roomId=room_id),
    )
    assert deleted.succeeded
    assert kind.creates(alice, "team")
    assert kind.creates(alice, "crew")


@both_kinds
def test_a_room_is_deleted_once(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    answers = at_once(*[lambda: kind.tries(alice, "delete", roomId=room_id)] * 8)
    assert outcomes(answers) == {"ok": 1, "error-room-not-found": 7}


def test_topics_set_at_once_are_all_announced(alice, crowd):
    room_id = alice.creates_channel("team")
    answers = at_once(
        *(lambda n=number: alice.post("channels.setTopic", roomId=room_id, topic=f"t{n}") for number in range(8))
    )
    assert outcomes(answers) == {"ok": 8}
    told = CHANNEL.system_messages(alice, room_id)
    assert sorted(text for _, text, _ in told) == [f"t{number}" for number in range(8)]
    room = CHANNEL.info(alice, room_id)
    assert (room["msgs"], room["topic"] in {text for _, text, _ in told}) == (8, True)


def test_files_uploaded_at_once(alice):
    room_id = alice.creates_group("core")
    answers = at_once(
        *(
            lambda n=number: alice.upload(f"rooms.upload/{room_id}", File(f"{n}.txt", b"x" * n))
            for number in range(1, 17)
        )
    )
    assert outcomes(answers) == {"ok": 16}
    assert GROUP.info(alice, room_id)["msgs"] == 16
    assert {m["file"]["name"] for m in alice.reads(room_id, "groups")} == {f"{n}.txt" for n in range(1, 17)}


def test_reading_while_posting_leaves_nothing_unread(alice, bob, setting):
    setting("Unread_Count", "all_messages")
    room_id = alice.creates_channel("team", members=["bob"])
    alice.says(room_id, "hi")
    for _ in range(6):
        answers = at_once(
            *[lambda: bob.posts(room_id, "hello")] * 4, *[lambda: bob.post("subscriptions.read", rid=room_id)] * 4
        )
        assert outcomes(answers) == {"ok": 8}
        assert bob.subscription(room_id)["unread"] == 0
    assert alice.subscription(room_id)["unread"] == 24


def test_many_join_a_read_only_channel(alice, newcomer):
    room_id = alice.creates_channel("news", readOnly=True)
    people = [newcomer(f"person{number}") for number in range(MANY)]
    joined = at_once(*(partial(person.post, "channels.join", roomId=room_id) for person in people))
    assert outcomes(joined) == {"ok": MANY}
    assert alice.get("channels.info", roomId=room_id)["channel"]["usersCount"] == MANY + 1
    for person in people:
        assert not person.posts(room_id, "hi").succeeded
