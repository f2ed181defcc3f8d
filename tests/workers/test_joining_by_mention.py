"""Somebody mentioned in a channel is joined to it, if they could have joined by themselves."""

from typing import Any

from tests.workspace import Person


def test_only_who_may_see_channels(alice: Person, newcomer: Any, deliver: Any) -> None:
    garden = alice.creates_channel("garden")
    dora, greta = newcomer("dora"), newcomer("greta", roles=["guest"])
    alice.says(garden, "@dora @greta come in")
    deliver()
    assert dora.subscription(garden)
    assert not greta.subscription(garden)


def test_not_past_a_join_code(alice: Person, newcomer: Any, deliver: Any) -> None:
    from pimentachat.store import rooms as room_store

    garden = alice.creates_channel("garden")
    locked = {"join_code": "sesame", "join_code_required": True}
    room_store.change(garden, lambda room: room.model_copy(update=locked))
    dora = newcomer("dora")
    alice.says(garden, "@dora come in")
    deliver()
    assert not dora.subscription(garden)
