"""What a user sees of their own memberships: subscriptions."""

from pimentachat import workspace
from pimentachat.models.kinds import DIRECT
from pimentachat.models.memberships import Membership
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User


def unread_rule(room: Room) -> str:
    """What counts as unread in this room: the setting Unread_Count, or Unread_Count_DM for direct rooms."""
    return workspace.current().text("Unread_Count_DM" if room.kind is DIRECT else "Unread_Count")


def show(membership: Membership, room: Room, user: User) -> Document:
    """A membership as its user sees it."""
    return membership.document(room, user, unread_rule(room))
