"""The verbs that channels and groups share, and the family rooms."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar, NotRequired

from pydantic import BeforeValidator, Field, InstanceOf
from typing_extensions import TypedDict

from pimentachat.errors.requests import (
    BodyParameterRequired,
    BodyParamRequired,
    InvalidUpdatedSince,
    ParamRequired,
    RequestParamRequired,
)
from pimentachat.errors.rooms import CustomFieldsRequired, DefaultRequired, DiscussionUsersNotAList
from pimentachat.listing.pages import ListQuery
from pimentachat.models.records import Date, Deleted, Document
from pimentachat.models.rooms import Room
from pimentachat.models.uploads import FilePart
from pimentachat.models.users import NAME_MOST
from pimentachat.requests.bounds import (
    ADDRESS,
    CUSTOM_FIELDS,
    FILES,
    FILTER,
    LINE,
    MEMBERS,
    MESSAGE,
    NAME,
    REFERENCE,
    REFERENCES,
    SECRET,
    SMALL_OBJECT,
)
from pimentachat.requests.params import (
    Flag,
    Moment,
    NotBlank,
    Otherwise,
    PageParams,
    Params,
    ProjectedParams,
    QueryInteger,
    Refers,
    RoomParams,
    Since,
    UserParams,
)
from pimentachat.requests.replies import (
    IntegrationDocument,
    MemberDocument,
    MessageDocument,
    PageReply,
    PersonDocument,
    RoomDocument,
    RoomRolesDocument,
    Shows,
    UploadDocument,
)
from pimentachat.services.accounts.users import UserReference
from pimentachat.services.messages import cleaning
from pimentachat.services.messages.cleaning import Cleaning
from pimentachat.services.messages.discussions import NewDiscussion
from pimentachat.services.messages.history import Span
from pimentachat.services.messages.uploading import Announced, Caption
from pimentachat.services.rooms.creation import NewRoom


def _object_or_none(value: object) -> object:
    return value if isinstance(value, dict) else {}


class CreateRoom(Params):
    """Checked by the service, because each kind words its refusals in its own way."""

    name: Annotated[Any, NAME] = None
    members: Annotated[Any, MEMBERS] = None
    read_only: Annotated[Any, SMALL_OBJECT] = None
    custom_fields: Annotated[Any, CUSTOM_FIELDS] = None
    extra_data: Annotated[Document, BeforeValidator(_object_or_none), SMALL_OBJECT] = {}
    """`broadcast` and `encrypted`, as later servers take them; anything else in it is ignored."""

    @property
    def wanted(self) -> NewRoom:
        return NewRoom(
            self.name,
            self.members,
            self.read_only is True,
            self.custom_fields,
            broadcast=self.extra_data.get("broadcast") is True,
            encrypted=self.extra_data.get("encrypted") is True,
        )


class ListRooms(PageParams):
    pass


class HistoryParams(Params):
    latest: Moment | None = None
    oldest: Moment | None = None
    inclusive: Flag = False
    """Messages of exactly these moments too."""
    offset: QueryInteger = None
    """How many rows to leave out at the beginning."""
    count: QueryInteger = None
    """At most so many rows; 0 is all of them, where the workspace allows it."""
    unreads: Flag = False
    show_thread_messages: Flag = True

    @property
    def span(self) -> Span:
        return Span(
            after=self.oldest or "",
            before=self.latest or "",
            inclusive=self.inclusive,
            offset=self.offset,
            count=self.count,
            unreads=self.unreads,
            thread_messages=self.show_thread_messages,
        )


class RoomHistory(RoomParams, HistoryParams):
    pass


class RoomMessages(RoomParams, PageParams):
    pass


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) else value


class FilesParams(PageParams):
    type_group: Annotated[str, LINE] = ""
    """The first part of a media type: image, video, audio, text ..."""


class RoomFiles(RoomParams, FilesParams):
    pass


class ChannelIntegrations(RoomParams, PageParams):
    include_all_public_channels: Annotated[str, LINE] = "true"
    """Whether webhooks of all public channels count too: only the text true means so (contract)."""

    @property
    def with_all(self) -> bool:
        return self.include_all_public_channels == "true"


class GroupIntegrations(RoomParams, PageParams):
    include_all_private_groups: Annotated[str, LINE] = "true"
    """Whether webhooks of all groups count too: only the text true means so (contract)."""

    @property
    def with_all(self) -> bool:
        return self.include_all_private_groups == "true"


class RoomImages(Params):
    room_id: Annotated[str, REFERENCE, Refers("room")]
    starting_from_id: Annotated[str, REFERENCE] = ""
    """An image of the room: those that are not newer."""
    offset: QueryInteger = None
    count: QueryInteger = None

    @property
    def asked(self) -> ListQuery:
        return ListQuery(self.offset, self.count)


class RoomMentions(Params):
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(RequestParamRequired, name="roomId"), Refers("room")]
    offset: QueryInteger = None
    count: QueryInteger = None
    sort: Annotated[str, FILTER] = ""

    @property
    def asked(self) -> ListQuery:
        return ListQuery(self.offset, self.count, self.sort)


class MembersParams(PageParams):
    filter: Annotated[str, LINE] = ""
    status: Annotated[list[str], REFERENCES, BeforeValidator(_texts)] = Field(alias="status[]", default=[])
    """online, away, busy, offline"""


class RoomMembers(RoomParams, MembersParams):
    pass


class RoomCounters(RoomParams):
    user_id: Annotated[str, REFERENCE] = ""


class OnlineIn(Params):
    """Which room: by `_id`, or the first one that a query finds."""

    id: Annotated[str, REFERENCE, Refers("room")] = Field(alias="_id", default="")
    query: Annotated[str, FILTER] = ""


class AdminRooms(Params):
    filter: Annotated[str, LINE] = ""
    """Part of a name; in direct rooms, of a username."""
    types: Annotated[list[str], REFERENCES, BeforeValidator(_texts)] = Field(alias="types[]", default=[])
    """c, p, d, discussions; without any, all."""
    offset: QueryInteger = None
    count: QueryInteger = None
    sort: Annotated[str, FILTER] = ""

    @property
    def asked(self) -> ListQuery:
        return ListQuery(self.offset, self.count, self.sort)


class RoomMember(RoomParams, UserParams):
    pass


class Invite(RoomMember):
    """One user, or the lists `userIds` and `usernames` that today's clients send."""

    user_ids: Annotated[list[str], REFERENCES] = []
    usernames: Annotated[list[str], REFERENCES] = []

    @property
    def everybody(self) -> list[UserReference]:
        some = [UserReference(id=user_id) for user_id in self.user_ids]
        some += [UserReference(username=username) for username in self.usernames]
        return some or [self.whom]


