"""No path, however it is written, is answered by sending the client to the host that it named itself."""

import asyncio
from typing import Any

import pytest

from local.functions import families
from local.gateway import Gateway
from local.places import REPOSITORY

EVIL = "evil.example"
PATHS = [
    "/api/v1/me",
    "/api/v1/me/",
    "/api/v1/me%2f",
    "/api/v1/me%2F",
    "/api/v1/rooms.upload/GENERAL%2f",
    "/api/v1/rooms.upload/GENERAL%2F%2f",
    "/file-upload/abc/name%2f",
    "/file-upload/abc/name%2F",
    "/file-upload/abc/name/",
    "/file-upload/abc%2fname",
    f"//{EVIL}/",
    f"//{EVIL}/%2e%2e",
    f"/%2f{EVIL}",
    f"/%5c{EVIL}",
    f"/{EVIL}%2f..",
    "/",
    "/%2f",
    "/api",
    "/api/v1",
    "/api/v1%2f",
    "/%0d%0aLocation:%20http://evil.example",
]


@pytest.fixture(scope="module")
def served() -> Gateway:
    return Gateway(families(REPOSITORY / "functions"), written=lambda: None)


def answer(served: Gateway, method: str, path: str) -> tuple[int, dict[str, str]]:
    """Status and headers, as the local server gives them: what it unescapes is in `path`, what was sent in
    `raw_path`."""
    from urllib.parse import unquote

    told: dict[str, Any] = {}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", EVIL.encode()), (b"x-forwarded-host", EVIL.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 3000),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.update(message)

    asyncio.run(served(scope, receive, send))
    return told["status"], {name.decode().lower(): value.decode() for name, value in told["headers"]}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_to_the_host_header(workspace: Any, served: Gateway, method: str, path: str) -> None:
    status, headers = answer(served, method, path)
    assert not 300 <= status < 400
    assert not [name for name, value in headers.items() if EVIL in value]
