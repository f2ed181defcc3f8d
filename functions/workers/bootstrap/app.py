"""Seeds the workspace: with every deployment (a custom resource), and by hand to make the administrator."""

from typing import Any

from pimentachat.services.server import seeding


def handler(event: dict[str, Any], context: Any) -> dict[str, str | None]:
    """By hand: `{"admin": username, "password": ...}`; a password that had to be made up is in this answer and
    nowhere else."""
    return seeding.on_deployment(event) if "ResponseURL" in event else seeding.by_hand(event.get("site_url", ""))