class AddAll(RoomParams):
    active_users_only: bool = False


class JoinRoom(RoomParams):
    join_code: Annotated[str, SECRET] = ""


def _cleared(value: object) -> object:
    """Nothing but blanks clears, as an empty text does."""
    return "" if isinstance(value, str) and not value.strip() else value


class TopicParam(Params):
    topic: Annotated[str, LINE, BeforeValidator(_cleared), Otherwise(BodyParamRequired, name="topic")]


class SetTopic(RoomParams, TopicParam):
    pass


class SetDescription(RoomParams):
    description: Annotated[str, LINE, BeforeValidator(_cleared), Otherwise(BodyParamRequired, name="description")]


class SetPurpose(RoomParams):
    purpose: Annotated[str, LINE, BeforeValidator(_cleared), Otherwise(BodyParamRequired, name="purpose")]


class SetAnnouncement(RoomParams):
    announcement: Annotated[str, LINE, BeforeValidator(_cleared), Otherwise(BodyParamRequired, name="announcement")]


class SetReadOnly(RoomParams):
    read_only: Annotated[bool, Otherwise(BodyParamRequired, name="readOnly")]


class SetType(RoomParams):
    type: Annotated[str, NAME, NotBlank, Otherwise(BodyParamRequired, name="type")]


class SetDefault(RoomParams):
    default: Annotated[Any, SMALL_OBJECT, Otherwise(DefaultRequired)]


