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
