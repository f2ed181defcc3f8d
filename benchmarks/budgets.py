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
    "a reply in a thread": Budget(4, 10, 8),
    # Fifty messages of some 300 bytes are four times 4 KB.
    "channels.history of 50": Budget(2, 0, 6 + 4),
    "channels.messages of 50": Budget(2, 0, 6 + 4),
    # Each room is fetched by itself and costs half a unit at least, however small it is.
    "subscriptions.get of 100 rooms": Budget(3, 0, 3 + 50 + 6),
    "rooms.get of 100 rooms": Budget(3, 0, 3 + 50 + 6),
    "subscriptions.read": Budget(2, 1, 5),
    "login with password": Budget(3, 3, 3),
    "channels.invite of 10": Budget(5, 80, 35),
    "users.create": Budget(6, 18, 8),
    "chat.delete": Budget(6, 8, 8),
    "spotlight": Budget(3, 0, 8),
    "channels.create": Budget(3, 11, 3),
    "channels.join": Budget(3, 8, 5),
    "channels.leave": Budget(3, 8, 5),
    # A hook is counted for its rate limit, and shows no login: who posts is read by itself.
    "a hook posts": Budget(5, 5, 8),
    "voice.call of one": Budget(6, 8, 10),
    "voice.call.ping": Budget(3, 2, 3),
    # After the answer, each of them.
    "settling a message": Budget(3, 1, 2.5),
    "settling one of ten": Budget(3, 0.3, 1),
}
