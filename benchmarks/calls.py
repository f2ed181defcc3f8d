"""The hot calls, each in a small and in a large workspace: what they cost must not depend on the size of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count as count_from
from itertools import islice
from typing import Any

from benchmarks.capacity import Cost, Counter
from local.functions import load
from local.places import REPOSITORY
from pimentachat import clock, ids
from pimentachat.auth import passwords, tokens
from pimentachat.errors.users import UsernameInUse
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message, Person
from pimentachat.models.uploads import Upload
from pimentachat.models.users import User
from pimentachat.store import memberships, table, writes
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import uploads as upload_store
from pimentachat.store import users as user_store
from pimentachat.store.items import Item, Range, outgoing
from tests.pictures import drawn
from tests.workspace import CONTEXT, Client, File, Gateway, Workspace
from tests.workspace import Person as Somebody

_PAGE = 50
_TEXT = "The deployment is through; have a look at the dashboard and tell me what you think of it."


@dataclass
class Stage:
    """A room with members and messages in it, and Ana, who has rooms enough for a full list."""

    ana: Somebody
    room_id: str
    anonymous: Client


def person(workspace: Workspace, username: str, digest: str) -> Somebody:
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
    # A sign of life is written once in some minutes, beside a call: no call's own cost.
    user_store.note_seen(user.id, before=clock.epoch_seconds())
    token = tokens.issue(user.id)
    return Somebody(workspace, {"x-auth-token": token, "x-user-id": user.id}, user.id, username, token, "secret")


def stage(members: int, posts: int, lists: int) -> Stage:
    """A workspace prepared through the stores, because preparing 1,000 members by requests would take minutes."""
    workspace = Workspace(Gateway())
    digest = passwords.hashed(passwords.digest("secret"))
    ana = person(workspace, "ana", digest)
    room_id = ana.creates_channel("bench")
    _fill_with_members(room_id, members)
    _fill_with_messages(ana, room_id, posts)
    # The same number of mentions in a room of any size, older than the page of history that is measured.
    _fill_with_messages(ana, room_id, _PAGE, day="2019-04-10", mentions=[Person(ana.id, ana.username)])
    _fill_with_files(ana, room_id, posts)
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


def _fill_with_messages(
    ana: Somebody, room_id: str, count: int, *, day: str = "2019-04-11", mentions: Sequence[Person] = ()
) -> None:
    author = Person(ana.id, ana.username)
    for number in range(count):
        ts = f"{day}T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.{number % 1000:03}Z"
        message_store.add(Message(ids.new_id(), room_id, ts, author, ts, _TEXT, mentions=[*mentions], channels=[]))
    table.write(writes.update(room_store.key(room_id), add={"msgs": count, "ordinary": count}))


def _fill_with_files(ana: Somebody, room_id: str, count: int) -> None:
    for number in range(count):
        ts = f"2019-04-12T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000Z"
        facts: dict[str, Any] = {"rid": room_id, "user_id": ana.id, "uploaded_at": ts, "_updatedAt": ts}
        upload = Upload(_id=ids.new_id(), name=f"{number}.png", size=9778, type="image/png", **facts)
        table.transact(*upload_store.additions(upload))


def measured(counter: Counter, on: Stage) -> dict[str, Cost]:
    """Every hot call once, with instances that are warm."""
    ana, room_id = on.ana, on.room_id
    numbers = iter(range(1_000_000))

    def one() -> str:
        return f"{next(numbers)}"

    # First, so that everything else meets a room that was settled before, as rooms are.
    settled = _after_the_answer(counter, on)
    calls: dict[str, Callable[[], Any]] = {
        "me": lambda: ana.get("me"),
        "info with token": lambda: ana.get("info"),
        "chat.postMessage by roomId": lambda: ana.posts(room_id, _TEXT),
        "channels.history of 50": lambda: ana.get("channels.history", roomId=room_id, count=_PAGE),
        "channels.messages of 50": lambda: ana.get("channels.messages", roomId=room_id, count=_PAGE),
        "subscriptions.get of 100 rooms": lambda: ana.get("subscriptions.get"),
        "rooms.get of 100 rooms": lambda: ana.get("rooms.get"),
        "rooms.get since, of 100 rooms": lambda: ana.get("rooms.get", updatedSince=clock.now_text()),
        "channels.history without threads": lambda: ana.get(
            "channels.history", roomId=room_id, count=_PAGE, showThreadMessages="false"
        ),
        "channels.members of 10": lambda: ana.get("channels.members", roomId=room_id, count=10),
        "channels.files of 50": lambda: ana.get("channels.files", roomId=room_id, count=_PAGE),
        "rooms.images of 50": lambda: ana.get("rooms.images", roomId=room_id, count=_PAGE),
        "channels.getAllUserMentionsByChannel of 50": lambda: ana.get(
            "channels.getAllUserMentionsByChannel", roomId=room_id, count=_PAGE
        ),
        "rooms.info": lambda: ana.get("rooms.info", roomId=room_id),
        "channels.list of 50": lambda: ana.get("channels.list", count=_PAGE),
        "subscriptions.read": lambda: ana.post("subscriptions.read", rid=room_id),
        "login with password": lambda: on.anonymous.post("login", user="ana", password="secret"),
        "users.info": lambda: ana.get("users.info", username="ana"),
        "users.getPresence": lambda: ana.get("users.getPresence"),
        "users.setPreferences": lambda: ana.post("users.setPreferences", data={"clockMode": int(one())}),
        "users.presence": lambda: ana.get("users.presence"),
        "users.autocomplete": lambda: ana.get("users.autocomplete", selector='{"term": "ana"}'),
        "channels.create": lambda: ana.post("channels.create", name=f"new{one()}x"),
    }
    calls |= _further(ana, room_id, one)
    found = _counted(counter, room_id, calls)
    # Rooms of their own, which lists would count.
    found |= _counted(counter, room_id, _of_rooms(ana, room_id, one))
    return found | _coming_and_going(counter, on) | settled


def _counted(counter: Counter, room_id: str, calls: dict[str, Callable[[], Any]]) -> dict[str, Cost]:
    found = {}
    for name, call in calls.items():
        if not name.endswith(", first"):
            assert call().succeeded, name
        _settle(room_id)
        with counter.counting() as cost:
            assert call().succeeded, name
        found[name] = cost
    return found


def _after_the_answer(counter: Counter, on: Stage) -> dict[str, Cost]:
    """What the settle worker costs for one ordinary message, and for each of ten in a batch."""
    found = {}
    for name, count in (("settling a message", 1), ("settling one of ten", 10)):
        _settle(on.room_id)
        for _ in range(count):
            on.ana.says(on.room_id, _TEXT)
        records = _unsettled(on.room_id)
        assert len(records) == count
        with counter.counting() as cost:
            assert SETTLE({"Records": records}, CONTEXT) == {"batchItemFailures": []}
        found[name] = cost.shared_by(count)
    return found


def _settle(room_id: str) -> None:
    """What the worker does all the time: no room stays unsettled for longer than some hundred milliseconds."""
    records = _unsettled(room_id)
    assert SETTLE({"Records": records}, CONTEXT) == {"batchItemFailures": []}


def _unsettled(room_id: str) -> list[dict[str, Any]]:
    """What the stream brings of the messages of a room that the worker has not seen to."""
    room = room_store.reread(room_id)
    assert room
    within = Range(forward=False, low="0", high="~")
    newest = islice(table.query("messages", f"ROOM#{room_id}", within, consistent=True), len(room.counted) + 20)
    items = [item for item in newest if room_store.mark_of(message_store.message_of(item)) in room.counted]
    return [_record(item) for item in sorted(items, key=lambda item: str(item["sk"]))]


def _record(item: Item) -> dict[str, Any]:
    keys = {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
    change = {"Keys": keys, "NewImage": outgoing(item), "SequenceNumber": f"{next(_sequence)}"}
    stream = "arn:aws:dynamodb:us-east-1:123456789012:table/bench/stream/2019-04-28T12:00:00.000"
    return {"eventName": "INSERT", "eventSourceARN": stream, "dynamodb": change}


_sequence = count_from(10**20)
SETTLE = load(REPOSITORY / "functions" / "workers" / "settle").handler


def _further(ana: Somebody, room_id: str, one: Callable[[], str]) -> dict[str, Callable[[], Any]]:
    digest = passwords.hashed(passwords.digest("secret"))
    ben = person(ana.workspace, f"ben{ids.new_id()[:6].lower()}", digest)
    ana.opens_direct_room(ben)
    crowd = iter([person(ana.workspace, f"{ids.new_id().lower()}", digest).username for _ in range(20)])
    crowd_of_bots = iter([person(ana.workspace, f"{ids.new_id().lower()}", digest).username for _ in range(2)])
    browser = Client(ana.workspace)
    admin = person(ana.workspace, f"adm{ids.new_id()[:6].lower()}", digest)
    assert user_store.change(admin.id, lambda user: user.model_copy(update={"roles": ["admin"]}))
    parents = iter([ana.says(room_id, "topic") for _ in range(2)])
    old, thread = ana.says(room_id, "old"), ana.says(room_id, "thread")
    ana.says(room_id, "first", tmid=thread)
    marked = iter([ana.says(room_id, "marked") for _ in range(6)])
    edited = ana.says(room_id, "helo")
    ranges = iter([_range_to_clean(ana, room_id, day) for day in ("2019-04-08", "2019-04-09")])
    news = ben.says(room_id, "news")
    gone = iter([ana.says(room_id, "gone") for _ in range(2)])

    def first(call: Callable[[], Any]) -> Callable[[], Any]:
        def forgetful() -> Any:
            room_store.remembered.forget()
            user_store.remembered.forget()
            return call()

        return forgetful

    def by_name() -> Any:
        return ana.post("chat.postMessage", channel="#bench", text=_TEXT)

    def to_ben() -> Any:
        return ana.post("chat.postMessage", channel=f"@{ben.username}", text=_TEXT)

    def enrols() -> Any:
        name = f"new{ids.new_id().lower()}"
        fields = {"email": f"{name}@example.org", "name": "New", "password": "secret", "username": name}
        return admin.post("users.create", **fields)

    hook = _hook(admin)
    called = {
        "roomUrl": "https://call.example",
        "senderName": "Ana",
        "serverName": "https://chat.example",
        "notificationMessage": "Ana calls",
        "onlyAudio": True,
        "roomId": ids.direct_room_id(ana.id, ben.id),
        "userIds": [ben.id],
    }
    call_id = ana.post("voice.call", **called)["callId"]
    return {
        "a hook posts": lambda: Client(ana.workspace).post(hook, text=_TEXT),
        "voice.call of one": lambda: ana.post("voice.call", **called),
        "voice.call.ping": lambda: ana.post("voice.call.ping", callId=call_id),
        "chat.postMessage by #name, first": first(by_name),
        "chat.postMessage by #name": by_name,
        "chat.postMessage by @user, first": first(to_ben),
        "chat.postMessage by @user": to_ben,
        "chat.sendMessage with an id": lambda: ana.post(
            "chat.sendMessage", message={"_id": ids.new_id(), "rid": room_id, "msg": _TEXT}
        ),
        "a thread's first reply": lambda: ana.posts(room_id, _TEXT, tmid=next(parents)),
        "a reply in a thread": lambda: ana.posts(room_id, _TEXT, tmid=thread),
        "channels.invite of 10": lambda: ana.post(
            "channels.invite", roomId=room_id, usernames=[next(crowd) for _ in range(10)]
        ),
        "users.create": enrols,
        "chat.update": lambda: ana.post("chat.update", roomId=room_id, msgId=edited, text=f"hello {one()}"),
        "subscriptions.unread": lambda: ana.post("subscriptions.unread", firstUnreadMessage={"_id": news}),
        "rooms.cleanHistory of 20": lambda: admin.post("rooms.cleanHistory", roomId=room_id, **next(ranges)),
        "chat.delete": lambda: ana.post("chat.delete", roomId=room_id, msgId=next(gone)),
        "chat.getMessage": lambda: ana.get("chat.getMessage", msgId=old),
        "chat.react": lambda: ana.post("chat.react", messageId=next(marked), emoji="smile"),
        "chat.starMessage": lambda: ana.post("chat.starMessage", messageId=next(marked)),
        "chat.pinMessage": lambda: ana.post("chat.pinMessage", messageId=next(marked)),
        "chat.getPinnedMessages": lambda: ana.get("chat.getPinnedMessages", roomId=room_id),
        "chat.getStarredMessages": lambda: ana.get("chat.getStarredMessages", roomId=room_id),
        "chat.getThreadsList": lambda: ana.get("chat.getThreadsList", rid=room_id),
        "chat.getThreadMessages": lambda: ana.get("chat.getThreadMessages", tmid=thread),
        "chat.syncMessages of nothing": lambda: ana.get(
            "chat.syncMessages", roomId=room_id, lastUpdate=clock.text_of(clock.now() + timedelta(minutes=1))
        ),
        "spotlight": lambda: ana.get("spotlight", query="be"),
        "directory of people": lambda: ana.get("directory", type="users"),
        "directory of people by a word": lambda: ana.get("directory", type="users", text="be"),
        "directory of channels": lambda: ana.get("directory"),
        "a picture of a person, first": first(lambda: _Fetched(browser.get("/avatar/ana").status)),
        "a picture of a person": lambda: _Fetched(browser.get("/avatar/ana").status),
        "a picture of a custom emoji": lambda: _Fetched(browser.get("/emoji-custom/owl.png").status),
        "users.setAvatar": lambda: ana.upload("users.setAvatar", File("ana.png", drawn(), "image/png", "image")),
        "roles.addUserToRole": lambda: admin.post("roles.addUserToRole", roleName="bot", username=next(crowd_of_bots)),
        "emoji-custom.list": lambda: ana.get("emoji-custom.list"),
    }


def _of_rooms(ana: Somebody, room_id: str, one: Callable[[], str]) -> dict[str, Callable[[], Any]]:
    """The verbs that change a room, its roles, and what a member sees of it."""
    digest = passwords.hashed(passwords.digest("secret"))
    some = [person(ana.workspace, f"rol{ids.new_id().lower()}", digest) for _ in range(4)]
    assert ana.post("channels.invite", roomId=room_id, userIds=[each.id for each in some]).succeeded
    given, taken = iter(some[:2]), iter(some[2:])
    for each in some[2:]:
        assert ana.post("channels.addModerator", roomId=room_id, userId=each.id).succeeded
    token = ana.post("findOrCreateInvite", rid=room_id, days=0)["_id"]
    invited = iter([person(ana.workspace, f"inv{ids.new_id().lower()}", digest) for _ in range(2)])
    admin = person(ana.workspace, f"adm{ids.new_id().lower()}", digest)
    assert user_store.change(admin.id, lambda user: user.model_copy(update={"roles": ["admin"]}))
    rooms = [ana.creates_channel(f"verb{ids.new_id()}") for _ in range(6)]
    # Once without being counted, once counted.
    closed, archived, unarchived, private = iter(rooms[:2]), iter(rooms[2:4]), iter(rooms[2:4]), iter(rooms[4:])
    muted = iter([True, False])

    def read_only() -> Any:
        return ana.post("channels.setReadOnly", roomId=room_id, readOnly=next(muted))

    def closes() -> Any:
        return ana.post("channels.close", roomId=next(closed))

    def archives() -> Any:
        return ana.post("channels.archive", roomId=next(archived))

    def unarchives() -> Any:
        return admin.post("channels.unarchive", roomId=next(unarchived))

    def changes_type() -> Any:
        return ana.post("channels.setType", roomId=next(private), type="p")

    return {
        "channels.setTopic": lambda: ana.post("channels.setTopic", roomId=room_id, topic=one()),
        "channels.setCustomFields": lambda: ana.post(
            "channels.setCustomFields", roomId=room_id, customFields={"number": one()}
        ),
        "channels.setReadOnly": read_only,
        "channels.addModerator": lambda: ana.post("channels.addModerator", roomId=room_id, userId=next(given).id),
        "channels.removeModerator": lambda: ana.post("channels.removeModerator", roomId=room_id, userId=next(taken).id),
        "channels.roles": lambda: ana.get("channels.roles", roomId=room_id),
        "channels.close": closes,
        "channels.archive": archives,
        "channels.unarchive": unarchives,
        "channels.setType": changes_type,
        "rooms.favorite": lambda: ana.post("rooms.favorite", roomId=room_id, favorite=int(one()) % 2 == 0),
        "rooms.saveNotification": lambda: ana.post(
            "rooms.saveNotification", roomId=room_id, notifications={"desktopNotificationDuration": one()}
        ),
        "rooms.createDiscussion": lambda: ana.post("rooms.createDiscussion", prid=room_id, t_name=one()),
        "rooms.getDiscussions": lambda: ana.get("rooms.getDiscussions", roomId=room_id),
        "findOrCreateInvite": lambda: ana.post("findOrCreateInvite", rid=room_id, days=0),
        "useInviteToken": lambda: next(invited).post("useInviteToken", token=token),
    }


@dataclass
class _Fetched:
    """The answer to a browser, which is no JSON."""

    status: int

    @property
    def succeeded(self) -> bool:
        return self.status == 200


def _hook(admin: Somebody) -> str:
    """The address of a webhook that posts into the room."""
    made = {"type": "webhook-incoming", "name": "bench", "enabled": True, "username": "rocket.cat"}
    answer = admin.post("integrations.create", **made, scriptEnabled=False, channel="#bench")
    return f"/hooks/{answer['integration']['_id']}/{answer['integration']['token']}"


def _range_to_clean(ana: Somebody, room_id: str, day: str) -> dict[str, Any]:
    """Twenty messages of a day, and the range of time that they take."""
    _fill_with_messages(ana, room_id, 20, day=day)
    return {"oldest": f"{day}T00:00:00.000Z", "latest": f"{day}T23:59:59.999Z", "inclusive": True}


def _coming_and_going(counter: Counter, on: Stage) -> dict[str, Cost]:
    digest = passwords.hashed(passwords.digest("secret"))
    bea = person(on.ana.workspace, f"bea{ids.new_id()[:6]}", digest)
    _settle(on.room_id)
    with counter.counting() as joining:
        assert bea.post("channels.join", roomId=on.room_id).succeeded
    _settle(on.room_id)
    with counter.counting() as leaving:
        assert bea.post("channels.leave", roomId=on.room_id).succeeded
    return {"channels.join": joining, "channels.leave": leaving}
