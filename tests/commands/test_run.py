"""commands.run: every command, its effects, and what it tells the caller alone."""

from typing import Any

import pytest

from tests.refusals import refused
from tests.workspace import Answer, Person

NOT_ALLOWED = "Not allowed [error-not-allowed]"


def run(person: Person, room_id: str, command: str, params: str = "", **more: Any) -> Answer:
    return person.post("commands.run", command=command, roomId=room_id, params=params, **more)


def told(answer: Answer) -> list[str]:
    """What the caller alone is told; the command must have run."""
    assert answer.succeeded, answer.text
    return [notice["msg"] for notice in answer.body.get("result", {}).get("notices", [])]


def texts(person: Person, room_id: str, kind: str = "channels") -> list[str]:
    return [message["msg"] for message in person.reads(room_id, kind) if "t" not in message]


def system(person: Person, room_id: str) -> list[tuple[str, str]]:
    return [(message["t"], message["msg"]) for message in person.reads(room_id) if "t" in message]


@pytest.fixture
def garden(alice: Person, bob: Person) -> str:
    """A channel of alice, who owns it, and bob."""
    return alice.creates_channel("garden", members=["bob"])


@pytest.mark.parametrize(
    ("command", "params", "said"),
    [
        ("gimme", "cake", "༼ つ ◕_◕ ༽つ cake"),
        ("lennyface", "so", "so ( ͡° ͜ʖ ͡°)"),
        ("shrug", "who knows", "who knows ¯\\_(ツ)_/¯"),
        ("SHRUG", "", "¯\\_(ツ)_/¯"),
        ("tableflip", "no", "no (╯°□°）╯︵ ┻━┻"),
        ("unflip", "ok", "ok ┬─┬ ノ( ゜-゜ノ)"),
        ("me", "waves {}", "_waves {}_"),
    ],
)
def test_what_is_said(alice: Person, bob: Person, garden: str, command: str, params: str, said: str) -> None:
    assert run(bob, garden, command, params).body == {"success": True}
    assert texts(alice, garden) == [said]


def test_saying_nothing_of_oneself(alice: Person, garden: str) -> None:
    assert run(alice, garden, "me", " ").succeeded
    assert texts(alice, garden) == []


def test_what_is_said_goes_into_a_thread(alice: Person, garden: str) -> None:
    parent = alice.says(garden, "topic")
    assert run(alice, garden, "shrug", "x", tmid=parent).succeeded
    assert alice.get("chat.getThreadMessages", tmid=parent)["total"] == 1


def test_the_rules_of_writing_hold(alice: Person, bob: Person, garden: str) -> None:
    assert told(run(alice, garden, "mute", "@bob")) == []
    for command in ("shrug", "me"):
        refused(run(bob, garden, command, "x"), "You_have_been_muted")
    too_long = "Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]"
    refused(run(alice, garden, "shrug", "x" * 5001), too_long)
    assert texts(alice, garden) == []


def test_hiding_here_and_there(alice: Person, bob: Person, carol: Person, garden: str) -> None:
    other = alice.creates_channel("other", members=["bob"])
    direct = bob.opens_direct_room(alice)
    assert told(run(bob, garden, "hide")) == []
    assert bob.subscription(garden)["open"] is False
    assert told(run(bob, garden, "hide", "#other")) == []
    assert bob.subscription(other)["open"] is False
    assert told(run(bob, garden, "hide", "@alice")) == []
    assert bob.subscription(direct)["open"] is False
    assert told(run(bob, garden, "hide", "nowhere")) == ["The channel `#nowhere` does not exist."]
    assert told(run(bob, garden, "hide", "@carol")) == ["The channel `#@carol` does not exist."]
    alice.creates_channel("strange")
    assert told(run(bob, garden, "hide", "#strange")) == ["You are not in the room `#strange`"]
    alice.says(garden, "news")
    assert bob.subscription(garden)["open"] is True


