"""What each hot call may cost (docs/data-model.md): serial round trips, write units, read units."""

from typing import NamedTuple


class Budget(NamedTuple):
    round_trips: int
    write_units: float
    read_units: float


BUDGETS: dict[str, Budget] = {
    "me": Budget(1, 0, 3),
    "info with token": Budget(1, 0, 3),
    "chat.postMessage by roomId": Budget(3, 4, 5),
    # A name costs a round trip more the first time that an instance meets it.
    "chat.postMessage by #name, first": Budget(4, 4, 8),
    "chat.postMessage by #name": Budget(3, 4, 8),
    "chat.postMessage by @user, first": Budget(4, 4, 8),
    "chat.postMessage by @user": Budget(3, 4, 8),
    "chat.sendMessage with an id": Budget(4, 6, 8),
    "a thread's first reply": Budget(4, 10, 8),
    "a reply in a thread": Budget(4, 9, 8),
    # Fifty messages of some 300 bytes are four times 4 KB.
    "channels.history of 50": Budget(2, 0, 6 + 4),
    "channels.messages of 50": Budget(2, 0, 6 + 4),
    # Each room is fetched by itself and costs half a unit at least, however small it is.
    "subscriptions.get of 100 rooms": Budget(3, 0, 3 + 50 + 6),
    "rooms.get of 100 rooms": Budget(3, 0, 3 + 50 + 6),
    # With `updatedSince` a whole unit for each room: nothing may be overlooked. Deletions are read after the rooms.
    "rooms.get since, of 100 rooms": Budget(4, 0, 3 + 101 + 6),
    "subscriptions.read": Budget(2, 1, 5),
    "login with password": Budget(3, 3, 4),
    "subscriptions.unread": Budget(3, 1, 7),
    # Replies among the newest messages: it reads on, twice as many.
    "channels.history without threads": Budget(3, 0, 6 + 4 + 10),
    "channels.members of 10": Budget(3, 0, 6 + 5),
    # A file and its sender are half a unit each.
    "channels.files of 50": Budget(3, 0, 8 + 25 + 1),
    "rooms.images of 50": Budget(3, 0, 8 + 25 + 1),
    # A unit for each message, and, growing with the mentions of the caller in the room, one for some 40 of them.
    "channels.getAllUserMentionsByChannel of 50": Budget(3, 0, 8 + 50),
    "rooms.info": Budget(1, 0, 5),
    "channels.list of 50": Budget(3, 0, 6 + 30),
    "chat.update": Budget(4, 7, 8),
    "rooms.cleanHistory of 20": Budget(7, 150, 20),
    "channels.invite of 10": Budget(5, 80, 35),
    "users.create": Budget(6, 20, 8),
    "chat.delete": Budget(6, 8, 8),
    "spotlight": Budget(3, 0, 8),
    "users.info": Budget(2, 0, 5),
    "users.getPresence": Budget(1, 0, 3),
    "users.setPreferences": Budget(2, 2, 3),
    # Three windows of five minutes in four shards, and the bots.
    "users.presence": Budget(4, 0, 12),
    "users.autocomplete": Budget(3, 0, 8),
    "directory of people": Budget(3, 0, 6 + 25),
    "directory of people by a word": Budget(3, 0, 8),
    "directory of channels": Budget(3, 0, 8),
    "a picture of a person, first": Budget(2, 0, 3),
    "a picture of a person": Budget(1, 0, 3),
    "a picture of a custom emoji": Budget(1, 0, 1),
    "users.setAvatar": Budget(2, 4, 3),
    "roles.addUserToRole": Budget(3, 4, 5),
    "emoji-custom.list": Budget(1, 0, 3),
    "channels.create": Budget(3, 11, 3),
    "channels.join": Budget(3, 8, 5),
    "channels.leave": Budget(3, 8, 5),
    # What a room is told of a change is stored with the change, and counted after it.
    "channels.setTopic": Budget(3, 7, 5),
    "channels.setCustomFields": Budget(2, 1, 5),
    # The members of a small room are listed as muted, which makes its record larger.
    "channels.setReadOnly": Budget(4, 2, 6),
    "channels.addModerator": Budget(4, 9, 7),
    "channels.removeModerator": Budget(4, 9, 7),
    "channels.roles": Budget(3, 0, 8),
    "channels.close": Budget(2, 1, 5),
    "channels.archive": Budget(2, 1, 5),
    "channels.unarchive": Budget(2, 1, 5),
    "channels.setType": Budget(4, 15, 5),
    "rooms.favorite": Budget(2, 1, 5),
    "rooms.saveNotification": Budget(2, 1, 5),
    "rooms.createDiscussion": Budget(4, 18, 5),
    "rooms.getDiscussions": Budget(3, 0, 8),
    "findOrCreateInvite": Budget(3, 0, 7),
    "useInviteToken": Budget(4, 10, 6),
    "chat.getMessage": Budget(2, 0, 7),
    "chat.react": Budget(3, 4, 8),
    # Not the room's last message: that is kept in step in a round trip more.
    "chat.starMessage": Budget(3, 6, 8),
    # The room's numbers are in the transaction, at twice the price, and save a round trip.
    "chat.pinMessage": Budget(3, 12, 8),
    "chat.getPinnedMessages": Budget(3, 0, 8),
    "chat.getStarredMessages": Budget(3, 0, 8),
    "chat.getThreadsList": Budget(3, 0, 10),
    "chat.getThreadMessages": Budget(3, 0, 11),
    "chat.syncMessages of nothing": Budget(3, 0, 9),
    # A hook shows no login: who posts is read by itself.
    "a hook posts": Budget(5, 5, 8),
    "voice.call of one": Budget(6, 8, 10),
    "voice.call.ping": Budget(3, 2, 3),
    # After the answer, each of them.
    "settling a message": Budget(3, 1, 2.5),
    "settling one of ten": Budget(3, 0.3, 1),
}

MOST_PACKING_UNITS = 0.1
"""Write units that search may cost for each message."""
MOST_OF_SEARCH_TRIPS = 8
MOST_OF_SEARCH = 1500
"""Read units of one search in a room of 100,000 messages."""
