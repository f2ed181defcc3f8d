"""findOrCreateInvite, listInvites, removeInvite, useInviteToken and validateInviteToken."""

from typing import Any

import pytest

from tests.at_once import at_once, outcomes
from tests.kinds import GROUP, Kind, both_kinds
from tests.refusals import refused
from tests.rooms.test_create_discussion import discusses
from tests.workspace import Person

INVALID = "The invite token is invalid. [error-invalid-token]"
EXPIRED = "The invite token has expired. [error-invite-expired]"


def link(person: Person, room_id: str, **more) -> dict[str, Any]:
    answer = person.post("findOrCreateInvite", rid=room_id, **more)
    assert answer.succeeded, answer.text
    return answer.body


def listed(person: Person) -> list[str]:
    answer = person.get("listInvites")
    assert answer.status == 200, answer.text
    return [invite["_id"] for invite in answer.body]


def valid(person, token: str) -> bool:
    return person.post("validateInviteToken", token=token)["valid"]


@both_kinds
def test_who_has_the_link_joins_once(kind: Kind, alice, bob, anonymous):
    room_id = kind.creates(alice, "team")
    invite = link(alice, room_id, days=7, maxUses=5)
    assert (invite["rid"], invite["userId"], invite["days"], invite["maxUses"], invite["uses"]) == (
        room_id,
        alice.id,
        7,
        5,
        0,
    )
    assert invite["url"].endswith(f"/invite/{invite['_id']}")
    assert valid(anonymous, invite["_id"])
    for _ in range(2):
        answer = bob.post("useInviteToken", token=invite["_id"])
        assert answer.body == {
            "room": {"rid": room_id, "name": "team", "fname": "team", "t": kind.type},
            "success": True,
        }
    assert kind.system_messages(alice, room_id) == [("uj", "bob", "bob")]
    assert kind.info(alice, room_id)["usersCount"] == 2
    assert bob.subscription(room_id)["alert"] is True
    assert link(alice, room_id, days=7, maxUses=5)["uses"] == 1


def test_one_link_of_each_kind_and_maker(alice, bob, clock):
    room_id = alice.creates_channel("team", members=["bob"])
    alice.post("channels.addOwner", roomId=room_id, userId=bob.id)
    first = link(alice, room_id)
    assert (first["days"], first["maxUses"], first["expires"] > clock.now_text()) == (1, 0, True)
    assert link(alice, room_id)["_id"] == first["_id"]
    others = {
        link(alice, room_id, days=0)["_id"],
        link(alice, room_id, maxUses=5)["_id"],
        link(bob, room_id)["_id"],
    }
    assert len(others | {first["_id"]}) == 4
    assert "expires" not in link(alice, room_id, days=0)


def test_made_at_once_it_is_one(alice):
    room_id = alice.creates_channel("team")
    answers = at_once(*[lambda: alice.post("findOrCreateInvite", rid=room_id)] * 4)
    assert len({answer["_id"] for answer in answers}) == 1


def test_its_time_ends(alice, bob, anonymous, clock):
    room_id = alice.creates_channel("team")
    token = link(alice, room_id, days=1)["_id"]
    clock.advance(hours=23)
    assert valid(anonymous, token)
    clock.advance(hours=2)
    refused(bob.post("useInviteToken", token=token), EXPIRED)
    assert not valid(anonymous, token)
    assert bob.subscription(room_id) == {}
    again = link(alice, room_id, days=1)["_id"]
    assert again != token
    assert bob.post("useInviteToken", token=again).succeeded
    refused(bob.post("useInviteToken", token=token), EXPIRED)
    clock.advance(days=31)
    refused(bob.post("useInviteToken", token=token), INVALID)


def test_it_lets_only_so_many_in_also_at_once(alice, newcomer, deliver):
    room_id = alice.creates_channel("team")
    token = link(alice, room_id, days=0, maxUses=5)["_id"]
    crowd = [newcomer(f"dora{number}") for number in range(8)]
    answers = at_once(*(lambda p=person: p.post("useInviteToken", token=token) for person in crowd))
    assert outcomes(answers) == {"ok": 5, "error-invite-expired": 3}
    deliver()
    assert alice.get("channels.info", roomId=room_id)["channel"]["usersCount"] == 6
    assert link(alice, room_id, days=0, maxUses=5)["_id"] != token


def test_one_user_at_once_uses_it_once(alice, bob):
    room_id = alice.creates_channel("team")
    token = link(alice, room_id, maxUses=5)["_id"]
    answers = at_once(*[lambda: bob.post("useInviteToken", token=token)] * 8)
    assert outcomes(answers) == {"ok": 8}
    assert link(alice, room_id, maxUses=5)["uses"] == 1
    assert alice.get("channels.info", roomId=room_id)["channel"]["usersCount"] == 2


