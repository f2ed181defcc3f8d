"""chat.search."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.refusals import refused
from tests.workspace import Person


def search(person: Person, room_id: str, text: str, **page: Any) -> list[str]:
    answer = person.get("chat.search", roomId=room_id, searchText=text, **page)
    assert answer.succeeded, answer.text
    return [message["msg"] for message in answer["messages"]]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of four messages, and directories of three segments."""
    from pimentachat.services.search import packing

    for name, value in (
        ("EVERY", 1),
        ("_MESSAGES_EACH", 4),
        ("_SEGMENTS_EACH", 3),
        ("_AT_ONCE", 2),
        ("_EDITS_EACH", 2),
    ):
        monkeypatch.setattr(packing, name, value)


@pytest.fixture
def garden(alice: Person, bob: Person) -> str:
    return alice.creates_channel("garden", members=["bob"])


@pytest.fixture(params=["not packed", "packed"])
def settled(request: pytest.FixtureRequest, small: None, deliver: Callable[[], None], clock: Any) -> Callable[[], None]:
    """What happens before somebody searches: nothing, or everything is packed."""

    def run() -> None:
        if request.param == "packed":
            clock.advance(seconds=61)
            deliver()

    return run


def test_words_of_any_form_newest_first(alice, bob, garden, settled):
    for text in ("Red ROSES bloom", "the lawn", "a rose, blooming", "nothing", "Rösti", "x" * 60):
        alice.says(garden, text)
    for _ in range(10):
        bob.says(garden, "filler")
    settled()
    assert search(bob, garden, "rose") == ["a rose, blooming", "Red ROSES bloom"]
    assert search(bob, garden, "lawn roses") == ["a rose, blooming", "the lawn", "Red ROSES bloom"]
    assert search(bob, garden, "bloomed") == ["a rose, blooming", "Red ROSES bloom"]
    assert search(bob, garden, "RÖSTI") == ["Rösti"]
    assert search(bob, garden, "x" * 60) == ["x" * 60]
    assert search(bob, garden, "tulip") == []
    assert search(bob, garden, "rose", order="ignored") == search(bob, garden, "rose")
    assert search(bob, garden, "rose order:asc") == ["Red ROSES bloom", "a rose, blooming"]


def test_phrases_and_exclusions(alice, garden, settled):
    for text in ("the red rose is here", "a rose, red as wine", "red rose", "Red, rose!"):
        alice.says(garden, text)
    settled()
    assert search(alice, garden, '"red rose"') == ["Red, rose!", "red rose", "the red rose is here"]
    assert search(alice, garden, '"red rose" -here') == ["Red, rose!", "red rose"]
    assert search(alice, garden, "rose -here -wine") == ["Red, rose!", "red rose"]


def test_the_score_says_how_much_of_it_was_found(alice, garden, settled):
    alice.says(garden, "red roses")
    settled()
    for text, score in (("roses", 1.0), ("roses tulips", 0.5), ('"red roses"', 1.0)):
        [message] = alice.get("chat.search", roomId=garden, searchText=text)["messages"]
        assert message["score"] == score
        assert message["md"]
    [message] = alice.get("chat.search", roomId=garden, searchText="from:alice")["messages"]
    assert "score" not in message


def test_operators(alice, bob, garden, settled):
    said = {
        text: person.says(garden, text)
        for person, text in (
            (alice, "rose one"),
            (bob, "rose two @alice"),
            (bob, "see https://a.example"),
            (alice, "thorn"),
            (alice, "@bob @alice both"),
        )
    }
    assert alice.post("chat.starMessage", messageId=said["thorn"]).succeeded
    assert bob.post("chat.starMessage", messageId=said["rose one"]).succeeded
    assert alice.post("chat.pinMessage", messageId=said["rose one"]).succeeded
    settled()
    assert search(alice, garden, "from:bob") == ["see https://a.example", "rose two @alice"]
    assert search(alice, garden, "from:bob rose") == ["rose two @alice"]
    assert search(bob, garden, "from:me rose") == ["rose two @alice"]
    both = search(alice, garden, "from:bob from:@alice rose")
    assert both == ["rose two @alice", "rose one"]
    assert search(bob, garden, "mention:alice") == ["@bob @alice both", "rose two @alice"]
    assert search(alice, garden, "mention:me from:bob") == ["rose two @alice"]
    assert search(alice, garden, "has:star") == ["thorn"]
    assert search(bob, garden, "has:star rose") == ["rose one"]
    assert search(alice, garden, "is:pinned") == search(bob, garden, "has:pin") == ["rose one"]
    assert search(alice, garden, "has:url") == search(alice, garden, "has:link") == ["see https://a.example"]
    for nothing in ("has:location", "has:map", "label:work", "from:nobody"):
        assert search(alice, garden, nothing) == []


