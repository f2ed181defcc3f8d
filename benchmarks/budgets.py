"""What each hot call may cost (docs/data-model.md): serial round trips, write units, read units."""

from typing import NamedTuple


class Budget(NamedTuple):
    round_trips: int
    write_units: float
    read_units: float


BUDGETS: dict[str, Budget] = {
    "me": Budget(1, 0, 3),
    "info with token": Budget(1, 0, 3),
    "chat.postMessage by roomId": Budget(3, 5, 6),
    "channels.history of 50": Budget(2, 0, 6 + 8),
    "channels.messages of 50": Budget(2, 0, 6 + 8),
    # Each room is fetched by itself and costs half a unit at least, however small it is.
    "subscriptions.get of 100 rooms": Budget(3, 0, 3 + 12 + 50),
    "rooms.get of 100 rooms": Budget(3, 0, 3 + 12 + 50),
    "subscriptions.read": Budget(2, 1, 5),
    "login with password": Budget(3, 3, 5),
    "channels.create": Budget(3, 12, 6),
    "channels.join": Budget(3, 8, 6),
    "channels.leave": Budget(3, 8, 6),
}
