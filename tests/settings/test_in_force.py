"""A change of settings or permissions is in force with the next request, in every function instance."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_CHANGES = st.one_of(
    st.tuples(st.just("Site_Name"), st.text("abc", max_size=3)),
    st.tuples(st.just("API_Default_Count"), st.integers(1, 4)),
    st.tuples(st.just("API_Enable_CORS"), st.booleans()),
    st.tuples(st.just("create-user"), st.sets(st.sampled_from(["admin", "user", "bot"]))),
    st.tuples(st.just("view-d-room"), st.sets(st.sampled_from(["admin", "user", "bot"]))),
)
_INSTANCES = 3


class Instances:
    """Function instances: each remembers a workspace of its own between its requests."""

    def __init__(self) -> None:
        from pimentachat import workspace

        self._module: Any = workspace
        self._held: list[Any] = [None] * _INSTANCES

    @contextmanager
    def on(self, number: int) -> Iterator[None]:
        self._module._held = self._held[number]
        yield
        self._held[number] = self._module._held


@settings(max_examples=15)
@given(steps=st.lists(st.tuples(st.integers(0, _INSTANCES - 1), _CHANGES, st.integers(0, _INSTANCES - 1)), max_size=6))
def test_every_change_is_seen_by_every_instance(admin, alice, steps):
    instances = Instances()
    expected: dict[str, Any] = {}
    for writer, (name, value), reader in steps:
        with instances.on(writer):
            if isinstance(value, set):
                body = {"permissions": [{"_id": name, "roles": sorted(value)}]}
                assert admin.post("permissions.update", body).succeeded
            else:
                assert admin.post(f"settings/{name}", value=value).succeeded
        expected[name] = value
        with instances.on(reader):
            for known, stands in expected.items():
                _check(admin, alice, known, stands)


def _check(admin: Any, alice: Any, name: str, value: Any) -> None:
    if name == "create-user":
        refused = alice.post("users.create", name="", username="", email="", password="")
        assert ("Adding user" in refused.error) is ("user" not in value)
    elif name == "view-d-room":
        assert alice.get("users.list").status == (200 if "user" in value else 403)
        assert admin.get("users.list").status == (200 if "admin" in value else 403)
    else:
        answer = admin.get(f"settings/{name}")
        assert answer["value"] == value
        if name == "API_Enable_CORS":
            assert ("access-control-allow-origin" in answer.headers) is value


@pytest.mark.parametrize("forgets", [True, False])
def test_a_second_instance(admin, anonymous, forgets):
    from pimentachat import workspace

    assert admin.post("settings/Site_Name", value="Chili").succeeded
    if forgets:
        workspace.forget()
    assert anonymous.get("settings.public", _id="Site_Name")["settings"][0]["value"] == "Chili"
