"""What a request may cause before anybody knows who calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def calls_of(client: Any) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """(operation, parameters) of every call of DynamoDB while it is open."""
    seen: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        seen.append((model.name, params))

    client.meta.events.register("provide-client-params.dynamodb", note)
    try:
        yield seen
    finally:
        client.meta.events.unregister("provide-client-params.dynamodb", note)


def keys_in(params: dict[str, Any]) -> int:
    return sum(len(asked["Keys"]) for asked in params["RequestItems"].values())


@pytest.mark.parametrize(
    "login", [{}, {"x-auth-token": "t"}, {"x-user-id": "u"}, {"x-auth-token": "", "x-user-id": ""}]
)
def test_nobody_calls_nothing_is_read(workspace, gateway, login):
    from pimentachat.store import table

    with calls_of(table.client()) as calls:
        for route in gateway.routes:
            path = route.path.replace("{", "").replace("}", "")
            answer = workspace.send(
                route.method, path, headers=login, raw=None if route.method in {"GET", "HEAD"} else b"{}"
            )
            if answer.status == 401 and "login" not in path and route.method != "HEAD":
                assert answer.body == {"status": "error", "message": "You must be logged in to do this."}
                assert calls == [], path
            calls.clear()


def test_what_no_route_takes_reads_nothing(workspace):
    from pimentachat.store import table

    with calls_of(table.client()) as calls:
        assert workspace.send("GET", "/api/v1/nowhere").status == 404
        assert workspace.send("GET", "/api/v1/chat.postMessage").status == 405
    assert calls == []


@pytest.mark.parametrize(
    "body",
    [
        {"channel": [f"@user{n}" for n in range(500)], "text": " ".join(f"@name{n} #room{n}" for n in range(500))},
        {"roomId": [f"room{n}" for n in range(500)], "text": "@a @b", "msg": " ".join(f"@n{n}" for n in range(99))},
        {"channel": "#general", "text": " ".join(f"@n{n}" for n in range(500)), "tmid": "x"},
    ],
)
def test_no_list_makes_the_prelude_long(alice, body):
    from pimentachat.store import table

    with calls_of(table.client()) as calls:
        alice.post("chat.postMessage", **body)
    name, params = calls[0]
    assert name == "BatchGetItem"
    assert keys_in(params) <= 40


def test_the_answer_to_nobody_follows_the_workspace_all_the_same(alice, anonymous, setting):
    """Pages of other sites may read a refusal too, where the workspace lets them: as it was last seen here."""
    setting("API_Enable_CORS", True)
    assert alice.get("me").headers["access-control-allow-origin"] == "*"
    assert anonymous.get("me").headers["access-control-allow-origin"] == "*"
    setting("API_Enable_CORS", False)
    assert "access-control-allow-origin" not in alice.get("me").headers
    assert "access-control-allow-origin" not in anonymous.get("me").headers
