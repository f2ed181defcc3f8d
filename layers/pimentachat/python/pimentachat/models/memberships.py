"""Memberships: one user in one room. On the wire they are called subscriptions."""

from typing import Any, Final, NamedTuple

from pydantic import BaseModel, Field

from pimentachat.ids import new_id
from pimentachat.models.kinds import DIRECT, KINDS, RoomKind, RoomType
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import PREFERENCE_ORIGINS, User

# What subscriptions.get sends, nothing else (contract: subscriptions.yaml).
LISTED: Final = frozenset(
    [
        "_id",
        "t",
        "ts",
        "ls",
        "name",
        "fname",
        "rid",
        "code",
        "f",
        "u",
        "open",
        "alert",
        "roles",
        "unread",
        "prid",
        "userMentions",
        "groupMentions",
        "archived",
        "audioNotifications",
        "audioNotificationValue",
        "desktopNotifications",
        "desktopNotificationDuration",
        "mobilePushNotifications",
        "emailNotifications",
        "unreadAlert",
        "_updatedAt",
        "blocked",
        "blocker",
        "autoTranslate",
        "autoTranslateLanguage",
        "disableNotifications",
        "hideUnreadStatus",
        "muteGroupMentions",
        "ignored",
        "E2EKey",
        "tunread",
    ]
)
_MENTIONS_COUNT_BY_NAME: Final = {"all_messages", "user_mentions_only", "user_and_group_mentions_only"}
_MENTIONS_OF_ALL_COUNT: Final = {"all_messages", "group_mentions_only", "user_and_group_mentions_only"}


class ReadMark(NamedTuple):
    """How many messages of others there are in a room: what `seen` and `seen_alls` become when it is read."""

    messages: int
    alls: int