def test_archiving_here_and_there(alice: Person, bob: Person, admin: Person, garden: str) -> None:
    other = alice.creates_channel("other")
    refused(run(bob, garden, "archive"), "Not authorized [error-not-authorized]")
    assert told(run(alice, garden, "archive", "#other")) == [
        "Channel with name `#other` has been archived successfully"
    ]
    assert alice.get("channels.info", roomId=other)["channel"]["archived"] is True
    assert told(run(alice, garden, "archive", "other")) == ["An archived Channel with name `#other` exists"]
    assert told(run(alice, garden, "archive", "nowhere")) == ["The channel `#nowhere` does not exist."]
    assert told(run(alice, garden, "archive")) == ["Channel with name `#garden` has been archived successfully"]
    assert system(bob, garden) == [("room-archived", "")]
    refused(run(bob, garden, "unarchive"), "Not authorized [error-not-authorized]")
    assert told(run(admin, garden, "unarchive")) == ["Channel with name `#garden` has been Unarchived successfully"]
    assert system(bob, garden)[0] == ("room-unarchived", "")
    assert told(run(admin, garden, "unarchive", "#garden")) == [
        "Channel with name `#garden` is already in Unarchived state"
    ]
    assert told(run(alice, garden, "unarchive", "nowhere")) == ["The channel `#nowhere` does not exist."]
    direct = alice.opens_direct_room(bob)
    assert told(run(alice, direct, "archive")) == []


def test_creating(alice: Person, garden: str, grant: Any) -> None:
    assert told(run(alice, garden, "create", "#pond")) == []
    assert alice.get("channels.info", roomName="pond")["channel"]["u"]["username"] == "alice"
    assert told(run(alice, garden, "create", "core --private")) == []
    assert alice.get("groups.info", roomName="core")["group"]["t"] == "p"
    assert told(run(alice, garden, "create", "pond")) == ["The channel `#pond` already exists."]
    refused(run(alice, garden, "create", ""), 'Param "name" is required')
    grant("create-c", "admin")
    refused(run(alice, garden, "create", "more"), NOT_ALLOWED)


def test_help(alice: Person, garden: str) -> None:
    answer = run(alice, garden, "help")
    assert len(told(answer)) == 8
    assert {notice["rid"] for notice in answer["result"]["notices"]} == {garden}
    assert alice.reads(garden) == []


def test_inviting(alice: Person, bob: Person, carol: Person, newcomer: Any, garden: str) -> None:
    dora = newcomer("dora")
    assert told(run(bob, garden, "invite", "carol")) == ["Not allowed"]
    assert told(run(alice, garden, "invite", "@carol, @bob dora @nobody")) == ["`@bob` is already in here."]
    assert sorted(system(alice, garden)) == [("au", "carol"), ("au", "dora")]
    assert dora.subscription(garden)["open"]
    assert told(run(bob, garden, "invite", "@nobody")) == ["No user exists by the name of `@nobody`."]
    direct = alice.opens_direct_room(bob)
    assert told(run(alice, direct, "invite", "carol")) == ["Not allowed"]


def test_inviting_everybody(alice: Person, bob: Person, carol: Person, garden: str, setting: Any) -> None:
    pond = alice.creates_channel("pond")
    assert told(run(alice, garden, "invite-all-to", "#pond")) == ["The users have been added."]
    assert bob.subscription(pond)["open"]
    assert told(run(alice, garden, "invite-all-to", "#lake")) == [
        "Channel `#lake` created.",
        "The users have been added.",
    ]
    lake = alice.get("channels.info", roomName="lake")["channel"]
    assert lake["usersCount"] == 2
    meadow = alice.creates_channel("meadow")
    assert told(run(alice, meadow, "invite-all-from", "garden")) == ["The users have been added."]
    assert bob.subscription(meadow)["open"]
    assert told(run(alice, meadow, "invite-all-from", "nowhere")) == ["The channel `#nowhere` does not exist."]
    # Carol is in none of them.
    assert told(run(carol, garden, "invite-all-to", "#pond")) == ["Not allowed"]
    setting("API_User_Limit", 1)
    assert told(run(alice, garden, "invite-all-to", "pond")) == ["User Limit Exceeded"]


def test_joining_and_leaving(alice: Person, carol: Person, garden: str) -> None:
    assert told(run(carol, "GENERAL", "join", "#garden")) == []
    assert system(alice, garden) == [("uj", "carol")]
    already = "You are already in the channel [error-user-already-in-room]"
    refused(run(carol, "GENERAL", "join", "#garden"), already)
    assert told(run(carol, "GENERAL", "join", "#nowhere")) == ["The channel `#nowhere` does not exist."]
    assert told(run(carol, garden, "leave")) == []
    assert system(alice, garden)[0] == ("ul", "carol")
    assert told(run(carol, garden, "part")) == ["You are not in this room"]
    assert told(run(alice, garden, "leave")) == [
        "You are the last owner. Please set new owner before leaving the room."
    ]


