"""Roles (contract: roles.yaml)."""

from pimentachat import workspace
from pimentachat.models.records import Document


def every() -> list[Document]:
    """All roles; without `_updatedAt`, as the contract lists them."""
    return [
        {name: value for name, value in role.items() if name != "_updatedAt"}
        for role in workspace.current().roles.values()
    ]
