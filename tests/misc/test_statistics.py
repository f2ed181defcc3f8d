"""statistics and statistics.list."""

from typing import Any

import pytest

from local.functions import load
from local.places import REPOSITORY
from tests.refusals import forbidden, refused
from tests.workspace import CONTEXT, acting

CLOCK = load(REPOSITORY / "functions" / "workers" / "clock").handler


def strikes() -> None:
    """The day's schedule calls the clock."""
    with acting("clock"):
        assert "statistics" in CLOCK({}, CONTEXT)["steps"]


@pytest.fixture
def busy(alice, bob, newcomer):
    """A workspace in which something happened."""
    from pimentachat.store import users as user_store

    newcomer("carol", status_connection="away")
    newcomer("dora", active=False)
    user_store.note_login(bob.id, "2026-01-02T03:04:05.000Z")
    alice.says(alice.creates_channel("team"), "one")
    group = alice.creates_group("core")
    alice.says(group, "two")
    alice.says(alice.opens_direct_room(bob), "three")
    alice.says(alice.opens_direct_room(bob), "four")


def figures(document: dict[str, Any]) -> dict[str, Any]:
    return {
        name: document[name] for name in document if name.endswith(("Users", "Rooms", "Channels", "Groups", "Direct"))
    }


def check(admin: Any, document: dict[str, Any]) -> None:
    assert figures(document) == {
        # alice, bob, carol, dora, the administrator and Rocket.Cat; alice and the administrator called
        "totalUsers": 6,
        "activeUsers": 5,
        "nonActiveUsers": 1,
        "onlineUsers": 3,
        "awayUsers": 1,
        "totalConnectedUsers": 4,
        "offlineUsers": 2,
        "totalRooms": 4,
        "totalChannels": 2,
        "totalPrivateGroups": 1,
        "totalDirect": 1,
    }
    channels = sum(one["msgs"] for one in admin.get("channels.list")["channels"])
    assert document["totalChannelMessages"] == channels > 1
    assert document["totalPrivateGroupMessages"] >= 1
    assert document["totalDirectMessages"] == 2
    assert document["totalMessages"] == channels + document["totalPrivateGroupMessages"] + 2
    assert document["lastLogin"] == "2026-01-02T03:04:05.000Z"
    assert document["lastMessageSentAt"] <= document["createdAt"]
    assert document["uniqueId"]


def test_fresh_figures(admin, busy):
    assert admin.get("statistics").body == {"success": True}
    document = admin.get("statistics", refresh="true")["statistics"]
    check(admin, document)
    assert admin.get("statistics")["statistics"] == document
    assert admin.get("statistics", refresh="yes")["statistics"] == document


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_the_figures_of_the_day(admin, busy, deliver, monkeypatch, at_once):
    from pimentachat.services.server import statistics

    monkeypatch.setattr(statistics, "_AT_ONCE", at_once)
    strikes()
    assert admin.get("statistics").body == {"success": True}
    deliver()
    check(admin, admin.get("statistics")["statistics"])
    assert admin.get("statistics.list")["total"] == 1


def test_rooms_whose_names_differ_in_case_alone_are_counted_once_each(admin, alice, monkeypatch):
    from pimentachat.services.server import statistics

    ids = [alice.creates_channel(name) for name in ("Team", "team", "TEAM")]
    for room_id in ids:
        alice.says(room_id, "hi")
    monkeypatch.setattr(statistics, "_AT_ONCE", 1)
    document = admin.get("statistics", refresh="true")["statistics"]
    assert document["totalChannelMessages"] == sum(one["msgs"] for one in admin.get("channels.list")["channels"])


def test_a_step_that_comes_again_changes_nothing(admin, busy, resources):
    from pimentachat.services.after import jobs
    from pimentachat.store import jobs as job_store
    from pimentachat.store import table

    request = job_store.request("statistics")
    table.write(request)
    job_id = request.key.sk
    job = job_store.find(job_id)
    while not jobs.step(job_id):
        pass
    # The last step was carried out, and its job is there again.
    table.write(request)
    again = job_store.find(job_id)
    assert again == job
    while not jobs.step(job_id):
        pass
    assert admin.get("statistics.list")["total"] == 1


def test_all_that_are_kept(admin, clock):
    for _ in range(3):
        clock.advance(days=1)
        assert admin.get("statistics", refresh="true").succeeded
    answer = admin.get("statistics.list", count=2, offset=1)
    assert (answer["count"], answer["offset"], answer["total"]) == (2, 1, 3)
    moments = [one["createdAt"] for one in admin.get("statistics.list")["statistics"]]
    assert moments == sorted(moments)
    assert [one["createdAt"] for one in answer["statistics"]] == moments[1:]
    newest = admin.get("statistics.list", sort={"createdAt": -1}, fields={"totalUsers": 1})["statistics"][0]
    assert newest == {"_id": newest["_id"], "totalUsers": 2}
    assert admin.get("statistics.list", query={"totalUsers": {"$gt": 2}})["total"] == 0


def test_who_may_see_them(alice):
    refused(alice.get("statistics"), "Not allowed [error-not-allowed]")
    refused(alice.get("statistics", refresh="true"), "Not allowed [error-not-allowed]")
    forbidden(alice.get("statistics.list"))


def test_too_much_for_one_request(admin, monkeypatch):
    from pimentachat.services.server import statistics

    monkeypatch.setattr(statistics, "LOOKED_THROUGH_MOST", 1)
    refused(
        admin.get("statistics", refresh="true"),
        "The query or sort would look through more than 1 entries, please narrow it [error-query-too-broad]",
    )


def test_a_step_of_housekeeping_that_fails_is_told(admin, monkeypatch):
    from pimentachat.services.after import housekeeping

    done: list[str] = []

    def fail() -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(housekeeping, "STEPS", {"broken": fail, "other": lambda: done.append("other")})
    with pytest.raises(housekeeping.HousekeepingFailed, match="broken"):
        CLOCK({}, CONTEXT)
    assert done == ["other"]
