"""Webhooks as tests make them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.workers_at_hand import worker

__all__ = ["worker"]

INCOMING = {
    "type": "webhook-incoming",
    "name": "builds",
    "enabled": True,
    "username": "rocket.cat",
    "scriptEnabled": False,
    "channel": "#general",
}
OUTGOING = {
    "type": "webhook-outgoing",
    "name": "guggy",
    "enabled": True,
    "username": "rocket.cat",
    "scriptEnabled": False,
    "channel": "#general",
    "event": "sendMessage",
    "urls": ["https://example.org/hook"],
}


@pytest.fixture
def incoming(admin: Any) -> Callable[..., dict[str, Any]]:
    """Makes an incoming webhook: `incoming(channel="@bob")["token"]`."""

    def make(**changes: Any) -> dict[str, Any]:
        answer = admin.post("integrations.create", **{**INCOMING, **changes})
        assert answer.succeeded, answer.text
        return dict(answer["integration"])

    return make


@pytest.fixture
def outgoing(admin: Any) -> Callable[..., dict[str, Any]]:
    """Makes an outgoing webhook: `outgoing(urls=[stranger.url])`."""

    def make(**changes: Any) -> dict[str, Any]:
        answer = admin.post("integrations.create", **{**OUTGOING, **changes})
        assert answer.succeeded, answer.text
        return dict(answer["integration"])

    return make


def address(hook: dict[str, Any], token: str = "", *, user: str = "") -> str:
    between = f"/{user}" if user else ""
    return f"/hooks/{hook['_id']}{between}/{token or hook['token']}"
