"""The answer that CloudFormation waits for when a function stands behind a custom resource."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any


def respond(event: dict[str, Any], *, failure: str = "", data: Mapping[str, str] | None = None) -> None:
    """Reports success, or with `failure` its reason, to the address that the event carries (a presigned one of AWS).

    `data` is what `!GetAtt` finds in the custom resource.
    """
    body = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure,
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": dict(data or {}),
    }
    request = urllib.request.Request(  # noqa: S310
        event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        return
