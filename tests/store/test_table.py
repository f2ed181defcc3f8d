"""The one way to change a record, what a request knows, and calls side by side."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest


@pytest.fixture
def note(resources):
    """A record with a number; `note()` reads it, as it is now."""
    from pimentachat.store import table, writes
    from pimentachat.store.items import Key

    key = Key("workspace", "NOTE#1", "NOTE")
    table.write(writes.put(key, {"number": 0, "version": 0}))
    return key


def raised(key, by=1, before=lambda: None):
    from pimentachat.store import table, writes

    def edit(item):
        before()
        return {**item, "number": item["number"] + by, "version": item["version"] + 1}

    def save(was, now):
        values = {"number": now["number"], "version": now["version"]}
        return [writes.update(key, values, only_if="version = :was", values={"was": was["version"]})]

    return table.change(key, dict, edit, save)


def test_everybodys_change_happens_once(note):
    from pimentachat.store import table

    with ThreadPoolExecutor(6) as threads:
        numbers = list(threads.map(lambda _: raised(note)["number"], range(6)))
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert table.reread(note)["number"] == 6


def test_a_request_builds_on_what_it_knows_and_then_on_what_it_meets(note):
    """No read where the request knows the record; and where somebody was faster, the write itself brings the news."""
    from pimentachat.store import table, writes
    from tests.api.test_nothing_is_read import calls_of

    with table.request_view():
        table.get(note)
        table.client().update_item(**writes.update(note, {"number": 40, "version": 7}).request())
        with calls_of(table.client()) as calls:
            assert raised(note)["number"] == 41
        assert [name for name, _ in calls] == ["UpdateItem", "UpdateItem"]
        # What was written is known as written.
        with calls_of(table.client()) as calls:
            assert table.get(note)["number"] == 41
        assert calls == []


def test_what_is_gone_is_told_in_one_way(note):
    from pimentachat.store import table, writes

    def vanish():
        table.client().delete_item(**writes.delete(note).request())

    assert raised(note, before=vanish) is None
    assert raised(note) is None


def test_nothing_to_change_writes_nothing(note):
    from pimentachat.store import table
    from tests.api.test_nothing_is_read import calls_of

    with table.request_view():
        table.get(note)
        with calls_of(table.client()) as calls:
            assert table.change(note, dict, lambda item: item, lambda was, now: [])["number"] == 0
        assert calls == []


def test_who_always_comes_too_late_is_told_to_try_again(note, monkeypatch):
    from pimentachat.errors.requests import Unavailable
    from pimentachat.store import table, writes

    monkeypatch.setattr(table, "_ATTEMPTS", 3)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    versions = iter(range(10, 99))

    def hurry():
        table.client().update_item(**writes.update(note, {"version": next(versions)}).request())

    with pytest.raises(Unavailable):
        raised(note, before=hurry)


def test_a_refusal_of_the_edit_passes(note):
    from pimentachat.errors.requests import NotAllowed

    def refuse():
        raise NotAllowed

    with pytest.raises(NotAllowed):
        raised(note, before=refuse)


def test_side_by_side_inside_of_side_by_side_ends(resources):
    """However many nest: a call that waited for a thread of the pool while it holds one could wait for ever."""
    from pimentachat.store import table

    def nest(depth: int) -> int:
        if depth == 0:
            return 1
        return sum(table.side_by_side(*[partial(nest, depth - 1)] * 4))

    done: list[int] = []
    thread = threading.Thread(
        target=lambda: done.append(sum(table.side_by_side(*[partial(nest, 3)] * 40))), daemon=True
    )
    thread.start()
    thread.join(30)
    assert done == [40 * 4**3]
