"""The command line as people call it: its doors lead to the workspace under test."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from pimentachat_cli.main import main
from pimentachat_cli.session import Session


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        import json

        return json.loads(self.out)


class Door(httpx.BaseTransport):
    """To the handlers of the workspace, instead of a network."""

    def __init__(self, workspace: Any) -> None:
        self._workspace = workspace

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        query = {name: request.url.params.get_list(name) for name in request.url.params}
        raw = request.read() or None
        answer = self._workspace.send(
            request.method, request.url.path, headers=dict(request.headers), query=query, raw=raw
        )
        return httpx.Response(answer.status, headers={**answer.headers}, content=answer.content)


@pytest.fixture
def terminal(
    workspace: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """`terminal("user", "list", by=alice)`: runs a command, with the login of a person or with the one it kept."""
    for name in ("PIMENTACHAT_URL", "PIMENTACHAT_TOKEN", "PIMENTACHAT_USER_ID", "PIMENTACHAT_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIMENTACHAT_CONFIG", str(tmp_path / "login.json"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, by: Any = None, transport: httpx.BaseTransport | None = None) -> Ran:
        session = Session(transport=transport or Door(workspace))
        if by:
            session.url, session.token, session.user_id = "https://chat.example.org", by.token, by.id
        capsys.readouterr()
        code = main(list(arguments), session)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return run
