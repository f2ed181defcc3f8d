"""im.messages, im.messages.others and their dm.* twins."""

import pytest

from tests.im.test_create import NOT_FOUND, PARAM_MISSING
from tests.refusals import forbidden, refused


def texts(answer) -> list[str]:
    assert answer.succeeded, answer.text
    return [message["msg"] for message in answer["messages"]]


@pytest.fixture
def room_id(alice, bob):
    room_id = alice.opens_direct_room(bob)
    for number in range(5):
        (alice if number % 2 else bob).says(room_id, f"m{number}")
    return room_id


@pytest.mark.parametrize("family", ["im", "dm"])
def test_newest_first_page_by_page(family, alice, bob, room_id):
    answer = alice.get(f"{family}.messages", roomId=room_id)
    assert texts(answer) == ["m4", "m3", "m2", "m1", "m0"]
    assert (answer["count"], answer["offset"], answer["total"]) == (5, 0, 5)
    page = bob.get(f"{family}.messages", username="alice", offset=4, count=2)
    assert (texts(page), page["count"], page["offset"], page["total"]) == (["m0"], 1, 4, 5)
    assert texts(bob.get(f"{family}.messages", roomId=room_id, sort={"ts": 1}, count=2)) == ["m0", "m1"]
    query = {"u.username": "bob"}
    assert texts(bob.get(f"{family}.messages", roomId=room_id, query=query)) == ["m4", "m2", "m0"]
    [message] = bob.get(f"{family}.messages", roomId=room_id, fields={"msg": 1}, count=1)["messages"]
    assert message.keys() == {"_id", "msg"}


def test_what_was_edited_or_deleted_is_not_listed(alice, setting, room_id):
    setting("Message_KeepHistory", True)
    message_id = alice.says(room_id, "helo")
    assert alice.post("chat.update", roomId=room_id, msgId=message_id, text="hello").succeeded
    assert alice.post("chat.delete", roomId=room_id, msgId=alice.says(room_id, "oops")).succeeded
    for asked in ({}, {"query": {"msg": {"$exists": True}}}, {"query": {"_hidden": True}}, {"sort": {"msg": 1}}):
        found = texts(alice.get("im.messages", roomId=room_id, **asked))
        assert not {"helo", "oops"} & set(found)
    assert alice.get("im.messages", roomId=room_id)["total"] == 6


def test_parameters_are_json(alice, room_id):
    for name in ("sort", "fields", "query"):
        answer = alice.get("im.messages", roomId=room_id, **{name: "{bad"})
        refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')


def test_somebody_must_be_named(alice, carol, room_id):
    refused(alice.get("im.messages"), PARAM_MISSING)
    refused(alice.get("im.messages", roomId="GENERAL"), "[invalid-channel]")
    refused(carol.get("im.messages", roomId=room_id), NOT_FOUND)


# --- those of others


@pytest.mark.parametrize("family", ["im", "dm"])
def test_administrators_read_where_a_setting_lets_them(family, admin, alice, room_id, setting):
    refused(
        admin.get(f"{family}.messages.others", roomId=room_id),
        "This endpoint is disabled [error-endpoint-disabled]",
    )
    # Nothing is told before that.
    refused(alice.get(f"{family}.messages.others"), "This endpoint is disabled [error-endpoint-disabled]")
    setting("API_Enable_Direct_Message_History_EndPoint", True)
    forbidden(alice.get(f"{family}.messages.others", roomId=room_id))
    answer = admin.get(f"{family}.messages.others", roomId=room_id, count=2)
    assert (texts(answer), answer["count"], answer["offset"], answer["total"]) == (["m4", "m3"], 2, 0, 5)
    missing = 'The parameter "roomId" is required [error-roomid-param-not-provided]'
    refused(admin.get(f"{family}.messages.others"), missing)
    refused(admin.get(f"{family}.messages.others", roomId=" "), missing)
    for other in ("nowhere", "GENERAL"):
        refused(
            admin.get(f"{family}.messages.others", roomId=other),
            f"No direct message room found by the id of: {other} [error-room-not-found]",
        )
