"""Routes as API Gateway matches them."""

import pytest

from pimentachat.api.routing import Route, Routes

PATHS = (
    "/api/v1/me",
    "/api/v1/settings/{id}",
    "/api/v1/settings/{id}/history",
    "/api/v1/settings/first",
    "/hooks/{id}/{token}",
    "/assets/{name+}",
    "/assets/{folder}/small",
)
ROUTES = Routes([Route("GET", path, path) for path in PATHS] + [Route("POST", "/api/v1/me", "post")])


@pytest.mark.parametrize(
    ("path", "template", "place"),
    [
        ("/api/v1/me", "/api/v1/me", {}),
        ("/api/v1/settings/Site_Url", "/api/v1/settings/{id}", {"id": "Site_Url"}),
        ("/api/v1/settings/first", "/api/v1/settings/first", {}),
        ("/api/v1/settings/a/history", "/api/v1/settings/{id}/history", {"id": "a"}),
        ("/hooks/a%2Fb/t", "/hooks/{id}/{token}", {"id": "a/b", "token": "t"}),
        ("/assets/logo.png", "/assets/{name+}", {"name": "logo.png"}),
        ("/assets/a/b/logo.png", "/assets/{name+}", {"name": "a/b/logo.png"}),
        ("/assets/a/small", "/assets/{folder}/small", {"folder": "a"}),
    ],
)
def test_the_most_particular_route_wins(path, template, place):
    match = ROUTES.match("GET", path)
    assert match
    assert (match.target, match.place) == (template, place)


@pytest.mark.parametrize("path", ["/", "", "/api/v1/me/", "/api/v1/settings/", "/assets/", "/assets", "/hooks/a", "//"])
def test_what_no_route_takes(path):
    assert ROUTES.match("GET", path) is None
    assert ROUTES.methods(path) == []


def test_methods_of_a_path():
    assert ROUTES.methods("/api/v1/me") == ["GET", "POST"]
    assert ROUTES.match("PUT", "/api/v1/me") is None


def test_by_the_name_that_api_gateway_has():
    assert ROUTES.named("GET /assets/{name+}") == "/assets/{name+}"
    assert ROUTES.named("$default") is None


def test_a_route_is_claimed_once():
    with pytest.raises(ValueError, match="GET /a is claimed twice"):
        Routes([Route("GET", "/a", 1), Route("GET", "/a", 2)])