def test_people_under_the_name_they_have_now(admin, alice, bob, carol, garden, settled, deliver, clock):
    for text in ("rose one", "@carol rose two", "rose three"):
        bob.says(garden, text)
    carol.says(garden, "@bob thorn")
    settled()
    everything = ["rose three", "@carol rose two", "rose one"]
    assert search(alice, garden, "from:bob") == everything
    assert admin.post("users.update", userId=bob.id, data={"username": "robert"}).succeeded
    # Until the new name is everywhere, the former one means nobody else.
    for name in ("Robert", "bob"):
        assert search(alice, garden, f"from:{name}") == everything
    deliver()
    bob.says(garden, "rose four")
    assert search(alice, garden, "from:robert rose") == ["rose four", *everything]
    assert search(alice, garden, "mention:@ROBERT") == ["@robert thorn"]
    assert search(bob, garden, "from:me -four") == everything
    assert search(alice, garden, f"from:{bob.id} one") == ["rose one"]
    assert search(alice, garden, "from:bob") == search(alice, garden, "mention:bob") == []
    # The former name is free: whoever takes it has said none of this.
    assert admin.post("users.update", userId=carol.id, data={"username": "bob"}).succeeded
    deliver()
    assert search(alice, garden, "from:bob thorn") == ["@robert thorn"]
    assert search(alice, garden, "mention:bob") == ["@bob rose two"]


def test_everybody_who_is_named(alice, garden, settled):
    alice.says(garden, "@all roses")
    alice.says(garden, "@here thorns")
    settled()
    assert search(alice, garden, "mention:all") == search(alice, garden, "mention:@ALL") == ["@all roses"]
    assert search(alice, garden, "mention:here") == ["@here thorns"]


def test_ranges_of_time(alice, garden, clock, settled):
    days = []
    for text in ("rose one", "rose two", "rose three"):
        days.append(clock.now())
        alice.says(garden, text)
        clock.advance(days=1)
    settled()
    first, second, _ = (day.strftime("%d/%m/%Y") for day in days)
    assert search(alice, garden, f"rose after:{first}") == ["rose three", "rose two"]
    assert search(alice, garden, f"rose before:{second.replace('/', '.')}") == ["rose one"]
    assert search(alice, garden, f"on:{second.replace('/', '-')} order:asc") == ["rose two"]
    # What is no date is text.
    assert search(alice, garden, "on:31/02/2019") == []


def test_patterns(alice, garden, settled, setting):
    for text in ("Rose 12", "rose 7", "tulip\nlast rose 99"):
        alice.says(garden, text)
    settled()
    assert search(alice, garden, r"/rose \d\d/") == ["tulip\nlast rose 99"]
    assert search(alice, garden, r"/rose \d\d/i") == ["tulip\nlast rose 99", "Rose 12"]
    assert search(alice, garden, r"/^last/m from:alice") == ["tulip\nlast rose 99"]
    assert search(alice, garden, r"/r o s e \s 7 /x") == ["rose 7"]
    assert search(alice, garden, r"rose.7") == ["tulip\nlast rose 99", "rose 7", "Rose 12"]
    setting("Message_AlwaysSearchRegExp", True)
    assert search(alice, garden, r"ROSE.7") == ["rose 7"]
    answer = alice.get("chat.search", roomId=garden, searchText="/(/")
    assert answer.error_type == "error-invalid-query"


