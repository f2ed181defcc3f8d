"""What was deleted or edited is gone from what search stores, too, after a day's housekeeping."""

import zlib
from typing import Any

import pytest

from pimentachat.services.search import forgetting, packing
from tests.workers.test_housekeeping import a_day_passes
from tests.workers.test_packing import found, pack


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_MESSAGES_EACH", 4), ("_SEGMENTS_EACH", 3), ("_AT_ONCE", 2), ("_EDITS_EACH", 2)):
        monkeypatch.setattr(packing, name, value)


@pytest.fixture
def garden(alice: Any, bob: Any, clock: Any) -> tuple[str, list[str]]:
    """A room of thirty messages, all packed, with words of their own; their ids."""
    room_id = str(alice.creates_channel("garden", members=["bob"]))
    some = [(alice, bob)[number % 2].says(room_id, f"rose {number} secret{number}x") for number in range(30)]
    clock.advance(seconds=61)
    pack(room_id)
    return room_id, some


def index_of(room_id: str) -> dict[str, str]:
    """Everything that the index of a room holds, unpacked, by its sort keys."""
    from pimentachat.store import table

    items = table.query("messages", f"SEARCH#{room_id}", consistent=True)
    return {item["sk"]: zlib.decompress(item["data"]).decode() for item in items if "data" in item}


def holding(room_id: str, word: str) -> set[str]:
    """The kinds of records of the index in which a word stands."""
    return {sk[0] for sk, text in index_of(room_id).items() if f'"{word}"' in text}


def test_words_of_what_was_deleted_go(alice, garden, clock, deliver):
    room_id, some = garden
    assert {sk[0] for sk in index_of(room_id)} == {"S", "D"}
    gone = [0, 1, 5, 29 - 29 % 4 - 1]
    assert all(holding(room_id, f"secret{number}x") == {"S", "D"} for number in gone[:3])
    for number in gone:
        assert alice.post("chat.delete", roomId=room_id, msgId=some[number]).succeeded
    clock.advance(hours=1)
    a_day_passes()
    deliver()
    for number in range(28):
        assert holding(room_id, f"secret{number}x") >= ({"S"} if number not in gone else set())
        assert number not in gone or holding(room_id, f"secret{number}x") == set()
    assert found(alice, room_id) == [number for number in range(29, -1, -1) if number not in gone]


def test_a_whole_segment_may_go(alice, garden, clock, deliver):
    room_id, some = garden
    for message_id in some[4:8]:
        assert alice.post("chat.delete", roomId=room_id, msgId=message_id).succeeded
    a_day_passes()
    deliver()
    assert all(holding(room_id, f"secret{number}x") == set() for number in range(4, 8))
    assert found(alice, room_id) == [*range(29, 7, -1), 3, 2, 1, 0]


def test_words_that_were_edited_away_go_and_the_new_ones_are_found(alice, bob, garden, clock, deliver):
    room_id, some = garden
    for number, text in ((2, "rose 2 lawn"), (6, "rose 6 lawn"), (10, "rose 10 pond")):
        assert alice.post("chat.update", roomId=room_id, msgId=some[number], text=text).succeeded
    pack(room_id)
    assert holding(room_id, "lawn") == {"E"}
    assert alice.post("chat.update", roomId=room_id, msgId=some[2], text="rose 2 moss").succeeded
    assert alice.post("chat.delete", roomId=room_id, msgId=some[6]).succeeded
    a_day_passes()
    deliver()
    for word in ("lawn", "secret2x", "secret6x", "secret10x"):
        assert holding(room_id, word) == set()
    assert (found(alice, room_id, "moss"), found(alice, room_id, "pond")) == ([2], [10])
    assert found(alice, room_id, "secret2x lawn") == []
    assert found(alice, room_id, "rose") == [number for number in range(29, -1, -1) if number != 6]


@pytest.mark.parametrize("erasure", ["Delete", "Unlink"])
def test_what_somebody_wrote_whose_account_is_erased(admin, alice, bob, garden, clock, deliver, setting, erasure):
    room_id, _ = garden
    setting("Message_ErasureType", erasure)
    assert holding(room_id, f"@{bob.id}") == {"S", "D"}
    assert admin.post("users.delete", userId=bob.id).succeeded
    deliver()
    a_day_passes()
    deliver()
    assert holding(room_id, f"@{bob.id}") == set()
    left = range(28, -1, -2) if erasure == "Delete" else range(29, -1, -1)
    assert found(alice, room_id) == [*left]


def test_many_changes_take_many_steps(alice, garden, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 3)
    room_id, some = garden
    for message_id in some[:7]:
        assert alice.post("chat.delete", roomId=room_id, msgId=message_id).succeeded
    steps = 1
    while not forgetting.step(room_id).over:
        steps += 1
    assert steps == 3
    assert all(holding(room_id, f"secret{number}x") == set() for number in range(7))


