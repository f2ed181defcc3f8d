"""Packing of messages for search: whatever dies in between, everything is found once."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimentachat.services.search import packing
from pimentachat.services.text import words


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_MESSAGES_EACH", 4), ("_SEGMENTS_EACH", 3), ("_AT_ONCE", 2)):
        monkeypatch.setattr(packing, name, value)


def found(person: Any, room_id: str, text: str = "rose") -> list[int]:
    messages = person.get("chat.search", roomId=room_id, searchText=text, count=100)["messages"]
    return [int(message["msg"].split()[1]) for message in messages]


@pytest.fixture
def garden(alice: Any, clock: Any) -> str:
    """A room of thirty messages, all at rest."""
    room_id = str(alice.creates_channel("garden"))
    for number in range(30):
        alice.says(room_id, f"rose {number}")
    clock.advance(seconds=61)
    return room_id


def pack(room_id: str) -> None:
    while not packing.step(room_id):
        pass


class Killed(BaseException):
    """The worker is gone."""


@pytest.mark.parametrize("dies_at", range(9))
def test_a_worker_that_is_killed_leaves_nothing_out_and_doubles_nothing(
    alice: Any, garden: str, small: None, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    from pimentachat.store import table

    writes = 0
    write = table.write

    def dying(change: Any) -> Any:
        nonlocal writes
        writes += 1
        if writes == dies_at + 1:
            raise Killed
        return write(change)

    with monkeypatch.context() as killing:
        killing.setattr(table, "write", dying)
        with pytest.raises(Killed):
            pack(garden)
    assert found(alice, garden) == list(range(29, -1, -1))
    pack(garden)
    assert found(alice, garden) == list(range(29, -1, -1))


def test_two_workers_at_once_pack_once(alice: Any, garden: str, small: None) -> None:
    from pimentachat.store import table

    table.side_by_side(*[lambda: packing.step(garden)] * 4)
    pack(garden)
    assert found(alice, garden) == list(range(29, -1, -1))


def test_what_is_young_is_not_packed(alice: Any, garden: str, small: None, clock: Any) -> None:
    from pimentachat.store import search_segments

    alice.says(garden, "rose 30")
    pack(garden)
    state = search_segments.state(garden)
    assert state.packed_until < clock.now_text()
    for _ in range(8):
        alice.says(garden, "rose 31")
    assert packing.step(garden)
    assert search_segments.state(garden) == state
    assert found(alice, garden, "rose")[:2] == [31, 31]


def test_long_messages_make_small_segments(alice: Any, bob: Any, clock: Any, setting: Any) -> None:
    """A flood of different words fits into no record: the segment ends earlier."""
    setting("Message_MaxAllowedSize", 100_000)
    room_id = alice.creates_channel("flood")
    rng = random.Random(1)
    for number in range(12):
        alice.says(room_id, f"rose {number} " + " ".join(f"{rng.randrange(10**9):x}" for _ in range(9000)))
    clock.advance(seconds=61)
    pack(room_id)
    from pimentachat.store import search_segments

    assert search_segments.state(room_id).packed
    messages = alice.get("chat.search", roomId=room_id, searchText="rose", count=3)["messages"]
    assert [message["msg"].split()[1] for message in messages] == ["11", "10", "9"]


A_RECORD = 390_000
"""Bytes that one takes, beside its keys."""


def records(room_id: str) -> list[tuple[str, int]]:
    """The kind of each record of a room's index, and how many bytes it takes."""
    from pimentachat.store import table

    items = table.query("messages", f"SEARCH#{room_id}", consistent=True)
    return [(item["sk"][0], len(bytes(item["data"]))) for item in items if "data" in item]


# Letters of four bytes each, of which there are 6,000: nothing is gained by compressing them.
TANGUT = [chr(code) for code in range(0x17000, 0x187F8)]


