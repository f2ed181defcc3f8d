"""CloudFormation as the bootstrap function sees it: an event that names an address, and who listens there."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from local.functions import load
from local.places import REPOSITORY
from tests.workspace import CONTEXT


class _CloudFormation(BaseHTTPRequestHandler):
    answers: list[dict[str, Any]] = []

    def do_PUT(self) -> None:
        self.answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def told_to_cloudformation(event: dict[str, Any]) -> dict[str, Any]:
    """What the bootstrap function answers to the address in the event."""
    server = HTTPServer(("127.0.0.1", 0), _CloudFormation)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        event["ResponseURL"] = f"http://127.0.0.1:{server.server_port}/answer"
        load(REPOSITORY / "functions" / "workers" / "bootstrap").handler(event, CONTEXT)
    finally:
        server.shutdown()
        server.server_close()
    return _CloudFormation.answers.pop()


def bootstrap_event(kind: str, *, admin: str = "admin", before: str = "admin") -> dict[str, Any]:
    """A deployment that makes, updates or deletes the stack (`Create`, `Update`, `Delete`), with the name of its
    administrator and, for an update, the one before."""
    properties = {"SiteUrl": "https://chat.example.org", "AdminUsername": admin}
    event = {
        "RequestType": kind,
        "RequestId": f"a-{kind}",
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/garden/1",
        "LogicalResourceId": "Bootstrap",
        "ResourceType": "Custom::Bootstrap",
        "ResourceProperties": properties,
    }
    if kind == "Update":
        event["OldResourceProperties"] = {**properties, "AdminUsername": before}
    return event
