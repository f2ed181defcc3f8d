"""What a user sees of their own memberships: subscriptions."""

from pimentachat import workspace
from pimentachat.models.kinds import DIRECT
from pimentachat.models.memberships import Membership
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room


def unread_rule(room: Room) -> str:
    """What counts as unread in this room: the setting Unread_Count, or Unread_Count_DM for direct rooms."""
    return workspace.current().text("Unread_Count_DM" if room.kind is DIRECT else "Unread_Count")


def show(membership: Membership, room: Room) -> Document:
    return membership.document(room, unread_rule(room))