def test_what_one_may_not_see_does_not_exist(alice: Person, carol: Person) -> None:
    alice.creates_group("secret")
    for command in ("join", "archive", "invite-all-from", "invite-all-to"):
        assert told(run(carol, "GENERAL", command, "#secret")) == ["The channel `#secret` does not exist."]


def test_kicking(alice: Person, bob: Person, carol: Person, admin: Person, garden: str) -> None:
    refused(run(bob, garden, "kick", "@alice"), NOT_ALLOWED)
    assert told(run(alice, garden, "kick", "nobody")) == ["The username `nobody` doesn't exist."]
    refused(run(alice, garden, "kick", "carol"), "User is not in this room [error-user-not-in-room]")
    assert told(run(admin, garden, "kick", "bob")) == ["The user `#bob` is not in this room."]
    assert told(run(alice, garden, "kick", "@bob")) == []
    assert system(alice, garden) == [("ru", "bob")]
    last = "You are the last owner. Please set new owner before leaving the room. [error-you-are-last-owner]"
    refused(run(alice, garden, "kick", "alice"), last)
    refused(run(alice, alice.opens_direct_room(bob), "kick", "bob"), NOT_ALLOWED)


def test_one_person_is_told(alice: Person, bob: Person, garden: str) -> None:
    assert told(run(alice, garden, "msg", "@bob see you later")) == []
    direct = alice.opens_direct_room(bob)
    assert texts(bob, direct, "im") == ["see you later"]
    empty = ["Username and message must not be empty."]
    assert told(run(alice, garden, "msg", "@bob")) == told(run(alice, garden, "msg", "")) == empty
    assert told(run(alice, garden, "msg", "@nobody hi")) == ["The username `@nobody` doesn't exist."]


def test_muting(alice: Person, bob: Person, carol: Person, garden: str) -> None:
    assert told(run(alice, garden, "mute", "@bob")) == []
    assert alice.get("channels.info", roomId=garden)["channel"]["muted"] == ["bob"]
    assert bob.posts(garden, "hi").error == "You_have_been_muted"
    assert told(run(alice, garden, "unmute", "bob")) == []
    assert bob.posts(garden, "hi").succeeded
    assert system(alice, garden) == [("user-unmuted", "bob"), ("user-muted", "bob")]
    for command in ("mute", "unmute"):
        refused(run(bob, garden, command, "alice"), NOT_ALLOWED)
        assert told(run(alice, garden, command, "carol")) == ["The user `#carol` is not in this room."]
        assert told(run(alice, garden, command, "nobody")) == ["The username `nobody` doesn't exist."]
        wrong = "d is not a valid room type [error-invalid-room-type]"
        refused(run(alice, alice.opens_direct_room(bob), command, "bob"), wrong)


def test_who_is_unmuted_in_a_read_only_room_writes(alice: Person, bob: Person) -> None:
    room_id = alice.creates_channel("news", readOnly=True, members=["bob"])
    assert bob.posts(room_id, "hi").status == 400
    assert told(run(alice, room_id, "unmute", "bob")) == []
    assert bob.posts(room_id, "hi").succeeded
    assert told(run(alice, room_id, "mute", "bob")) == []
    assert bob.posts(room_id, "hi").status == 400


def test_the_topic(alice: Person, bob: Person, garden: str) -> None:
    assert told(run(bob, garden, "topic", "roses")) == []
    assert told(run(alice, garden, "topic", "roses and more")) == []
    assert alice.get("channels.info", roomId=garden)["channel"]["topic"] == "roses and more"
    assert system(bob, garden) == [("room_changed_topic", "roses and more")]


def test_what_must_be_named(alice: Person, bob: Person) -> None:
    refused(alice.post("commands.run", roomId="GENERAL"), "You must provide a command to run.")
    wrong = "The parameters for the command must be a single string."
    refused(alice.post("commands.run", command="me", roomId="GENERAL", params=["x"]), wrong)
    room = "The room's id where to execute this command must be provided and be a string."
    refused(alice.post("commands.run", command="me"), room)
    refused(run(alice, "GENERAL", "dance"), "The command provided does not exist (or is disabled).")
    refused(run(alice, "nowhere", "me", "x"), "Invalid room [error-invalid-room]")
    refused(run(bob, alice.creates_group("secret"), "me", "x"), NOT_ALLOWED)
