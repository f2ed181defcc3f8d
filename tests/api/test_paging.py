"""offset and count, and the settings that bound them."""

import json

import pytest

from tests.refusals import refused


def page(client, **query):
    answer = client.get("settings.public", **query)
    assert answer.succeeded, answer.text
    assert answer["count"] == len(answer["settings"])
    return answer["offset"], answer["count"]


@pytest.fixture
def total(anonymous, workspace):
    return anonymous.get("settings.public", count=1)["total"]


def test_the_defaults(anonymous, total):
    assert total > 100
    assert page(anonymous) == (0, 50)
    assert page(anonymous, offset=10, count=20) == (10, 20)
    assert page(anonymous, count=101) == (0, 100)
    assert page(anonymous, count=0) == (0, total)
    assert page(anonymous, count=0, offset=10) == (10, total - 10)
    assert page(anonymous, offset=total - 1) == (total - 1, 1)
    assert page(anonymous, offset=total) == (total, 0)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 50), ("many", 50), ("-1", 50), ("7", 7), (" 7", 7), ("7.9", 7), ("7x", 7), ("1e2", 1), ("+7", 7), ("1_0", 1)],
)
def test_counts_are_read_as_javascript_reads_them(anonymous, workspace, text, count):
    assert page(anonymous, count=text) == (0, count)


@pytest.mark.parametrize("text", ["9" * 10, "9" * 30, "9" * 5000])
def test_numbers_of_any_size(alice, anonymous, text):
    assert page(anonymous, count=text) == (0, 100)
    assert anonymous.get("settings.public", offset=text)["settings"] == []
    assert alice.get("users.list", offset=text)["users"] == []
    assert alice.get("users.list", offset=text, sort={"name": 1})["users"] == []
    assert page(anonymous, offset=f"-{text}") == (0, 50)


def test_the_settings(anonymous, setting, total):
    setting("API_Default_Count", 3)
    assert page(anonymous) == (0, 3)
    assert page(anonymous, count=-5) == (0, 3)
    setting("API_Upper_Count_Limit", 2)
    assert page(anonymous) == (0, 2)
    assert page(anonymous, count=7) == (0, 2)
    assert page(anonymous, count=0) == (0, total)
    setting("API_Allow_Infinite_Count", False)
    setting("API_Upper_Count_Limit", 100)
    assert page(anonymous, count=0) == (0, 3)


@pytest.mark.parametrize("value", [0, -1])
def test_settings_that_are_not_positive(anonymous, setting, value):
    setting("API_Default_Count", value)
    setting("API_Upper_Count_Limit", value)
    assert page(anonymous) == (0, 50)
    assert page(anonymous, count=200) == (0, 100)


@pytest.mark.parametrize(
    "query",
    [{"query": {"type": "user"}}, {"sort": {"name": 1}}, {"count": 0}, {"count": 0, "sort": {"username": -1}}],
    ids=str,
)
def test_what_would_read_too_much_is_refused(alice, bob, carol, monkeypatch, query):

    assert alice.get("users.list", **query).succeeded
    from pimentachat.listing import pages

    monkeypatch.setattr(pages, "LOOKED_THROUGH_MOST", 3)
    refused(
        alice.get("users.list", **query),
        "The query or sort would look through more than 3 entries, please narrow it [error-query-too-broad]",
    )
    assert len(alice.get("users.list", count=4)["users"]) == 4


# --- the size of an answer

TOO_LARGE = "The answer would be larger than 0.005 MB, please ask for fewer entries or fields [error-query-too-broad]"


@pytest.mark.parametrize(
    "method", ["settings.public", "channels.list", "channels.list.joined", "rooms.get", "subscriptions.get"]
)
def test_an_answer_is_whole_or_refused(alice, monkeypatch, method):
    from pimentachat.api import limits

    for number in range(20):
        alice.creates_channel(f"room{number}")
    monkeypatch.setattr(limits, "ANSWER_BYTES_MOST", 5000)
    refused(alice.get(method, count=100), TOO_LARGE)
    if not method.endswith("get"):
        assert alice.get(method, count=5)["count"] == 5


def test_the_size_is_that_of_the_text_which_lambda_sends(alice, monkeypatch):
    """Lambda puts the answer into JSON once more, where quotes and backslashes are doubled."""
    from pimentachat.api import limits

    room_id = alice.creates_channel("quotes")
    alice.says(room_id, '"\\\n' * 1000)
    answer = alice.get("channels.messages", roomId=room_id)
    sent = len(json.dumps(answer.text, ensure_ascii=False).encode()) - len('""')
    assert sent > 1.2 * len(answer.text.encode())
    monkeypatch.setattr(limits, "ANSWER_BYTES_MOST", sent)
    assert alice.get("channels.messages", roomId=room_id).succeeded
    monkeypatch.setattr(limits, "ANSWER_BYTES_MOST", sent - 1)
    assert alice.get("channels.messages", roomId=room_id).error_type == "error-query-too-broad"
    assert alice.get("channels.messages", roomId=room_id, fields={"ts": 1}).succeeded


def test_rooms_of_the_caller_are_looked_through_whole_or_refused(alice, monkeypatch):
    from pimentachat.listing import pages

    for name in ("one", "two", "three"):
        alice.creates_channel(name)
    total = alice.get("channels.list.joined")["total"]
    monkeypatch.setattr(pages, "LOOKED_THROUGH_MOST", total)
    assert alice.get("channels.list.joined")["total"] == total
    monkeypatch.setattr(pages, "LOOKED_THROUGH_MOST", total - 1)
    assert alice.get("channels.list.joined").error_type == "error-query-too-broad"
