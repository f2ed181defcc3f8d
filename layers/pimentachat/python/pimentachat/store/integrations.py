"""Integrations and the history of their calls. Keys in the Workspace table:

integration  pk `INTEGRATIONS`               sk `INTEGRATION#<id>`
history      pk `INTEGRATION_CALLS#<id>`     sk `<time>#<id>`       30 days

Every change raises the workspace version, under which they are held in memory (workspace.py); beside the version stands
which events somebody listens to, so that nobody reads integrations where none is concerned.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from pimentachat import clock
from pimentachat.models.integrations import Integration
from pimentachat.models.records import Document
from pimentachat.store import table, writes
from pimentachat.store import workspace as workspace_store
from pimentachat.store.items import Key, Range, dump, load
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_PK: Final = "INTEGRATIONS"
_PREFIX: Final = "INTEGRATION#"
_CALLS: Final = "INTEGRATION_CALLS#"
_KEPT: Final = 30 * clock.DAY


def _key(integration_id: str) -> Key:
    return Key("workspace", _PK, f"{_PREFIX}{integration_id}")


def every() -> dict[str, Integration]:
    """All of them by id, in the order in which they were made."""
    items = table.query("workspace", _PK, Range(begins=_PREFIX), consistent=True)
    found = [Integration.model_validate(load(item["doc"])) for item in items]
    return {each.id: each for each in sorted(found, key=lambda each: (each.created_at, each.id))}


def add(integration: Integration, *, most: int, otherwise: Exception) -> None:
    """
    Raises:
        Exception: `otherwise`, when there are `most` of them already.
    """

    def edit(held: Mapping[str, Integration]) -> Integration:
        if len(held) >= most:
            raise otherwise
        return integration

    _write(edit, integration.id)


def change(integration_id: str, edit: Callable[[Integration], Integration]) -> Integration | None:
    """Applies `edit` to the stored integration. None: it is gone."""

    def edited(held: Mapping[str, Integration]) -> Integration | None:
        before = held.get(integration_id)
        return edit(before) if before else None

    return _write(edited, integration_id)


def remove(integration_id: str, *, also: Sequence[Write] = ()) -> None:
    """`also` happens in the same transaction."""
    _write(lambda _: None, integration_id, also)


def _write(
    edit: Callable[[Mapping[str, Integration]], Integration | None], integration_id: str, also: Sequence[Write] = ()
) -> Integration | None:
    """Makes an integration what `edit` says it is, and raises the version with what is listened to from then on."""
    after: Integration | None = None
    for _ in table.attempts():
        version = table.reread(workspace_store.VERSION)
        held = every()
        after = edit(held)
        if after == held.get(integration_id):
            return after
        left = {**held, integration_id: after} if after else {**held}
        if after is None:
            left.pop(integration_id)
        change: Write = (
            writes.put(_key(integration_id), {"doc": dump(after.document())})
            if after
            else writes.delete(_key(integration_id))
        )
        listened: set[str] = set().union(*(each.listens_to for each in left.values() if each))
        try:
            table.transact(change, workspace_store.raising(version, listened), *also)
        except ConditionFailed:
            continue
        break
    return after


# --- history


def note_call(integration_id: str, record: Document) -> None:
    """Keeps one call as it stands: `record` has `_id` and `_createdAt`, which never change."""
    here = Key("workspace", f"{_CALLS}{integration_id}", f"{record['_createdAt']}#{record['_id']}")
    table.write(writes.put(here, {"doc": dump(record), "expires_at": clock.epoch_seconds(_KEPT)}))


def calls(integration_id: str, limit: int) -> list[dict[str, Any]]:
    """The newest calls of an integration, newest first."""
    pk = f"{_CALLS}{integration_id}"
    return [
        load(item["doc"]) for item in islice(table.query("workspace", pk, Range(forward=False), limit=limit), limit)
    ]


def remove_calls(integration_id: str, *, most: int) -> bool:
    """Forgets up to `most` calls. True: none is left."""
    some = list(table.query("workspace", f"{_CALLS}{integration_id}", limit=most))
    table.write_many([writes.delete(Key("workspace", item["pk"], item["sk"])) for item in some])
    return len(some) < most