@pytest.mark.parametrize("edited", [False, True])
def test_nobody_writes_what_fits_into_no_segment(
    alice: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    monkeypatch.setattr(packing, "_EDITS_EACH", 70)
    rng = random.Random(2)
    room_id = alice.creates_channel("flood")
    for number in range(70):
        text = " ".join("".join(rng.choices(TANGUT, k=39)) for _ in range(124))
        said = alice.says(room_id, f"rose {number}" if edited else f"rose {number} {text}")
        if edited:
            assert alice.post("chat.update", roomId=room_id, msgId=said, text=f"lawn {number} {text}").succeeded
    clock.advance(seconds=61)
    pack(room_id)
    assert records(room_id)
    assert all(size < A_RECORD for _, size in records(room_id))
    assert set(found(alice, room_id, "lawn" if edited else "rose")) == set(range(70))


def test_nobody_writes_what_fits_into_no_directory(
    alice: Any, clock: Any, setting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of 60,000 short words stands in every third segment, at random."""
    monkeypatch.setattr(packing, "_MESSAGES_EACH", 1)
    setting("Message_MaxAllowedSize", 110_000)
    rng = random.Random(3)
    words_of_four = [f"{number:04x}" for number in rng.sample(range(16**4), 60_000)]
    room_id = alice.creates_channel("flood")
    for number in range(33):
        alice.says(room_id, f"rose {number} {' '.join(rng.sample(words_of_four, 20_000))}")
    clock.advance(seconds=61)
    pack(room_id)
    assert {kind for kind, _ in records(room_id)} == {"S", "D"}
    assert all(size < A_RECORD for _, size in records(room_id))
    messages = alice.get("chat.search", roomId=room_id, searchText="rose", count=2)["messages"]
    assert [message["msg"].split()[1] for message in messages] == ["32", "31"]


LANGUAGES = [
    # What is said, what finds it, and what does not.
    ("Café olé on the plaza", ["cafe", "CAFÉ", "ole"], ["caff", "plaz"]),
    (
        "東京で寿司を食べた",
        ["寿司", "東京", "京", "食べた", "寿司 rosemary", '"寿司を食べた"'],
        ["京東", "寿司食", '"東京寿司"'],
    ),
    ("我们明天去北京开会", ["北京", "明天", "会"], ["京北", "天明"]),
    ("서울에서 만나요", ["서울", "만나"], ["울서"]),
    ("ประชุมพรุ่งนี้", ["ประชุม"], ["ชุมประ"]),
    ("हिन्दी में संदेश", ["हिन्दी", "संदेश"], ["हिन्द"]),
    ("Встреча в кафе", ["встреча", "КАФЕ"], ["встр"]),
    ("ｉＰｈｏｎｅを買う", ["iphone", "買う"], ["phone"]),
    ("Straße nach Łódź", ["strasse", "łodz"], ["stra"]),
]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("text", "found_by", "not_by"), LANGUAGES)
def test_every_script_is_found(
    alice: Any, small: None, clock: Any, packed: bool, text: str, found_by: list[str], not_by: list[str]
) -> None:
    room_id = alice.creates_channel("garden")
    message_id = alice.says(room_id, text)
    for number in range(3):
        alice.says(room_id, f"rose {number}")
    clock.advance(seconds=61)
    if packed:
        pack(room_id)
        from pimentachat.store import search_segments

        assert search_segments.state(room_id).packed
    for wanted in [*found_by, *not_by]:
        messages = alice.get("chat.search", roomId=room_id, searchText=wanted)["messages"]
        assert [each["_id"] for each in messages] == ([message_id] if wanted in found_by else []), wanted


@given(st.text(max_size=60) | st.text(alphabet="東京寿司 abé한글ไท\u0301", max_size=60))
def test_what_a_text_says_it_is_found_by(text: str) -> None:
    said = words.Said(text)
    for word in words.in_order(text):
        assert said.has(word)
        assert words.terms_of(word) <= words.terms(text)


@given(st.text(max_size=60))
def test_stems_are_the_same_however_often(text: str) -> None:
    for word in words.in_order(text):
        assert word
        assert len(word) <= 40 or words.terms_of(word) == set(word)