class SetJoinCode(RoomParams):
    join_code: Annotated[str, SECRET, NotBlank, Otherwise(BodyParamRequired, name="joinCode")]


class SetEncrypted(RoomParams):
    encrypted: Annotated[bool, Otherwise(BodyParamRequired, name="encrypted")]


class Favorite(RoomParams):
    favorite: Annotated[Any, SMALL_OBJECT, Otherwise(ParamRequired, name="favorite")]


def _filled(value: object) -> object:
    if not value:
        raise ValueError("empty")
    return value


class SaveNotification(Params):
    room_id: Annotated[str, REFERENCE, Refers("room"), NotBlank, Otherwise(ParamRequired, name="roomId")]
    notifications: Annotated[
        Document, SMALL_OBJECT, BeforeValidator(_filled), Otherwise(ParamRequired, name="notifications")
    ]


class CreateDiscussion(Params):
    prid: Annotated[str, REFERENCE, Refers("room"), NotBlank, Otherwise(BodyParameterRequired, name="prid")]
    t_name: Annotated[str, NAME, NotBlank, Otherwise(BodyParameterRequired, name="t_name")] = Field(alias="t_name")
    users: Annotated[list[str], MEMBERS, Otherwise(DiscussionUsersNotAList)] = []
    pmid: Annotated[str, REFERENCE, Refers("message")] = ""
    reply: Annotated[str, MESSAGE] = ""

    @property
    def wanted(self) -> NewDiscussion:
        return NewDiscussion(self.prid, self.t_name, self.users, self.pmid.strip(), self.reply)


class RoomDiscussions(RoomParams, PageParams):
    pass


class SetCustomFields(RoomParams):
    custom_fields: Annotated[Document | list[Any], CUSTOM_FIELDS, Otherwise(CustomFieldsRequired)]


class RenameRoom(Params):
    name: Annotated[str, NAME, NotBlank, Otherwise(BodyParamRequired, name="name")]
    room_id: Annotated[str, REFERENCE, Refers("room")] = ""


class RoomInfo(RoomParams, ProjectedParams):
    pass


class CleanRange(RoomParams):
    """A range of a room's time. That both ends are there is asked after the room was found."""

    names_fields: ClassVar[bool] = False

    latest: Moment | None = None
    oldest: Moment | None = None
    inclusive: bool = False
    """Messages of exactly these moments too."""

    def wanted(self, room: Room) -> Cleaning:
        """
        Raises:
            BodyParameterRequired: an end is missing.
        """
        return Cleaning(room.id, *cleaning.ends(self.oldest, self.latest), self.inclusive)


class CleanHistory(CleanRange):
    limit: int = Field(ge=0, default=0)
    """At most so many, the oldest first; 0: all."""
    exclude_pinned: bool = False
    files_only: bool = False
    users: Annotated[list[str], REFERENCES] = []
    """Usernames: only what they sent; empty: everybody."""
    ignore_discussion: bool = True
    """Messages on which a discussion hangs stay."""
    ignore_threads: bool = False
    """Messages in threads stay, replies and what they reply to."""

    def wanted(self, room: Room) -> Cleaning:
        return replace(
            super().wanted(room),
            limit=self.limit,
            exclude_pinned=self.exclude_pinned,
            files_only=self.files_only,
            users=tuple(self.users),
            ignore_discussion=self.ignore_discussion,
            ignore_threads=self.ignore_threads,
        )


class RoomsSince(Params):
    updated_since: Annotated[Since, Otherwise(InvalidUpdatedSince, name="updatedSince")] = None