def test_into_a_discussion(alice, bob):
    room = discusses(alice, alice.creates_group("core"))
    answer = bob.post("useInviteToken", token=link(alice, room["_id"])["_id"])
    assert (answer["room"]["prid"], answer["room"]["fname"]) == (room["prid"], "Roses")
    assert GROUP.system_messages(alice, room["_id"]) == [("ut", "bob", "bob")]


def test_a_list_of_links(alice, bob, admin, clock):
    room_id = alice.creates_channel("team")
    first = link(alice, room_id)["_id"]
    clock.advance(seconds=1)
    second = link(admin, room_id)["_id"]
    assert listed(admin) == [first, second]
    assert (listed(alice), listed(bob)) == ([first], [])


def test_too_many_for_one_list(alice, monkeypatch):
    from pimentachat.services.rooms import invites

    monkeypatch.setattr(invites, "LOOKED_THROUGH_MOST", 1)
    room_id = alice.creates_channel("team")
    link(alice, room_id)
    assert len(listed(alice)) == 1
    link(alice, room_id, days=7)
    assert alice.get("listInvites").error_type == "error-query-too-broad"


def test_a_link_taken_away(alice, bob, admin):
    room_id = alice.creates_channel("team", members=["bob"])
    token = link(alice, room_id)["_id"]
    refused(bob.delete(f"removeInvite/{token}"), "[not_authorized]")
    assert alice.delete(f"removeInvite/{token}").body == {"success": True}
    refused(alice.delete(f"removeInvite/{token}"), "Invalid Invitation _id [invalid-invitation-id]")
    refused(admin.post("useInviteToken", token=token), INVALID)
    assert listed(alice) == []
    again = link(alice, room_id)["_id"]
    assert again != token
    assert admin.delete(f"removeInvite/{again}").succeeded


def test_links_go_with_their_room(alice, bob, deliver):
    room_id = alice.creates_group("core")
    token = link(alice, room_id)["_id"]
    assert alice.post("groups.delete", roomId=room_id).succeeded
    refused(bob.post("useInviteToken", token=token), "The invite token is invalid. [error-invalid-room]")
    deliver()
    refused(bob.post("useInviteToken", token=token), INVALID)
    assert listed(alice) == []


def test_not_into_an_archived_room(alice, bob):
    room_id = alice.creates_group("core")
    token = link(alice, room_id)["_id"]
    assert alice.post("groups.archive", roomId=room_id).succeeded
    refused(bob.post("useInviteToken", token=token), GROUP.room_is_archived("core"))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "The field rid is required [error-the-field-is-required]"),
        ({"rid": " "}, "The field rid is required [error-the-field-is-required]"),
        ({"rid": "nowhere"}, "The rid param is invalid [error-invalid-room]"),
        ({"rid": "GENERAL", "days": 2}, "Invalid number of days [error-invalid-number-of-days]"),
        ({"rid": "GENERAL", "maxUses": 3}, "Invalid number of uses [error-invalid-number-of-uses]"),
        ({"rid": "GENERAL", "days": "1"}, "Match error: Expected number, got string in field days"),
    ],
)
def test_what_is_needed(admin, fields, error):
    refused(admin.post("findOrCreateInvite", **fields), error)


def test_who_may_make_them(alice, bob, admin):
    room_id = alice.creates_group("core", members=["bob"])
    refused(bob.post("findOrCreateInvite", rid=room_id), "[not_authorized]")
    refused(admin.post("findOrCreateInvite", rid=room_id), "The rid param is invalid [error-invalid-room]")
    direct = admin.opens_direct_room(bob)
    answer = admin.post("findOrCreateInvite", rid=direct)
    refused(answer, "Cannot create invite links for this room type [error-room-type-not-allowed]")


def test_what_is_no_link(alice, anonymous):
    for nothing in ({}, {"token": " "}):
        refused(alice.post("useInviteToken", **nothing), INVALID)
        refused(anonymous.post("validateInviteToken", **nothing), INVALID)
    refused(alice.post("useInviteToken", token="nothing"), INVALID)
    assert not valid(anonymous, "nothing")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "findOrCreateInvite"),
        ("GET", "listInvites"),
        ("DELETE", "removeInvite/a"),
        ("POST", "useInviteToken"),
    ],
)
def test_nobody_without_a_login(anonymous, method, path):
    answer = anonymous.workspace.send(method, path, raw=b"{}" if method != "GET" else None)
    assert answer.status == 401
