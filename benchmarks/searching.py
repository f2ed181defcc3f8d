"""Search in a room of 100,000 messages: what packing them costs for each, and what a search costs then.

The messages are made of words as often used as words are (Zipf), so that the index is as large as one of real talk.
"""

import os
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from benchmarks.budgets import MOST_OF_SEARCH, MOST_OF_SEARCH_TRIPS, MOST_PACKING_UNITS
from local.resources import create

MESSAGES = 100_000
_VOCABULARY = 20_000
_WORDS_EACH = 12
_RARE = "zanzibar"
_SEARCHES = {
    "a word in few messages": (_RARE, 2),
    "a word in many": ("w1", 50),
    "two words": (f"{_RARE} w5", 50),
    "a phrase": (f'"{_RARE} here"', 2),
    "a word that is not there": ("tulip", 0),
    "from somebody": ("from:ana w7", 50),
    "a pattern": (f"/{_RARE[:4]}[a-z]+/", 1),
}
_STEPS_COUNTED = 9
_TRIP_MS = 10
"""What a round trip of DynamoDB takes, generously, where these were not run."""


def measured(endpoint_url: str, template: Any) -> dict[str, Any]:
    """`{packing: {write_units, read_units}, searches: {name: {round_trips, read_units, ms, found}}}`."""
    os.environ.update(create(endpoint_url, "search-", template))
    from benchmarks import calls
    from benchmarks.capacity import Counter
    from pimentachat import config, workspace
    from pimentachat.services.search import packing
    from pimentachat.services.server import seeding
    from pimentachat.store import table

    config.reload()
    workspace.forget()
    table.client.cache_clear()
    seeding.seed()
    stage = calls.stage(members=2, posts=0, lists=0)
    _fill(stage.ana, stage.room_id)
    counter = Counter(table.client())
    with counter.counting() as packed:
        # As many as make a directory: the others cost the same.
        for _ in range(_STEPS_COUNTED):
            packing.step(stage.room_id)
    share = _STEPS_COUNTED * packing._AT_ONCE * packing._MESSAGES_EACH
    while not packing.step(stage.room_id):
        pass
    found = {name: _searched(counter, stage, *wanted) for name, wanted in _SEARCHES.items()}
    each = {"write_units": round(packed.write_units / share, 4), "read_units": round(packed.read_units / share, 4)}
    return {"messages": MESSAGES, "packing each": each, "searches": found}


def _searched(counter: Any, stage: Any, text: str, expected: int) -> dict[str, Any]:
    with counter.counting() as cost:
        answer = stage.ana.get("chat.search", roomId=stage.room_id, searchText=text)
    assert len(answer["messages"]) == expected, (text, len(answer["messages"]), answer.text[:500])
    spent = []
    for _ in range(5):
        begun = time.process_time()
        stage.ana.get("chat.search", roomId=stage.room_id, searchText=text)
        spent.append(time.process_time() - begun)
    return {
        "round_trips": cost.round_trips,
        "read_units": cost.read_units,
        "serial_ms_at_10_each": cost.round_trips * _TRIP_MS,
        "cpu_ms": round(statistics.median(spent) * 1000, 1),
    }


def _fill(ana: Any, room_id: str) -> None:
    """Messages in the order of time, the rare word in the first of them and in one near the end."""
    from pimentachat import clock, ids
    from pimentachat.models.messages import Message, Person

    rng = random.Random(7)
    weights = list(accumulate(1 / (number + 1) for number in range(_VOCABULARY)))
    author = Person(ana.id, ana.username)
    begun = datetime(2019, 4, 11, tzinfo=UTC)
    some = []
    for number in range(MESSAGES):
        words = rng.choices(range(_VOCABULARY), cum_weights=weights, k=_WORDS_EACH)
        text = " ".join(f"w{word}" for word in words)
        if number in {100, MESSAGES - 2000}:
            text = f"{text} {_RARE} here"
        ts = clock.text_of(begun + timedelta(seconds=number))
        some.append(Message(ids.new_id(), room_id, ts, author, ts, text, mentions=[], channels=[]))
    _store(some)


def _store(some: list[Any]) -> None:
    from functools import partial

    from pimentachat.store import messages as message_store
    from pimentachat.store import table, writes

    def chunk(start: int) -> None:
        part = some[start : start + 25]
        table.write_many([writes.put(message_store.key_of(each), message_store._item(each)) for each in part])

    for start in range(0, len(some), 400):
        table.side_by_side(*(partial(chunk, at) for at in range(start, start + 400, 25)))


def broken(found: dict[str, Any]) -> list[str]:
    """What is dearer than it may be."""
    over = [name for name, each in found["searches"].items() if each["round_trips"] > MOST_OF_SEARCH_TRIPS]
    over += [name for name, each in found["searches"].items() if each["read_units"] > MOST_OF_SEARCH]
    return over + (["packing"] if found["packing each"]["write_units"] > MOST_PACKING_UNITS else [])