class UploadFile(Params):
    strict: ClassVar[bool] = True

    rid: Annotated[str, REFERENCE, Refers("room")]
    files: Annotated[list[InstanceOf[FilePart]], FILES] = []
    msg: Annotated[str, MESSAGE, Refers("mentions")] = ""
    description: Annotated[str | None, MESSAGE] = None
    tmid: Annotated[str | None, REFERENCE, Refers("message")] = None
    alias: Annotated[str | None, LINE] = None
    emoji: Annotated[str | None, LINE] = None
    avatar: Annotated[str | None, ADDRESS] = None

    @property
    def caption(self) -> Caption:
        shown = (("alias", self.alias), ("emoji", self.emoji), ("avatar", self.avatar))
        return Caption(self.msg, self.description, self.tmid, {name: value for name, value in shown if value})


def _whole(value: object) -> object:
    """A number in a form is text."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 20 else value


class UploadMedia(Params):
    """A file as multipart/form-data; or, without one, what it will be, for a file that is too large for a request."""

    rid: Annotated[str, REFERENCE, Refers("room")]
    files: Annotated[list[InstanceOf[FilePart]], FILES] = []
    name: Annotated[str, NAME] = Field(max_length=NAME_MOST, default="")
    size: Annotated[int | None, BeforeValidator(_whole)] = Field(ge=0, default=None)
    type: Annotated[str, NAME] = ""

    @property
    def announced(self) -> Announced | None:
        return None if self.files or self.size is None else Announced(self.name, self.size, self.type)


class ConfirmMedia(Params):
    rid: Annotated[str, REFERENCE, Refers("room")]
    file_id: Annotated[str, REFERENCE]
    msg: Annotated[str, MESSAGE, Refers("mentions")] = ""
    description: Annotated[str | None, MESSAGE] = None
    tmid: Annotated[str | None, REFERENCE, Refers("message")] = None

    @property
    def caption(self) -> Caption:
        return Caption(self.msg, self.description, self.tmid)


class TopicReply(TypedDict):
    topic: str


class DescriptionReply(TypedDict):
    description: str


class PurposeReply(TypedDict):
    purpose: str


class AnnouncementReply(TypedDict):
    announcement: str


class ModeratorsReply(TypedDict):
    moderators: list[PersonDocument]


class RoomRolesReply(TypedDict):
    roles: list[RoomRolesDocument]


class MembersReply(PageReply):
    members: list[MemberDocument]


class FilesReply(PageReply):
    files: list[UploadDocument]


class ImagesReply(PageReply):
    files: list[UploadDocument]


class OnlineReply(TypedDict):
    online: list[Annotated[Document, Shows("Sender")]]


class AdminRoomsReply(PageReply):
    rooms: list[Annotated[Document, Shows("AdminRoom")]]


class MentionsReply(PageReply):
    mentions: list[MessageDocument]


class MessagesReply(PageReply):
    messages: list[MessageDocument]


class HistoryReply(TypedDict, total=False):
    """`firstUnread` and `unreadNotLoaded` only when `unreads` was asked for."""

    messages: list[MessageDocument]
    firstUnread: MessageDocument
    unreadNotLoaded: int


class CountersReply(TypedDict):
    """All seven keys always, null where the caller may not know."""

    joined: bool
    members: int | None
    unreads: int | None
    unreadsFrom: Date | None
    msgs: int | None
    latest: Date | None
    userMentions: int | None


class RoomReply(TypedDict):
    room: RoomDocument


class CleanReply(TypedDict):
    _id: str
    """Of the room."""
    count: int
    """Messages (with filesOnly, files) that went or, where they are many, are going now."""


class RoomChangesReply(TypedDict):
    update: list[RoomDocument]
    remove: list[Deleted]


class DiscussionReply(TypedDict):
    discussion: RoomDocument


class DiscussionsReply(PageReply):
    discussions: list[RoomDocument]


class UploadReply(TypedDict):
    message: MessageDocument


class MediaFile(TypedDict):
    _id: str
    url: str


class MediaForm(TypedDict):
    """Where a file too large for a request is sent: a multipart form of these fields, the file last."""

    url: str
    fields: dict[str, str]


class MediaReply(TypedDict):
    file: MediaFile
    upload: NotRequired[MediaForm]


class RoomIntegrationsReply(PageReply):
    integrations: list[IntegrationDocument]
