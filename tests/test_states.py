"""What `tests/states.py` promises: a state that is brought back is the state that was, and belongs to its steps."""

from collections.abc import Callable
from typing import Any

import pytest

from local.aws import client
from local.resources import create
from local.template import Template
from tests.states import States
from tests.workspace import Person

Taken = list[str]


@pytest.fixture
def begin(resources: dict[str, str], states: States, prefix: str, project_template: Template) -> Callable[[], None]:
    """Starts again, with empty tables."""

    def again() -> None:
        states.clear()
        states.after("begin", lambda: create(states.endpoint_url, prefix, project_template))

    again()
    return again


def write(resources: dict[str, str], states: States, name: str) -> None:
    item = {"pk": {"S": name}, "sk": {"S": "1"}}
    client("dynamodb", states.door).put_item(TableName=resources["ROOMS_TABLE"], Item=item)
    client("s3", states.endpoint_url).put_object(Bucket=resources["FILES_BUCKET"], Key=name, Body=b"x")


def held(resources: dict[str, str], states: States) -> tuple[list[str], int]:
    records = client("dynamodb", states.door).scan(TableName=resources["ROOMS_TABLE"])["Items"]
    files = client("s3", states.endpoint_url).list_objects_v2(Bucket=resources["FILES_BUCKET"])
    return sorted(record["pk"]["S"] for record in records), files["KeyCount"]


def never() -> None:
    raise AssertionError("this step was taken before")


def test_a_state_is_brought_back(begin: Callable[[], None], resources: dict[str, str], states: States) -> None:
    assert states.after("fill", lambda: write(resources, states, "rose") or "filled") == "filled"
    write(resources, states, "weed")
    begin()
    assert held(resources, states) == ([], 0)
    assert states.after("fill", never) == "filled"
    assert held(resources, states) == (["rose"], 1)


def test_after_a_write_no_step_is_known(begin: Callable[[], None], resources: dict[str, str], states: States) -> None:
    taken: Taken = []
    for name in ("rose", "lily"):
        begin()
        write(resources, states, name)
        states.after("look", lambda name=name: taken.append(name))
    assert taken == ["rose", "lily"]


def test_another_environment_is_another_step(
    begin: Callable[[], None], states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states.after("greet", lambda: 1) == 1
    begin()
    assert states.after("greet", never) == 1
    begin()
    monkeypatch.setenv("OVERWRITE_SETTING_Site_Name", "Garden")
    assert states.after("greet", lambda: 2) == 2


@pytest.mark.parametrize("time", ["first", "second"])
def test_people_are_who_they_are(newcomer: Callable[..., Any], admin: Person, clock: Any, time: str) -> None:
    dora = newcomer("dora", roles=["guest"])
    assert dora.get("me")["roles"] == ["guest"]
    dora.says("GENERAL", f"the {time}")
    emil = newcomer("emil")
    assert [one["msg"] for one in emil.reads("GENERAL")] == ["emil", f"the {time}", "dora", "admin", "rocket.cat"]
    clock.advance(days=1)
    fay = newcomer("fay")
    joined = [admin.get("users.info", userId=one.id)["user"]["createdAt"] for one in (emil, fay)]
    assert joined == sorted(joined)
    assert joined[0][:10] < joined[1][:10]
