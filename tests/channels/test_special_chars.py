"""UI_Allow_room_names_with_special_chars: people see what somebody typed, the name that addresses the room is made of
it."""

import pytest

from tests.at_once import at_once, outcomes
from tests.kinds import Kind, other
from tests.refusals import refused


@pytest.fixture(autouse=True)
def special(setting):
    setting("UI_Allow_room_names_with_special_chars", True)


def names(kind: Kind, person, room_id: str) -> tuple[str, str]:
    room = kind.info(person, room_id)
    return room["name"], room["fname"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Dev Team!", "Dev-Team"),
        (" Größe & Maß ", "Grosse-Mass"),
        ("plain", "plain"),
        ("a/b: c", "a-b-c"),
        ("x" * 255, "x" * 252),
    ],
)
def test_a_room_is_shown_as_it_was_typed(kind: Kind, alice, bob, typed, name):
    room_id = kind.creates(alice, typed, members=["bob"])
    assert names(kind, bob, room_id) == (name, typed.strip())
    held = bob.subscription(room_id)
    assert (held["name"], held["fname"]) == (name, typed.strip())
    assert kind.get(bob, "info", roomName=name)[kind.envelope]["_id"] == room_id


def test_what_looks_the_same_is_the_same(kind: Kind, alice):
    assert names(kind, alice, kind.creates(alice, "Café")) == ("Cafe", "Café")
    refused(
        kind.tries(alice, "create", name="Cafe\u0301"),
        "A channel with name 'Café' exists [error-duplicate-channel-name]",
    )
    assert names(kind, alice, kind.creates(alice, "x\u3000y\u00a0z"))[1] == "x y z"
    assert kind.tries(alice, "create", name="x\ty").error_type == "error-invalid-room-name"


def test_a_name_without_a_letter_of_ours_gets_one(kind: Kind, alice):
    name, shown = names(kind, alice, kind.creates(alice, "東京"))
    assert shown == "東京"
    assert len(name) == 17


def test_what_is_shown_is_unique_and_its_name_gets_a_number(kind: Kind, alice, bob):
    first = kind.creates(alice, "Dev Team")
    for title, name in (("Dev-Team", "Dev-Team-1"), ("Dev.Team", "Dev.Team"), ("Dev  Team", "Dev-Team-2")):
        assert names(other(kind), bob, other(kind).creates(bob, title)) == (name, title)
    for each in (kind, other(kind)):
        for title in ("Dev Team", " Dev Team ", "Dev-Team", "Dev  Team"):
            shown = title.strip()
            refusal = f"A channel with name '{shown}' exists [error-duplicate-channel-name]"
            refused(each.tries(alice, "create", name=title), refusal)
    assert names(kind, alice, first) == ("Dev-Team", "Dev Team")


def test_of_an_archived_room_it_is_said(kind: Kind, alice):
    kind.post(alice, "archive", roomId=kind.creates(alice, "Old Team"))
    refusal = "There's an archived channel with name Old Team [error-archived-duplicate-name]"
    refused(kind.tries(alice, "create", name="Old Team"), refusal)


def test_one_winner(kind: Kind, alice):
    answers = at_once(*(lambda: kind.tries(alice, "create", name="Dev Team") for _ in range(8)))
    assert outcomes(answers) == {"ok": 1, "error-duplicate-channel-name": 7}


def test_many_names_from_one(kind: Kind, alice):
    titles = [f"Dev{sign}Team" for sign in "!?*+:;,~"]
    answers = at_once(*(lambda title=title: kind.tries(alice, "create", name=title) for title in titles))
    assert outcomes(answers) == {"ok": 8}
    found = {answer[kind.envelope]["name"] for answer in answers}
    assert found == {"Dev-Team", *(f"Dev-Team-{number}" for number in range(1, 8))}


def test_renaming_frees_what_was_shown(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "Dev Team", members=["bob"])
    kind.post(alice, "rename", roomId=room_id, name="Dev Team!")
    assert names(kind, bob, room_id) == ("Dev-Team", "Dev Team!")
    assert kind.system_messages(bob, room_id)[-1] == ("r", "Dev Team!", "alice")
    kind.post(alice, "rename", roomId=room_id, name="Ops & Co")
    assert names(kind, bob, room_id) == ("Ops-Co", "Ops & Co")
    assert names(kind, alice, kind.creates(alice, "Dev Team")) == ("Dev-Team", "Dev Team")
    refusal = "A channel with name 'Ops & Co' exists [error-duplicate-channel-name]"
    refused(kind.tries(alice, "create", name="Ops & Co"), refusal)


def test_removing_frees_what_was_shown(kind: Kind, alice):
    kind.post(alice, "delete", roomId=kind.creates(alice, "Dev Team"))
    assert names(kind, alice, kind.creates(alice, "Dev Team")) == ("Dev-Team", "Dev Team")


def test_names_that_are_none(kind: Kind, alice):
    refused(kind.tries(alice, "create", name="  "), "Invalid name [error-invalid-name]")
    for name in ("a\nb", "x" * 256):
        refused(kind.tries(alice, "create", name=name), f"{name} is not a valid room name. [error-invalid-room-name]")


def test_without_the_setting_names_are_what_they_were(kind: Kind, alice, setting):
    room_id = kind.creates(alice, "Dev Team")
    setting("UI_Allow_room_names_with_special_chars", False)
    refused(
        kind.tries(alice, "create", name="Ops Team"), "Ops Team is not a valid room name. [error-invalid-room-name]"
    )
    kind.post(alice, "rename", roomId=room_id, name="ops")
    assert names(kind, alice, room_id) == ("ops", "ops")
    setting("UI_Allow_room_names_with_special_chars", True)
    assert kind.tries(alice, "create", name="Dev Team").succeeded
