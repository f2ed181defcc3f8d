"""An endpoint that asks where a call comes from, and answers a page."""

import json

from pimentachat.api import Api, Origin, Raw
from tests.workspace import CONTEXT, event

api = Api("pages")


@api.get("/pages/{name+}", public=True)
def page(origin: Origin) -> Raw:
    """A page"""
    body = f"{origin.address} {origin.headers['user-agent']}".encode()
    return Raw(body, "text/html; charset=utf-8", {"Cache-Control": "no-store"}, 203)


def test_bytes_and_headers(resources):
    sent = event("GET", "/pages/a/b", headers={"user-agent": "lynx"}, route="/pages/{name+}", place={"name": "a/b"})
    reply = api.handler(sent, CONTEXT)
    assert (reply["statusCode"], reply["body"]) == (203, "203.0.113.7 lynx")
    assert reply["headers"]["content-type"] == "text/html; charset=utf-8"
    assert reply["headers"]["cache-control"] == "no-store"


def test_a_request_that_no_route_names_is_matched_by_its_path(resources):
    reply = api.handler(event("GET", "/pages/a/b", headers={"user-agent": "w3m"}), CONTEXT)
    assert reply["body"] == "203.0.113.7 w3m"
    reply = api.handler(event("GET", "/elsewhere", headers={}), CONTEXT)
    assert (reply["statusCode"], json.loads(reply["body"])["error"]) == (404, "Resource not found")
