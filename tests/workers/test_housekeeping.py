"""The clock worker: what happens once a day."""

import pytest

from local.functions import load
from local.places import REPOSITORY
from tests.workspace import CONTEXT, File, acting

CLOCK = load(REPOSITORY / "functions" / "workers" / "clock").handler


def a_day_passes():
    with acting("clock"):
        return CLOCK({"source": "aws.events", "detail-type": "Scheduled Event"}, CONTEXT)


def texts(person, room_id, kind="channels"):
    return [each["msg"] for each in person.reads(room_id, kind) if "t" not in each]


KINDS = [("Channels", "channels"), ("Groups", "groups"), ("DMs", "im")]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_what_is_too_old_goes(alice, bob, setting, deliver, clock, name, kind):
    rooms = {
        "channels": alice.creates_channel("garden"),
        "groups": alice.creates_group("secret"),
        "im": alice.opens_direct_room(bob),
    }
    for room_id in rooms.values():
        alice.says(room_id, "old")
    setting(f"RetentionPolicy_MaxAge_{name}", 7)
    setting(f"RetentionPolicy_AppliesTo{name}", True)
    clock.advance(days=8)
    for room_id in rooms.values():
        alice.says(room_id, "new")
    assert a_day_passes() == {
        "steps": ["jobs", "retention", "files", "words", "totals", "people", "statistics", "first password"]
    }
    deliver()
    assert texts(alice, rooms[kind], kind) == ["new", "old"]

    setting("RetentionPolicy_Enabled", True)
    a_day_passes()
    deliver()
    for each, room_id in rooms.items():
        assert texts(alice, room_id, each) == (["new"] if each == kind else ["new", "old"])


def test_pinned_ones_may_stay(alice, setting, deliver, clock):
    from dataclasses import replace

    from pimentachat.store import messages as message_store

    room_id = alice.creates_channel("garden")
    pinned = message_store.find(alice.says(room_id, "pinned"))
    assert pinned
    message_store.change(pinned, lambda now: replace(now, more={**now.more, "pinned": True}))
    alice.says(room_id, "old")
    _prune_after_a_month(setting, clock, ExcludePinned=True)
    deliver()
    assert texts(alice, room_id) == ["pinned"]
    setting("RetentionPolicy_ExcludePinned", False)
    a_day_passes()
    deliver()
    assert texts(alice, room_id) == []


def _prune_after_a_month(setting, clock, **more):
    for name, value in {"Enabled": True, "AppliesToChannels": True, **more}.items():
        setting(f"RetentionPolicy_{name}", value)
    clock.advance(days=31)
    a_day_passes()


def test_files_alone(alice, setting, deliver, clock):
    room_id = alice.creates_channel("garden")
    alice.says(room_id, "old")
    assert alice.upload(f"rooms.upload/{room_id}", File("plan.txt", b"x"), msg="the plan").succeeded
    _prune_after_a_month(setting, clock, FilesOnly=True)
    deliver()
    file, text = alice.reads(room_id)
    assert text["msg"] == "old"
    assert "file" not in file
    assert file["attachments"][0]["text"] == "_File removed by prune_"


def test_many_messages_go_step_by_step(alice, setting, deliver, clock, monkeypatch):
    from pimentachat.services.after import jobs
    from pimentachat.services.messages import cleaning

    monkeypatch.setattr(cleaning, "_IN_A_STEP", 2)
    monkeypatch.setattr(jobs, "_VISITED_ROOMS_AT_ONCE", 1)
    rooms = [alice.creates_channel(f"room{number}") for number in range(3)]
    for room_id in rooms:
        for number in range(5):
            alice.says(room_id, f"{number}")
    _prune_after_a_month(setting, clock)
    deliver()
    assert [texts(alice, room_id) for room_id in rooms] == [[], [], []]


def test_totals_are_counted_anew(admin, alice):
    from pimentachat.store import counters

    before = admin.get("users.list")["total"]
    channels = counters.total("channels")
    counters.add("users", 5)
    counters.add("channels", -3)
    a_day_passes()
    assert admin.get("users.list")["total"] == before
    assert counters.total("channels") == channels
    # Counted while somebody else changes it: the next day will tell.
    assert not counters.repair("users", before + 1, 0)
    assert admin.get("users.list")["total"] == before


