"""channels.create and groups.create."""

import pytest

from tests.kinds import Kind, other
from tests.refusals import forbidden, refused

WORD = {"channels": "Param", "groups": "Body param"}


def test_the_caller_owns_the_new_room(kind: Kind, alice, clock):
    before = clock.now_text()
    answer = alice.post(f"{kind.family}.create", name="dev-team")
    room = answer[kind.envelope]
    assert answer.body == {kind.envelope: room, "success": True}
    assert before <= room["ts"] <= clock.now_text()
    assert len(room["_id"]) == 17
    assert room == {
        "_id": room["_id"],
        "name": "dev-team",
        "fname": "dev-team",
        "t": kind.type,
        "msgs": 0,
        "usersCount": 1,
        "u": {"_id": alice.id, "username": "alice"},
        "customFields": {},
        "ts": room["ts"],
        "ro": False,
        "sysMes": True,
        "default": False,
        "_updatedAt": room["_updatedAt"],
    }
    assert kind.info(alice, room["_id"]) == room
    held = alice.subscription(room["_id"])
    assert held == {
        "_id": held["_id"],
        "rid": room["_id"],
        "t": kind.type,
        "name": "dev-team",
        "fname": "dev-team",
        "u": {"_id": alice.id, "username": "alice", "name": "Alice"},
        "ts": room["ts"],
        "ls": room["ts"],
        "open": True,
        "alert": False,
        "unread": 0,
        "userMentions": 0,
        "groupMentions": 0,
        "customFields": {},
        "roles": ["owner"],
        "_updatedAt": held["_updatedAt"],
    }


def test_people_named_are_members_and_nothing_is_announced(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team", members=["bob", "CAROL", "nobody", "bob", "alice", " "])
    assert kind.info(alice, room_id)["usersCount"] == 3
    assert kind.members(alice, room_id) == ["alice", "bob", "carol"]
    assert kind.system_messages(alice, room_id) == []
    held = bob.subscription(room_id)
    assert (held["open"], held["alert"], held["unread"], held["userMentions"]) == (True, False, 0, 0)
    assert "ls" not in held
    assert "roles" not in held
    assert held["ts"] == kind.info(alice, room_id)["ts"]


def test_a_member_brings_notification_preferences_along(kind: Kind, alice, newcomer):
    preferences = {"desktopNotifications": "all", "mobileNotifications": "nothing", "emailNotificationMode": "default"}
    dora = newcomer("dora", settings={"preferences": preferences})
    held = dora.subscription(kind.creates(alice, "team", members=["dora"]))
    assert (held["desktopNotifications"], held["desktopPrefOrigin"]) == ("all", "user")
    assert (held["mobilePushNotifications"], held["mobilePrefOrigin"]) == ("nothing", "user")
    assert "emailNotifications" not in held


def test_a_read_only_room_mutes_all_but_its_owner_and_those_who_may_post(kind: Kind, admin, alice, bob):
    room = kind.post(alice, "create", name="news", members=["bob", "admin"], readOnly=True)[kind.envelope]
    assert (room["ro"], room["sysMes"], room["muted"]) == (True, False, ["bob"])
    assert alice.posts(room["_id"], "hi").succeeded
    refused(bob.posts(room["_id"], "hi"), "You_have_been_muted")


def test_read_only_is_only_what_is_true(kind: Kind, alice):
    assert kind.post(alice, "create", name="news", readOnly="true")[kind.envelope]["ro"] is False


def test_custom_fields_are_kept_and_show_in_the_subscription(kind: Kind, alice):
    room_id = kind.creates(alice, "team", customFields={"floor": 3, "tags": ["a"]})
    assert kind.info(alice, room_id)["customFields"] == {"floor": 3, "tags": ["a"]}
    assert alice.subscription(room_id)["customFields"] == {"floor": 3, "tags": ["a"]}


def test_the_name_is_trimmed_and_keeps_its_letter_case(kind: Kind, alice):
    assert kind.post(alice, "create", name="  dev ")[kind.envelope]["name"] == "dev"
    assert kind.post(alice, "create", name="Dev")[kind.envelope]["name"] == "Dev"


def test_more_members_than_one_transaction_holds(kind: Kind, alice, newcomer):
    names = [f"guest{number:02}" for number in range(45)]
    for name in names:
        newcomer(name, joins=False)
    room_id = kind.creates(alice, "hall", members=names)
    assert kind.info(alice, room_id)["usersCount"] == 46
    assert len(kind.get(alice, "members", roomId=room_id, count=0)["members"]) == 46


def test_names_are_unique_over_channels_and_groups(kind: Kind, admin, alice, bob):
    taken = "A channel with name 'team' exists [error-duplicate-channel-name]"
    room_id = kind.creates(alice, "team")
    refused(kind.tries(bob, "create", name="team"), taken)
    refused(other(kind).tries(bob, "create", name=" team "), taken)
    kind.post(alice, "archive", roomId=room_id)
    archived = "There's an archived channel with name team [error-archived-duplicate-name]"
    refused(kind.tries(bob, "create", name="team"), archived)
    kind.post(alice, "delete", roomId=room_id)
    assert kind.creates(bob, "team") != room_id


@pytest.mark.parametrize("name", ["two words", "#hash", "a/b", "näme", "a\nb", "n" * 256])
def test_a_name_must_be_one_that_rooms_may_have(kind: Kind, alice, name):
    refused(kind.tries(alice, "create", name=name), f"{name} is not a valid room name. [error-invalid-room-name]")


def test_other_names_with_another_setting(kind: Kind, alice, setting):
    setting("UTF8_Names_Validation", "[0-9a-zäöü]+")
    assert kind.creates(alice, "näme")
    refused(kind.tries(alice, "create", name="a-b"), "a-b is not a valid room name. [error-invalid-room-name]")


def test_parameters_are_checked_in_the_order_of_the_contract(kind: Kind, alice, grant):
    word = WORD[kind.family]
    for nothing in ({}, {"name": ""}, {"name": None, "members": "bob"}):
        refused(alice.post(f"{kind.family}.create", nothing), f'{word} "name" is required')
    refused(kind.tries(alice, "create", name=" "), "Invalid name [error-invalid-name]")
    refused(kind.tries(alice, "create", name=7), "Match error: Expected string, got number")
    refused(kind.tries(alice, "create", name="team", members="bob"), f'{word} "members" must be an array if provided')
    refused(kind.tries(alice, "create", name="team", members=["bob", 7]), "Match error: Expected string, got number")
    refused(
        kind.tries(alice, "create", name="team", customFields=["a"]),
        f'{word} "customFields" must be an object if provided',
    )
    grant(kind.create_permission, "admin")
    forbidden(alice.post(f"{kind.family}.create", {}))


def test_creating_needs_the_permission(kind: Kind, alice, newcomer):
    assert kind.creates(alice, "one")
    forbidden(kind.tries(newcomer("gus", roles=["guest"]), "create", name="two"))
