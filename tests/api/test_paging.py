"""offset and count, and the settings that bound them."""

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