def test_a_job_that_got_stuck_goes_on(admin, alice, worker, clock, deliver):
    from pimentachat.store import messages as message_store

    room_id = alice.creates_channel("garden")
    message_id = alice.says(room_id, "hi")
    deliver()
    assert admin.post("channels.delete", roomId=room_id).succeeded
    worker.run(worker.records())
    assert any(each["effect"] == "job" for each in worker.effects())  # taken, and lost
    a_day_passes()
    assert worker.effects() == []
    clock.advance(hours=1)
    a_day_passes()
    deliver()
    assert message_store.find(message_id) is None


def test_a_step_that_fails_keeps_the_others_from_nothing(admin, monkeypatch):
    from pimentachat.services.after import housekeeping
    from pimentachat.store import counters

    before = counters.total("users")
    counters.add("users", 5)
    monkeypatch.setattr(housekeeping, "STEPS", {"broken": lambda: 1 / 0, **housekeeping.STEPS})
    with pytest.raises(housekeeping.HousekeepingFailed, match="broken"):
        a_day_passes()
    assert counters.total("users") == before


# --- entries of people


def entries_of(*users):
    """Keys of what follows from people: their roles, the words of their names, their place in the directory."""
    from tests.workers.test_purge import items

    followed = ("HOLDERS#", "WORDS#users", "PEOPLE")
    ids = tuple(user.id for user in users)
    return {
        (item["pk"], item["sk"])
        for item in items("accounts")
        if item["pk"].startswith(followed) and item["sk"].endswith(ids)
    }


@pytest.fixture
def lost(admin, newcomer):
    """Takes the entries of some people away, as a deployment before such entries left them."""
    from pimentachat.store import table, writes
    from pimentachat.store.items import Key

    def lose(*users):
        held = entries_of(*users)
        table.write_many([writes.delete(Key("accounts", pk, sk)) for pk, sk in held])
        assert entries_of(*users) == set()
        return held

    return lose


def test_entries_that_an_earlier_deployment_did_not_write(admin, alice, newcomer, lost, deliver, monkeypatch):
    from pimentachat.services.after import accounts

    monkeypatch.setattr(accounts, "_AT_ONCE", 2)
    rosa = newcomer("rosa", name="Rosa Luz", roles=["user", "bot", "guest"])
    held = lost(admin, rosa, alice)
    assert {pk for pk, _ in held} == {"HOLDERS#admin", "HOLDERS#bot", "HOLDERS#guest", "WORDS#users", "PEOPLE"}
    assert alice.get("spotlight", query="luz")["users"] == []
    for _ in range(2):
        a_day_passes()
        deliver()
        assert entries_of(admin, rosa, alice) == held
    assert [user["username"] for user in alice.get("spotlight", query="luz")["users"]] == ["rosa"]
    found = admin.get("roles.getUsersInRole", role="bot")["users"]
    assert "rosa" in [user["username"] for user in found]


def test_who_is_changed_meanwhile_is_left_for_the_next_day(admin, newcomer, lost, deliver, monkeypatch):
    from pimentachat.store import table
    from pimentachat.store import users as user_store

    rosa = newcomer("rosa", roles=["user", "bot"])
    lost(rosa)
    get_many = table.get_many

    def meanwhile(keys, **more):
        found = get_many(keys, **more)
        if any(key.pk == "HOLDERS#bot" for key in found):
            monkeypatch.setattr(table, "get_many", get_many)
            user_store.change(rosa.id, lambda user: user.model_copy(update={"roles": ["user"]}))
        return found

    monkeypatch.setattr(table, "get_many", meanwhile)
    a_day_passes()
    deliver()
    assert "HOLDERS#bot" not in {pk for pk, _ in entries_of(rosa)}
    a_day_passes()
    deliver()
    assert {pk for pk, _ in entries_of(rosa)} == {"PEOPLE"}
