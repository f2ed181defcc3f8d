"""Every field of every request has a bound: exactly that much is taken, and one more is refused in words that name
it."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Annotated, Any, cast, get_args

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from pimentachat import requests
from pimentachat.errors.base import ChatError
from pimentachat.requests.bounds import TOO_LARGE, Most, deeper_than
from pimentachat.requests.params import Params

BOUNDED_OTHERWISE = {"bool", "int", "Literal"}
"""Types whose values are small whatever a client writes."""


def models() -> Iterator[type[Params]]:
    for module in pkgutil.iter_modules(requests.__path__, f"{requests.__name__}."):
        importlib.import_module(module.name)
    waiting: list[type[Params]] = [Params]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if model.__module__.startswith(requests.__name__):
            yield model


FIELDS = [
    pytest.param(field, id=f"{model.__name__}.{name}")
    for model in sorted(set(models()), key=lambda model: model.__name__)
    for name, field in model.model_fields.items()
]


def bound_of(field: FieldInfo) -> Most | None:
    return next((mark for mark in field.metadata if isinstance(mark, Most)), None)


def takes_text_or_more(field: FieldInfo) -> bool:
    names = {getattr(part, "__name__", str(part)) for part in (field.annotation, *get_args(field.annotation))}
    if any(isinstance(part, type) and issubclass(part, Params) for part in (field.annotation,)):
        return False
    # Dates are read by a parser that takes a hundred characters.
    dates = any("_moment" in repr(mark) or "_since" in repr(mark) for mark in field.metadata)
    return bool(names & {"str", "Any", "list", "dict"} or "list[" in str(field.annotation)) and not dates


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_has_a_bound(field: FieldInfo) -> None:
    assert not takes_text_or_more(field) or bound_of(field), "give it one of requests/bounds.py"


def adapter_of(field: FieldInfo) -> TypeAdapter[Any]:
    """The bound of a field, and nothing else of it."""
    return TypeAdapter(Annotated[Any, bound_of(field)])


def too_large(field: FieldInfo, value: Any) -> bool:
    """Whether this is refused for its size, and for nothing else."""
    mark = bound_of(field)
    assert mark
    try:
        adapter_of(field).validate_python(value)
    except ValidationError as problem:
        return mark.otherwise is None and [each["type"] for each in problem.errors()] == [TOO_LARGE]
    except ChatError as refusal:
        return mark.otherwise is type(refusal)
    return False


BOUNDED = [param for param in FIELDS if bound_of(cast("FieldInfo", param.values[0]))]


@pytest.mark.parametrize("field", BOUNDED)
def test_up_to_the_bound_and_one_past_it(field: FieldInfo) -> None:
    most = bound_of(field)
    assert most
    if most.size:
        assert not too_large(field, "x" * most.size)
        assert too_large(field, "x" * (most.size + 1))
        assert too_large(field, "ü" * (most.size // 2 + 1))
        assert too_large(field, {"x": "y" * most.size})
    if most.items:
        assert not too_large(field, [0] * most.items)
        assert too_large(field, [0] * (most.items + 1))
    if most.size or most.items:
        assert not too_large(field, nested(most.levels))
        with pytest.raises(ValidationError, match="levels"):
            adapter_of(field).validate_python(nested(most.levels + 1))


def nested(levels: int) -> Any:
    value: Any = 1
    for number in range(levels):
        value = [value] if number % 2 else {"x": value}
    return value


def test_depth_is_told_without_a_stack() -> None:
    assert deeper_than(nested(100_000), 8)
    assert not deeper_than(nested(8), 8)


def test_the_refusal_names_the_field(alice, bob) -> None:
    room_id = alice.creates_channel("team")
    refused = {
        "topic": alice.post("channels.setTopic", roomId=room_id, topic="x" * 400_000),
        "customFields": alice.post("channels.create", name="fields", customFields={"x": "y" * 380_000}),
        "alias": alice.post("chat.postMessage", roomId=room_id, text="x", alias="y" * 100_000),
        "value": alice.post("push.token", type="gcm", value="x" * 500_000, appName="a"),
        "appName": alice.post("push.token", type="gcm", value="x", appName="a" * 500_000),
        "channel": alice.post("chat.postMessage", channel=["#general"] * 500, text="x"),
        "members": alice.post("channels.create", name="crowd", members=["x"] * 100_000),
        "query": alice.get("users.list", query='{"name": "' + "x" * 20_000 + '"}'),
    }
    for field, answer in refused.items():
        assert answer.status == 400
        assert answer.error.startswith("Match error: At most "), field
        assert answer.error.endswith(f" in field {field}")
    deep = alice.post("channels.create", name="deep", customFields={"x": nested(300)})
    assert deep.error == "Match error: At most 8 levels in field customFields"
    eve = {"username": "eve", "email": "e@example.org", "name": "Eve", "pass": "secret"}
    registered = alice.post("users.register", {**eve, "reason": "x" * 380_000})
    assert registered.error == "Match error: At most 2048 bytes in field reason"


def test_one_flood_swells_nobody_elses_lists(alice, bob, deliver) -> None:
    """A room's copy of its last message stays small, whatever hangs on it."""
    from pimentachat.store import rooms as room_store

    attachments = [{"text": "y" * 1000, "fields": [{"title": "t", "value": "v" * 900}]} for _ in range(40)]
    answer = alice.post("chat.postMessage", channel="#general", text="x" * 4000, attachments=attachments)
    assert answer.succeeded
    assert len(answer.text) > 70_000
    room = bob.get("channels.info", roomName="general")["channel"]
    assert room["lastMessage"]["_id"] == answer["message"]["_id"]
    assert answer["message"]["msg"].startswith(room["lastMessage"]["msg"])
    assert len(str(room)) < 5_000
    deliver()
    stored = room_store.find("GENERAL")
    assert stored
    assert stored.settled
