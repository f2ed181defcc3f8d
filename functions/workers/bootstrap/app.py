"""Seeds the workspace: with every deployment (a custom resource), and by hand where there is none (make run)."""

from collections.abc import Mapping
from typing import Any

from pimentachat.services.server import configuration, seeding


def handler(event: dict[str, Any], context: Any) -> Mapping[str, str | None]:
    """By hand, with `{"site_url", "password"}` as far as they are known: `{"admin": username, "password": ...}`; a
    password that had to be made up is in this answer and nowhere else."""
    if "ResponseURL" not in event:
        return seeding.by_hand(event.get("site_url", ""), event.get("password", ""))
    if event["ResourceType"] == "Custom::Configuration":
        return configuration.on_deployment(event)
    return seeding.on_deployment(event)
