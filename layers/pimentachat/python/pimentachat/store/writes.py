"""Changes of records, each with the condition under which it happens and the refusal when that does not hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pimentachat.config import table_name
from pimentachat.errors.base import ChatError
from pimentachat.store.items import Key, Value, outgoing, outgoing_key, outgoing_value


@dataclass(frozen=True)
class Write:
    """One change of one record, with the condition under which it happens and the refusal when that does not hold."""

    kind: Literal["Put", "Update", "Delete", "ConditionCheck"]
    key: Key
    attributes: Mapping[str, Value | None] = field(default_factory=dict)
    add: Mapping[str, int | set[str]] = field(default_factory=dict)
    drop: Mapping[str, set[str]] = field(default_factory=dict)
    append: Mapping[str, str] = field(default_factory=dict)
    remove: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Placeholders that the condition uses for attributes whose names expressions cannot spell."""
    only_if: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    otherwise: ChatError | None = None

    def request(self) -> dict[str, Any]:
        request: dict[str, Any] = {"TableName": table_name(self.key.table)}
        names = dict(self.names)
        values = {f":{name}": outgoing_value(value) for name, value in self.values.items()}
        if self.kind == "Put":
            request["Item"] = {**outgoing_key(self.key), **outgoing(self.attributes)}
        else:
            request["Key"] = outgoing_key(self.key)
        if self.kind == "Update":
            request["UpdateExpression"] = self._update(names, values)
        if self.only_if:
            request["ConditionExpression"] = self.only_if
        if names:
            request["ExpressionAttributeNames"] = names
        if values:
            request["ExpressionAttributeValues"] = values
        return request

    def _update(self, names: dict[str, str], values: dict[str, Any]) -> str:
        clauses: dict[str, list[str]] = {"SET": [], "ADD": [], "DELETE": [], "REMOVE": []}

        def alias(name: str) -> str:
            placeholder = f"#n{len(names)}"
            names[placeholder] = name
            return placeholder

        def value(of: Value) -> str:
            placeholder = f":v{len(values)}"
            values[placeholder] = outgoing_value(of)
            return placeholder

        for name, new in self.attributes.items():
            if new is None or new == set():
                clauses["REMOVE"].append(alias(name))
            else:
                clauses["SET"].append(f"{alias(name)} = {value(new)}")
        for name, part in self.append.items():
            held = f"list_append(if_not_exists({alias(name)}, {value([])}), {value([part])})"
            clauses["SET"].append(f"{alias(name)} = {held}")
        clauses["ADD"] += [f"{alias(name)} {value(by)}" for name, by in self.add.items()]
        clauses["DELETE"] += [f"{alias(name)} {value(parts)}" for name, parts in self.drop.items()]
        clauses["REMOVE"] += [alias(name) for name in self.remove]
        return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)


NEW: Final = "attribute_not_exists(pk)"
EXISTS: Final = "attribute_exists(pk)"


def put(key: Key, attributes: Mapping[str, Value | None], **condition: Any) -> Write:
    """Replaces the whole record. Conditions: `only_if`, its `values`, and `otherwise`."""
    return Write("Put", key, attributes, **condition)


def put_new(key: Key, attributes: Mapping[str, Value | None], *, otherwise: ChatError | None = None) -> Write:
    return Write("Put", key, attributes, only_if=NEW, otherwise=otherwise)


def update(key: Key, attributes: Mapping[str, Value | None] | None = None, **changes: Any) -> Write:
    """Sets `attributes` (None removes one), adds to numbers and sets (`add`), takes out of sets (`drop`), appends to
    lists."""
    return Write("Update", key, attributes or {}, **changes)


def delete(key: Key, **condition: Any) -> Write:
    return Write("Delete", key, **condition)


def check(key: Key, only_if: str, *, otherwise: ChatError | None = None, **values: Value) -> Write:
    return Write("ConditionCheck", key, only_if=only_if, values=values, otherwise=otherwise)
