"""channels.setDefault, and which rooms new users join."""

import pytest

from tests.kinds import CHANNEL, EDITING
from tests.workspace import Answer


@pytest.fixture
def room_id(admin, bob) -> str:
    return admin.creates_channel("team", members=["bob"])


def refused(answer: Answer, error: str, code: str) -> None:
    assert (answer.status, answer.body) == (400, {"success": False, "error": error, "errorType": code})


def sets(person, room_id, *default) -> Answer:
    return CHANNEL.tries(person, "setDefault", roomId=room_id, **({"default": default[0]} if default else {}))


@pytest.mark.parametrize("yes", [True, "true"])
def test_new_users_join_it(admin, room_id, newcomer, yes):
    room = sets(admin, room_id, yes)["channel"]
    assert (room["_id"], room["default"]) == (room_id, True)
    dora = newcomer("dora")
    assert dora.subscription(room_id)["open"] is True
    assert CHANNEL.system_messages(admin, room_id) == [("uj", "dora", "dora")]
    assert CHANNEL.info(admin, room_id)["usersCount"] == 3
    assert sets(admin, room_id, "no")["channel"]["default"] is False
    assert newcomer("emil").subscription(room_id) == {}


def test_an_archived_one_is_left_out(admin, room_id, newcomer):
    sets(admin, room_id, True)
    CHANNEL.post(admin, "archive", roomId=room_id)
    dora = newcomer("dora")
    assert [each["rid"] for each in dora.get("subscriptions.get")["update"]] == ["GENERAL"]


def test_general_may_go_and_new_users_still_come(admin, newcomer, grant):
    from pimentachat.services.server import seeding

    grant("delete-c", "admin")
    CHANNEL.post(admin, "delete", roomId="GENERAL")
    seeding.seed()
    assert CHANNEL.tries(admin, "archive", roomId="GENERAL").error_type == "error-room-not-found"
    assert newcomer("dora").get("subscriptions.get")["update"] == []
    taken = admin.creates_channel("general")
    seeding.seed()
    assert newcomer("emil").get("subscriptions.get")["update"] == []
    sets(admin, taken, True)
    assert newcomer("fred").subscription(taken)["name"] == "general"


def test_what_it_is_already(admin, room_id):
    same = "The channel default setting is the same as what it would be changed to."
    code = "error-channels-setdefault-missing-default-param"
    refused(sets(admin, room_id, False), same, code)
    sets(admin, room_id, True)
    refused(sets(admin, room_id, True), same, code)


@pytest.mark.parametrize("nothing", [(), (None,)])
def test_it_must_be_said(admin, room_id, nothing):
    refused(sets(admin, room_id, *nothing), 'The bodyParam "default" is required', "error-channels-setdefault-is-same")


def test_only_so_many(admin, room_id, monkeypatch):
    from pimentachat.services.rooms import changes

    monkeypatch.setattr(changes, "_DEFAULT_ROOMS_MOST", 1)
    answer = sets(admin, room_id, True)
    code = "error-too-many-default-channels"
    refused(answer, f"New users join at most 1 channels [{code}]", code)


def test_who_and_where(admin, alice, bob, room_id):
    code = "error-action-not-allowed"
    refused(sets(bob, room_id, True), EDITING, code)
    owned = alice.creates_channel("crew")
    refused(sets(alice, owned, True), f"Viewing room administration is not allowed [{code}]", code)
    CHANNEL.refuses_what_is_no_room(lambda **room: CHANNEL.tries(admin, "setDefault", default=True, **room))
    CHANNEL.post(admin, "archive", roomId=room_id)
    refused(sets(admin, room_id, True), CHANNEL.room_is_archived("team"), "error-room-archived")