def test_a_pattern_says_where_it_stopped(alice, garden, monkeypatch):
    from pimentachat.listing import budgets
    from pimentachat.services.search import messages

    sent = [alice.posts(garden, f"rose {number}")["message"]["ts"] for number in range(4)]
    whole = alice.get("chat.search", roomId=garden, searchText="/rose/").body
    assert (len(whole["messages"]), whole.get("stoppedAt")) == (4, None)
    monkeypatch.setattr(messages, "_LOOKED_AT_MOST", 3)
    part = alice.get("chat.search", roomId=garden, searchText="/rose 0/").body
    assert (part["messages"], part["stoppedAt"]) == ([], sent[0])
    monkeypatch.setattr(budgets, "STEPS_MOST", 30)
    assert alice.get("chat.search", roomId=garden, searchText="/rose 0/").body["stoppedAt"] > sent[0]


def test_a_message_as_it_is_now(alice, bob, garden, settled, deliver, clock):
    said = [alice.says(garden, f"rose {number}") for number in range(6)]
    settled()
    assert alice.post("chat.update", roomId=garden, msgId=said[0], text="tulip").succeeded
    assert alice.post("chat.delete", roomId=garden, msgId=said[1]).succeeded
    assert alice.post("chat.update", roomId=garden, msgId=said[5], text="tulip, too").succeeded
    for _ in range(2):
        assert search(bob, garden, "rose") == ["rose 4", "rose 3", "rose 2"]
        assert search(bob, garden, "tulip") == ["tulip, too", "tulip"]
        alice.says(garden, "wakes the worker")
        clock.advance(seconds=61)
        alice.says(garden, "wakes it once more")
        deliver()


def test_deleted_marks_and_hidden_ones_are_not_found(alice, garden, setting, settled):
    setting("Message_ShowDeletedStatus", True)
    gone = alice.says(garden, "rose")
    assert alice.post("chat.delete", roomId=garden, msgId=gone).succeeded
    settled()
    assert search(alice, garden, "rose") == []
    assert search(alice, garden, "from:alice") == []


def test_pages(alice, garden, settled):
    for number in range(30):
        alice.says(garden, f"rose {number}")
    settled()
    newest = [f"rose {number}" for number in range(29, -1, -1)]
    assert search(alice, garden, "rose") == newest
    assert search(alice, garden, "rose", count=3) == newest[:3]
    assert search(alice, garden, "rose", count=5, offset=20) == newest[20:25]
    assert search(alice, garden, "rose", count=0) == newest[:20]
    assert search(alice, garden, "rose order:asc", count=4) == newest[:-5:-1]
    answer = alice.get("chat.search", roomId=garden, searchText="rose", offset=1000)
    assert answer.error_type == "error-query-too-broad"


def test_only_where_one_may_read(alice, bob, setting):
    room_id = alice.creates_group("secret")
    alice.says(room_id, "rose")
    assert search(bob, room_id, "rose") == []
    assert search(alice, room_id, "rose") == ["rose"]
    refused(bob.get("chat.search", roomId="nowhere", searchText="x"), "Invalid room [error-invalid-room]")


def test_room_and_text_must_be_named(alice):
    room = 'The required "roomId" query param is missing. [error-roomId-param-not-provided]'
    refused(alice.get("chat.search", searchText="x"), room)
    text = 'The required "searchText" query param is missing. [error-searchText-param-not-provided]'
    for query in ({}, {"searchText": " "}):
        refused(alice.get("chat.search", roomId="GENERAL", **query), text)


def test_a_room_that_is_gone_leaves_no_index(alice, bob, garden, small, deliver, clock):
    from pimentachat.store import table

    said = [alice.says(garden, f"rose {number} @bob") for number in range(20)]
    clock.advance(seconds=61)
    deliver()
    assert alice.post("chat.update", roomId=garden, msgId=said[0], text="@bob tulip").succeeded
    assert alice.post("chat.starMessage", messageId=said[1]).succeeded
    assert alice.post("channels.delete", roomId=garden).succeeded
    deliver()
    for pk in ("SEARCH", "EDITS", "CHANGES", "TRASH", "PINS", f"MENTIONS#{bob.id}", f"STARS#{alice.id}", "ROOM"):
        assert list(table.query("messages", f"{pk}#{garden}")) == [], pk