def test_the_next_day_looks_once_more_at_the_last_one(alice, garden, clock):
    """A message may be deleted while it is packed: its words are stored after they were taken out."""
    from pimentachat.store import search_segments

    room_id, some = garden
    [before] = [segment for _, segment in search_segments.uncovered(room_id, "", most=1)]
    assert alice.post("chat.delete", roomId=room_id, msgId=some[0]).succeeded
    assert forgetting.step(room_id).over
    search_segments.add(room_id, before)
    clock.advance(hours=24)
    assert forgetting.step(room_id).over
    assert holding(room_id, "secret0x") == set()


def test_where_nothing_is_packed_there_is_nothing_to_do(alice):
    from pimentachat.store import search_segments

    room_id = alice.creates_channel("small")
    assert alice.post("chat.delete", roomId=room_id, msgId=alice.says(room_id, "rose")).succeeded
    assert forgetting.step(room_id).over
    assert search_segments.state(room_id, anew=True).forgotten == ""


# --- edits


def test_edits_of_a_day_leave_no_segments_of_their_own(alice, garden, clock, deliver):
    """Each search reads all of these: whoever edits the whole day would make it slow for everybody, for good."""
    room_id, some = garden
    for time in range(5):
        for number, word in ((2, "lawn"), (4, "l"), (12, "l")):
            text = f"rose {number} {word}{time}x"
            assert alice.post("chat.update", roomId=room_id, msgId=some[number], text=text).succeeded
        pack(room_id)
    assert {sk[0] for sk in index_of(room_id)} == {"S", "D", "E"}
    clock.advance(hours=1)
    a_day_passes()
    deliver()
    assert {sk[0] for sk in index_of(room_id)} == {"S", "D"}
    assert holding(room_id, "lawn3x") == holding(room_id, "secret4x") == set()
    assert holding(room_id, "lawn4x") == {"S", "D"}
    assert (found(alice, room_id, "lawn4x"), found(alice, room_id, "l4x")) == ([2], [12, 4])


def test_an_edit_that_its_segment_does_not_take_stays_in_one_of_edits(alice, garden, clock, monkeypatch):
    room_id, some = garden
    for number in (2, 6):
        assert alice.post("chat.update", roomId=room_id, msgId=some[number], text=f"rose {number} lawn").succeeded
    pack(room_id)
    monkeypatch.setattr(packing, "_SEGMENT_BYTES_MOST", 10)
    assert forgetting.step(room_id).over
    assert holding(room_id, "lawn") == {"E"}
    assert holding(room_id, "secret2x") == set()
    assert found(alice, room_id, "lawn") == [6, 2]


def test_a_directory_that_grows_too_large_becomes_two(alice, garden, clock, monkeypatch):
    room_id, some = garden
    before = {sk for sk in index_of(room_id) if sk[0] == "D"}
    for number in (2, 6):
        text = f"rose {number} lawn{number}x"
        assert alice.post("chat.update", roomId=room_id, msgId=some[number], text=text).succeeded
    pack(room_id)
    monkeypatch.setattr(packing, "_DIRECTORY_BYTES_MOST", 250)
    assert forgetting.step(room_id).over
    assert {sk for sk in index_of(room_id) if sk[0] == "D"} > before
    for number in (2, 6):
        assert found(alice, room_id, f"lawn{number}x") == [number]
    assert found(alice, room_id) == list(range(29, -1, -1))


def test_one_room_with_changes_is_a_step(alice, garden, clock, deliver, monkeypatch):
    """A job's step has a minute: rooms where somebody was removed, say, may have hundreds of changes each."""
    _, some = garden
    rooms = [garden[0]]
    for name in ("kitchen", "lawn"):
        rooms.append(alice.creates_channel(name))
        said = [alice.says(rooms[-1], f"rose {number}") for number in range(4)]
        clock.advance(seconds=61)
        pack(rooms[-1])
        assert alice.post("chat.delete", roomId=rooms[-1], msgId=said[0]).succeeded
    assert alice.post("chat.delete", roomId=rooms[0], msgId=some[0]).succeeded
    steps = []
    within = []
    step = forgetting.step

    def stepped(room_id):
        done = step(room_id)
        within.append(done.looked_at)
        return done

    from pimentachat.services.after import jobs

    act = jobs._KINDS[forgetting.FORGET]

    def counted(job):
        within.clear()
        after = act(job)
        steps.append(sum(1 for each in within if each))
        return after

    monkeypatch.setattr(forgetting, "step", stepped)
    monkeypatch.setitem(jobs._KINDS, forgetting.FORGET, counted)
    a_day_passes()
    deliver()
    assert sum(steps) == 3
    assert max(steps) == 1
