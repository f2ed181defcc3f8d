"""The hot calls, each in a small and in a large workspace: what they cost must not depend on the size of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.capacity import Cost, Counter
from pimentachat import clock, ids
from pimentachat.auth import passwords, tokens
from pimentachat.errors.users import UsernameInUse
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message, Tally
from pimentachat.models.users import User
from pimentachat.store import memberships, table, writes
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from tests.workspace import Client, Gateway, Person, Workspace

_PAGE = 50
_TEXT = "The deployment is through; have a look at the dashboard and tell me what you think of it."


@dataclass
class Stage:
    """A room with members and messages in it, and Ana, who has rooms enough for a full list."""

    ana: Person
    room_id: str
    anonymous: Client


def person(workspace: Workspace, username: str, digest: str) -> Person:
    user = User(
        _id=ids.new_id(),
        username=username,
        name=username.capitalize(),
        emails=[{"address": f"{username}@example.org", "verified": True}],
        roles=["user"],
        created_at=clock.now_text(),
        password_hash=digest,
        _updatedAt=clock.now_text(),
    )
    user_store.add(user, username_taken=UsernameInUse(), email_taken=UsernameInUse())
    token = tokens.issue(user.id)
    return Person(workspace, {"x-auth-token": token, "x-user-id": user.id}, user.id, username, token, "secret")


def stage(members: int, posts: int, lists: int) -> Stage:
    """A workspace prepared through the stores, because preparing 1,000 members by requests would take minutes."""
    workspace = Workspace(Gateway())
    digest = passwords.hashed(passwords.digest("secret"))
    ana = person(workspace, "ana", digest)
    room_id = ana.creates_channel("bench")
    _fill_with_members(room_id, members)
    _fill_with_messages(ana, room_id, posts)
    for number in range(lists):
        ana.creates_group(f"list{number}")
    ana.says(room_id, _TEXT)
    return Stage(ana, room_id, Client(workspace))


def _fill_with_members(room_id: str, count: int) -> None:
    room = room_store.find(room_id)
    assert room
    some = [
        Membership(
            id=ids.new_id(),
            user_id=ids.new_id(),
            username=f"m{number}",
            room_id=room_id,
            t="c",
            ts=room.ts,
            updated_at=room.ts,
        )
        for number in range(count)
    ]
    for start in range(0, count, 50):
        table.transact(*(write for one in some[start : start + 50] for write in memberships.additions(one)))
    table.write(writes.update(room_store.key(room_id), add={"users_count": count}))


def _fill_with_messages(ana: Person, room_id: str, count: int) -> None:
    author = {"_id": ana.id, "username": ana.username}
    for number in range(count):
        ts = f"2019-04-11T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.{number % 1000:03}Z"
        document = {
            "_id": ids.new_id(),
            "rid": room_id,
            "ts": ts,
            "msg": _TEXT,
            "u": author,
            "mentions": [],
            "channels": [],
            "_updatedAt": ts,
        }
        message_store.add(Message(document, tally=Tally(ordinary=True)))
    table.write(writes.update(room_store.key(room_id), add={"msgs": count, "ordinary": count}))


def measured(counter: Counter, on: Stage) -> dict[str, Cost]:
    """Every hot call once, with instances that are warm."""
    ana, room_id = on.ana, on.room_id
    numbers = iter(range(1_000_000))

    def one() -> str:
        return f"{next(numbers)}"

    calls: dict[str, Callable[[], Any]] = {
        "me": lambda: ana.get("me"),
        "info with token": lambda: ana.get("info"),
        "chat.postMessage by roomId": lambda: ana.posts(room_id, _TEXT),
        "channels.history of 50": lambda: ana.get("channels.history", roomId=room_id, count=_PAGE),
        "channels.messages of 50": lambda: ana.get("channels.messages", roomId=room_id, count=_PAGE),
        "subscriptions.get of 100 rooms": lambda: ana.get("subscriptions.get"),
        "rooms.get of 100 rooms": lambda: ana.get("rooms.get"),
        "subscriptions.read": lambda: ana.post("subscriptions.read", rid=room_id),
        "login with password": lambda: on.anonymous.post("login", user="ana", password="secret"),
        "channels.create": lambda: ana.post("channels.create", name=f"new{one()}x"),
    }
    found = {}
    for name, call in calls.items():
        assert call().succeeded, name
        with counter.counting() as cost:
            assert call().succeeded, name
        found[name] = cost
    return found | _coming_and_going(counter, on)


def _coming_and_going(counter: Counter, on: Stage) -> dict[str, Cost]:
    digest = passwords.hashed(passwords.digest("secret"))
    bea = person(on.ana.workspace, f"bea{ids.new_id()[:6]}", digest)
    with counter.counting() as joining:
        assert bea.post("channels.join", roomId=on.room_id).succeeded
    with counter.counting() as leaving:
        assert bea.post("channels.leave", roomId=on.room_id).succeeded
    return {"channels.join": joining, "channels.leave": leaving}
