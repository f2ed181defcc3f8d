"""Requests find their family as API Gateway routes them."""

import asyncio

import pytest

from local.functions import Family
from local.gateway import Gateway


class Named:
    def __init__(self, name: str, seen: list[str]) -> None:
        self.name, self.seen = name, seen

    async def __call__(self, scope, receive, send):
        self.seen.append(self.name)


@pytest.fixture
def seen():
    return []


@pytest.fixture
def written():
    return []


@pytest.fixture
def gateway(seen, written):
    routes = {
        "chat": [("POST", "/api/v1/chat.postMessage"), ("GET", "/api/v1/chat.getMessage")],
        "rooms": [("POST", "/api/v1/rooms.upload/{rid}")],
        "files": [("GET", "/assets/{path+}"), ("GET", "/file-upload/{id}/{name}")],
        "icons": [("GET", "/assets/{name}"), ("GET", "/assets/logo.png"), ("GET", "/assets/icons/{path+}")],
        "fallback": [],
    }
    families = [Family(name, paths, Named(name, seen)) for name, paths in routes.items()]
    return Gateway(families, written=lambda: written.append(True))


@pytest.mark.parametrize(
    ("method", "path", "family"),
    [
        ("POST", "/api/v1/chat.postMessage", "chat"),
        ("GET", "/api/v1/chat.postMessage", "fallback"),
        ("OPTIONS", "/api/v1/chat.postMessage", "fallback"),
        ("POST", "/api/v1/chat.postMessage/", "fallback"),
        ("POST", "/api/v1/chat%2EpostMessage", "chat"),
        ("POST", "/api/v1/rooms.upload/GENERAL", "rooms"),
        ("POST", "/api/v1/rooms.upload/", "fallback"),
        ("POST", "/api/v1/rooms.upload/GENERAL/more", "fallback"),
        ("GET", "/file-upload/abc/a%2Fb.txt", "files"),
        ("GET", "/file-upload/abc", "fallback"),
        ("GET", "/assets/a/b/c.css", "files"),
        ("GET", "/assets/", "fallback"),
        ("GET", "/assets", "fallback"),
        ("GET", "/assets/a.css", "icons"),
        ("GET", "/assets/logo.png", "icons"),
        ("GET", "/assets/icons/a/b", "icons"),
        ("POST", "/assets/a/b", "fallback"),
        ("GET", "/", "fallback"),
    ],
)
def test_a_request_goes_to_its_family(gateway, seen, method, path, family):
    asyncio.run(gateway({"type": "http", "method": method, "path": path, "raw_path": path.encode()}, None, None))
    assert seen == [family]


@pytest.mark.parametrize(("method", "expected"), [("POST", [True]), ("GET", [])])
def test_only_requests_that_may_write_wake_the_workers(gateway, written, method, expected):
    asyncio.run(gateway({"type": "http", "method": method, "path": "/x", "raw_path": b"/x"}, None, None))
    assert written == expected


def test_two_families_may_not_claim_one_route(seen):
    family = Family("a", [("GET", "/me")], Named("a", seen))
    with pytest.raises(ValueError, match="GET /me"):
        Gateway([family, Family("fallback", [("GET", "/me")], Named("b", seen))], written=lambda: None)


def test_a_fallback_is_needed(seen):
    with pytest.raises(ValueError, match="fallback"):
        Gateway([Family("a", [], Named("a", seen))], written=lambda: None)