class Membership(BaseModel):
    """What is stored of a membership. What clients see of it is derived from it and its room (`document`), so that a
    message in a room of any size writes none of its memberships but the author's and those of people it names."""

    id: str
    user_id: str
    username: str
    user_name: str | None = None
    room_id: str
    t: RoomType
    ts: str
    updated_at: str
    ls: str | None = None
    unread_from: str | None = None
    """What the user marked as unread begins with it: shown as `ls`, until the room is read. The counters go by `ls`."""
    unread_at: str | None = None
    """When they did."""
    closed_at: int | None = None
    """The room's ordinary messages when it was hidden: the next one shows it again."""
    toggled_at: str = ""
    """When the user last hid the room or showed it again."""
    quiet: int = 0
    """The room's ordinary messages at that moment: they are no news any more."""
    seen: int = 0
    """Ordinary messages of others that were there when the user last read the room."""
    own: int = 0
    """Ordinary messages the user has posted; room.ordinary - own are those of others."""
    seen_alls: int = 0
    own_alls: int = 0
    mentions: int = 0
    """Messages that named the user since they last read."""
    thread_mentions: int = 0
    """Those of `mentions` that replies in followed threads made: such replies are no ordinary messages."""
    fresh: bool = False
    """Joined or invited and not read since: shows as one unread mention (contract: models.yaml created_as)."""
    unread_threads: set[str] = set()
    noticed: set[str] = set()
    """Messages already counted in `mentions`: the stream may bring one twice."""
    roles: set[str] = set()
    left_at: str | None = None
    """When the membership ended; kept 30 days for `remove` lists."""
    preferences: Document = Field(default_factory=dict)
    """Wire fields that only this user sets or sees: f, notification settings; for direct rooms name, fname, blocked
    ..."""

    @classmethod
    def begun(cls, room: Room, user: User, at: str, *, shown: Document | None = None, **more: Any) -> "Membership":
        """A membership that begins at this instant, with the notification settings that the user prefers; `shown` are
        further wire fields that only this user sees."""
        fields: dict[str, Any] = {
            "id": new_id(),
            "user_id": user.id,
            "username": user.username,
            "user_name": user.name,
            "room_id": room.id,
            "t": room.t,
            "ts": at,
            "updated_at": at,
            "preferences": (shown or {}) | user.notification_preferences(),
        }
        return cls(**fields | more)

    @property
    def ended(self) -> bool:
        return self.left_at is not None

    @property
    def kind(self) -> RoomKind:
        return KINDS[self.t]

    def person(self) -> Document:
        """Whose it is: `{_id, username, name}`."""
        whose = {"_id": self.user_id, "username": self.username}
        return whose | ({"name": self.user_name} if self.user_name else {})

    @property
    def last_seen(self) -> str | None:
        """`ls` as clients see it."""
        return self.unread_from or self.ls

    def of_others(self, room: Room) -> ReadMark:
        """Everything unread is derived from this: a message raises the room's numbers, and with its author's own ones
        the difference stays the same for the author alone."""
        return ReadMark(room.ordinary - self.own, room.alls - self.own_alls)

    def unread_messages(self, room: Room) -> int:
        return max(0, self.of_others(room).messages - self.seen)

    def group_mentions(self, room: Room) -> int:
        return max(0, self.of_others(room).alls - self.seen_alls)

    def unread(self, room: Room, counts: str) -> int:
        """The `unread` number; `counts` is the setting Unread_Count, or Unread_Count_DM for direct rooms."""
        greeting = int(self.fresh)
        if counts == "all_messages":
            return self.unread_messages(room) + self.thread_mentions + greeting
        by_name = self.mentions if counts in _MENTIONS_COUNT_BY_NAME or self.kind is DIRECT else 0
        for_all = self.group_mentions(room) if counts in _MENTIONS_OF_ALL_COUNT or self.kind is DIRECT else 0
        return by_name + for_all + greeting

    def has_news(self, room: Room) -> bool:
        quiet_since = max(self.toggled_at, room.unarchived_at)
        if quiet_since > (self.ls or self.ts):
            # Hiding a room or bringing it back takes the alert away, whatever is unread.
            return bool(
                (self.unread_messages(room) and room.ordinary > max(self.quiet, room.quiet))
                or (self.thread_mentions and self.updated_at > quiet_since)
                or room.renamed_at > quiet_since
                or (self.unread_at or "") > quiet_since
            )
        return bool(
            self.fresh
            or self.unread_from
            or self.mentions
            or self.unread_messages(room)
            or self.group_mentions(room)
            or room.renamed_at > (self.ls or self.ts)
        )

    def is_open(self, room: Room) -> bool:
        if room.archived:
            latest = max(self.ls or "", self.toggled_at, self.unread_at or "")
            return self.closed_at is None and latest > room.archived_at
        return self.closed_at is None or room.ordinary > self.closed_at or room.unarchived_at > self.toggled_at

    def changed_at(self, room: Room, user: User) -> str:
        return max(self.updated_at, room.counted_at, room.touched_at, user.wishes_since or "")

    def chosen(self, user: User) -> Document:
        """`preferences`, in which what was not chosen for this room is as its user prefers it everywhere by now: the
        copy that was made when the membership began may be older."""
        everywhere = user.notification_preferences()
        chosen = dict(self.preferences)
        for name, (_, origin) in PREFERENCE_ORIGINS.items():
            if name not in chosen or chosen.get(origin) == "user":
                for field in (name, origin):
                    chosen.pop(field, None)
                    if field in everywhere:
                        chosen[field] = everywhere[field]
        # Nobody chooses highlights for one room.
        chosen.pop("userHighlights", None)
        return chosen | ({"userHighlights": user.highlights} if user.highlights else {})

    def document(self, room: Room, user: User, counts: str) -> Document:
        """The subscription as its user's clients see it (contract: models.yaml subscription)."""
        direct = room.kind is DIRECT
        open_now = self.is_open(room)
        document: dict[str, Any] = {
            "_id": self.id,
            "rid": self.room_id,
            "t": room.t,
            "ts": self.ts,
            "ls": self.last_seen,
            "name": None if direct else room.name,
            "fname": None if direct else room.fname or room.name,
            "u": self.person(),
            "open": open_now,
            "alert": open_now and not room.archived and self.has_news(room),
            "unread": self.unread(room, counts),
            "userMentions": self.mentions + int(self.fresh),
            "groupMentions": self.group_mentions(room),
            "customFields": None if direct else room.custom_fields,
            "roles": sorted(self.roles) or None,
            "archived": room.archived or None,
            "prid": room.prid,
            "tunread": sorted(self.unread_threads) or None,
            **self.chosen(user),
            "_updatedAt": self.changed_at(room, user),
        }
        return {name: value for name, value in document.items() if value is not None}
