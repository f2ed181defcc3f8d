"""The records as clients see them, for openapi.yaml alone: `Shows("Message")` in a reply names `Message` here.

Nothing that runs imports this module (tests/test_openapi.py). A field that is not NotRequired is in every such record;
rows of lists that take `fields` lose what was not asked for, which the generator knows. A record takes no other fields
than these, unless its class says so. What is said of a field is its description in openapi.yaml.
"""

from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from pimentachat.models.kinds import RoomType
from pimentachat.models.records import Date, Document

_closed = with_config(ConfigDict(use_attribute_docstrings=True, extra="forbid"))
_open = with_config(ConfigDict(use_attribute_docstrings=True, extra="allow"))

Notify = Literal["all", "mentions", "nothing", "default"]


# --- people


@_closed
class Person(TypedDict):
    """A user as messages, rooms and subscriptions carry one."""

    _id: str
    username: str
    name: NotRequired[str]


@_closed
class Email(TypedDict):
    address: str
    verified: bool


@_closed
class RoomOfUser(TypedDict):
    _id: str
    """Of the subscription."""
    rid: str
    name: str | None
    t: RoomType
    roles: NotRequired[list[str]]


@_closed
class User(TypedDict):
    """A person or bot, with as many of the fields as the caller may see."""

    _id: str
    username: str
    type: str
    """user, bot or visitor"""
    status: str
    """online, away, busy or offline"""
    active: bool
    name: NotRequired[str]
    emails: NotRequired[list[Email]]
    phone: NotRequired[list[Any]]
    roles: NotRequired[list[str]]
    """Of the whole workspace; roles in rooms are in subscriptions."""
    statusConnection: NotRequired[str]
    statusDefault: NotRequired[str]
    statusText: NotRequired[str]
    utcOffset: NotRequired[float]
    """Hours."""
    language: NotRequired[str]
    avatarOrigin: NotRequired[str]
    avatarETag: NotRequired[str]
    """The version of the picture, where there is one."""
    createdAt: NotRequired[Date]
    lastLogin: NotRequired[Date]
    settings: NotRequired[Document]
    """`preferences`: what the user has chosen."""
    customFields: NotRequired[Document]
    reason: NotRequired[str]
    """What was given at the registration."""
    bio: NotRequired[str]
    requirePasswordChange: NotRequired[bool]
    requirePasswordChangeReason: NotRequired[str]
    rooms: NotRequired[list[RoomOfUser]]
    """In users.info with fields={"userRooms": 1}."""
    _updatedAt: NotRequired[Date]


@_closed
class ProfileSettings(TypedDict):
    preferences: Document
    """Every preference: the user's own choice or the default of the workspace."""


@_closed
class Profile(TypedDict):
    """The calling user."""

    _id: str
    username: NotRequired[str]
    name: NotRequired[str]
    emails: list[Email]
    email: NotRequired[str]
    """The first verified address."""
    status: str
    statusConnection: str
    statusText: NotRequired[str]
    utcOffset: NotRequired[float]
    active: bool
    language: NotRequired[str]
    roles: NotRequired[list[str]]
    customFields: NotRequired[Document]
    settings: ProfileSettings
    avatarUrl: NotRequired[str]


@_closed
class Member(TypedDict):
    _id: str
    username: str
    name: NotRequired[str]
    status: str
    utcOffset: NotRequired[float]


@_closed
class FoundUser(TypedDict):
    _id: str
    username: str
    name: NotRequired[str]
    status: str


StatusWord = Literal["online", "away", "busy", "offline"]


@_closed
class Presence(TypedDict):
    presence: StatusWord
    connectionStatus: NotRequired[StatusWord]
    """The caller's own alone."""
    lastLogin: NotRequired[Date]


@_closed
class Status(TypedDict):
    _id: str
    status: StatusWord
    connectionStatus: StatusWord
    message: str
    """The status text."""


@_closed
class Present(TypedDict):
    _id: str
    username: NotRequired[str]
    name: NotRequired[str]
    status: str
    statusText: NotRequired[str]
    utcOffset: NotRequired[float]


@_closed
class RoomRoles(TypedDict):
    """A member of a room with the roles that they have in it."""

    _id: str
    """Of the subscription."""
    rid: str
    u: Person
    roles: list[str]


class FoundPerson(TypedDict):
    _id: str
    username: str
    name: NotRequired[str]
    status: str


@_closed
class InviteLink(TypedDict):
    """A link that lets whoever has it join a room."""

    _id: str
    """What the link carries."""
    rid: str
    userId: str
    """Who made it."""
    createdAt: Date
    days: int
    """0: for ever."""
    maxUses: int
    """0: as often as anybody likes."""
    uses: int
    expires: NotRequired[Date]
    url: str
    _updatedAt: Date


# --- messages


@_closed
class NamedRoom(TypedDict):
    _id: str
    name: str


@_closed
class FileOfMessage(TypedDict):
    _id: str
    name: str
    type: str


@_closed
class Url(TypedDict):
    url: str
    ignoreParse: NotRequired[bool]
    """It became a quote, so no preview is made."""
    meta: NotRequired[Document]
    """What the page says about itself: pageTitle, ogTitle, ogImage ..."""
    headers: NotRequired[Document]
    parsedUrl: NotRequired[Document]


@_closed
class Reaction(TypedDict):
    usernames: list[str]
    names: NotRequired[list[str]]
    """In the order of `usernames`, where the setting UI_Use_Real_Name is on."""


@_closed
class Star(TypedDict):
    _id: str
    """The caller: nobody sees the stars of others."""


@_open
class AttachmentField(TypedDict):
    title: str
    value: str
    short: NotRequired[bool]


@_open
class AttachmentAction(TypedDict, total=False):
    type: str
    text: str
    url: str
    image_url: str
    is_webview: bool
    webview_height_ratio: str
    msg: str
    msg_in_chat_window: bool


@_open
class Attachment(TypedDict, total=False):
    """What a message carries besides its text. Further fields are kept as the client sent them."""

    title: str
    title_link: str
    title_link_download: bool
    type: str
    """`file` for uploads."""
    text: str
    description: str
    color: str
    ts: str | int
    thumb_url: str
    message_link: str
    """To the message that is quoted."""
    collapsed: bool
    author_name: str
    author_link: str
    author_icon: str
    image_url: str
    image_type: str
    image_size: int
    image_dimensions: Document
    image_preview: str
    """A small JPEG, base64."""
    audio_url: str
    audio_type: str
    audio_size: int
    video_url: str
    video_type: str
    video_size: int
    fields: list[AttachmentField]
    actions: list[AttachmentAction]
    button_alignment: str
    attachments: "list[Attachment] | None"


@_closed
class ActionLink(TypedDict):
    icon: NotRequired[str]
    label: str
    method_id: str
    params: NotRequired[str]


@_closed
class Message(TypedDict):
    _id: str
    rid: str
    msg: str
    """Empty when there is only an attachment."""
    md: NotRequired[list[Document]]
    """The text as a tree of `{type, value}`: PARAGRAPH, BOLD, LINK, MENTION_USER ...; absent on what a room says."""
    ts: Date
    u: Person
    t: NotRequired[str]
    """What kind of system message it is: uj, ul, au, ru, r, room_changed_topic ...; absent on what somebody wrote."""
    mentions: NotRequired[list[Person]]
    channels: NotRequired[list[NamedRoom]]
    """Rooms that the text names with a #."""
    urls: NotRequired[list[Url]]
    attachments: NotRequired[list[Attachment]]
    file: NotRequired[FileOfMessage]
    alias: NotRequired[str]
    avatar: NotRequired[str]
    emoji: NotRequired[str]
    bot: NotRequired[Document]
    customFields: NotRequired[Document]
    groupable: NotRequired[bool]
    """false: not to be merged with the message before it."""
    parseUrls: NotRequired[bool]
    reactions: NotRequired[dict[str, Reaction]]
    """By `:emoji:`."""
    starred: NotRequired[list[Star]]
    pinned: NotRequired[bool]
    pinnedAt: NotRequired[Date]
    pinnedBy: NotRequired[Person]
    editedAt: NotRequired[Date]
    editedBy: NotRequired[Person]
    tmid: NotRequired[str]
    """The message whose thread this one belongs to."""
    tshow: NotRequired[bool]
    tcount: NotRequired[int]
    """Replies in the thread of this message."""
    tlm: NotRequired[Date]
    replies: NotRequired[list[str]]
    """Ids of those who follow its thread."""
    drid: NotRequired[str]
    """The room of a discussion."""
    dcount: NotRequired[int]
    dlm: NotRequired[Date]
    unread: NotRequired[bool]
    score: NotRequired[float]
    """In chat.search: how much of what was looked for it says, from 0 to 1."""
    role: NotRequired[str]
    """On subscription-role-added and -removed."""
    actionLinks: NotRequired[list[ActionLink]]
    location: NotRequired[Document]
    """A GeoJSON point."""
    translations: NotRequired[Document]
    _hidden: NotRequired[bool]
    """Deleted, with its history kept."""
    callId: NotRequired[str]
    """The voice call that nobody took."""
    _updatedAt: Date


@_closed
class Command(TypedDict):
    """A slash command."""

    command: str
    params: NotRequired[str]
    """What clients show behind it: a name of a text, or the text itself; `description` too."""
    description: NotRequired[str]
    permission: NotRequired[str]
    """Clients hide the command from those who do not have it."""
    clientOnly: bool
    providesPreview: bool


@_closed
class Receipt(TypedDict):
    """Who has read a message."""

    _id: str
    roomId: str
    userId: str
    messageId: str
    ts: Date
    """When they last read the room."""
    user: Person


# --- rooms


@_closed
class Room(TypedDict):
    _id: str
    t: RoomType
    """c: channel, p: private group, d: direct room"""
    rid: NotRequired[str]
    """The id once more, in im.create."""
    name: NotRequired[str]
    """Unique among channels and groups; direct rooms have none."""
    fname: NotRequired[str]
    """The name as it was typed."""
    u: NotRequired[Person]
    """Who created it."""
    usernames: NotRequired[list[str]]
    """Of direct rooms."""
    uids: NotRequired[list[str]]
    msgs: NotRequired[int]
    """Messages ever sent; not in rooms.get."""
    usersCount: int
    ts: Date
    lm: NotRequired[Date]
    """When the last ordinary message was sent."""
    lastMessage: NotRequired[Message]
    topic: NotRequired[str]
    description: NotRequired[str]
    announcement: NotRequired[str]
    announcementDetails: NotRequired[Document]
    customFields: NotRequired[Document]
    ro: NotRequired[bool]
    """Read only."""
    reactWhenReadOnly: NotRequired[bool]
    sysMes: NotRequired[bool]
    """false: the room takes no system messages."""
    default: NotRequired[bool]
    """New users join it."""
    archived: NotRequired[bool]
    broadcast: NotRequired[bool]
    encrypted: NotRequired[bool]
    e2eKeyId: NotRequired[str]
    joinCodeRequired: NotRequired[bool]
    muted: NotRequired[list[str]]
    unmuted: NotRequired[list[str]]
    prid: NotRequired[str]
    """The room whose discussion this is."""
    jitsiTimeout: NotRequired[Date]
    retention: NotRequired[Document]
    streamingOptions: NotRequired[Document]
    _updatedAt: Date


@_closed
class AdminRoom(TypedDict):
    """A room as lists for administrators have it."""

    _id: str
    t: RoomType
    name: NotRequired[str]
    fname: NotRequired[str]
    prid: NotRequired[str]
    u: NotRequired[Person]
    usernames: NotRequired[list[str]]
    usersCount: int
    msgs: int
    muted: NotRequired[list[str]]
    ro: NotRequired[bool]
    default: NotRequired[bool]
    topic: NotRequired[str]
    archived: NotRequired[bool]


@_closed
class FoundRoom(TypedDict):
    _id: str
    name: str
    t: RoomType
    lastMessage: NotRequired[Message]
    joinCodeRequired: bool


@_closed
class DirectoryEntry(TypedDict):
    """A channel, or a person."""

    _id: str
    name: NotRequired[str]
    ts: NotRequired[Date]
    description: NotRequired[str]
    topic: NotRequired[str]
    usersCount: NotRequired[int]
    archived: NotRequired[bool]
    lastMessage: NotRequired[Message]
    """For who may preview channels."""
    username: NotRequired[str]
    createdAt: NotRequired[Date]
    emails: NotRequired[list[Email]]
    """For who may see others in full."""


@_closed
class Subscription(TypedDict):
    """The caller's membership in a room."""

    _id: str
    rid: str
    t: RoomType
    name: str
    """Of the room; in direct rooms the other person's username."""
    fname: NotRequired[str]
    u: Person
    ts: Date
    """When it began."""
    ls: NotRequired[Date]
    """When the room was read last."""
    open: bool
    """Shown in the list of rooms."""
    alert: bool
    """There is something new."""
    unread: int
    userMentions: int
    groupMentions: int
    tunread: NotRequired[list[str]]
    """Threads with unread replies."""
    roles: NotRequired[list[str]]
    """owner, moderator, leader"""
    f: NotRequired[bool]
    """A favourite."""
    archived: NotRequired[bool]
    prid: NotRequired[str]
    blocked: NotRequired[bool]
    blocker: NotRequired[bool]
    ignored: NotRequired[list[str]]
    customFields: NotRequired[Document]
    desktopNotifications: NotRequired[Notify]
    desktopNotificationDuration: NotRequired[float]
    mobilePushNotifications: NotRequired[Notify]
    emailNotifications: NotRequired[Notify]
    audioNotifications: NotRequired[Notify]
    audioNotificationValue: NotRequired[str]
    unreadAlert: NotRequired[Notify]
    desktopPrefOrigin: NotRequired[str]
    mobilePrefOrigin: NotRequired[str]
    emailPrefOrigin: NotRequired[str]
    disableNotifications: NotRequired[bool]
    muteGroupMentions: NotRequired[bool]
    hideUnreadStatus: NotRequired[bool]
    userHighlights: NotRequired[list[str]]
    autoTranslate: NotRequired[bool]
    autoTranslateLanguage: NotRequired[str]
    E2EKey: NotRequired[str]
    _updatedAt: Date


# --- files


@_closed
class Sender(TypedDict, total=False):
    """Empty when they are gone."""

    _id: str
    username: str
    name: str


@_closed
class Upload(TypedDict):
    """A file of a room."""

    _id: str
    name: str
    size: int
    type: str
    """Its media type."""
    typeGroup: str
    """The first part of it: image, video, text ..."""
    rid: str
    userId: str
    user: Sender
    description: NotRequired[str]
    """As it was uploaded; the beginning of a long one."""
    store: str
    complete: bool
    uploading: bool
    extension: str
    progress: int
    uploadedAt: Date
    etag: str
    path: str
    url: str
    token: str
    identify: NotRequired[Document]
    """Of images: `format` and `size`."""
    _updatedAt: Date


# --- devices


@_closed
class DeviceToken(TypedDict, total=False):
    """One of the two."""

    apn: str
    gcm: str


@_closed
class Device(TypedDict):
    _id: str
    token: DeviceToken
    appName: str
    userId: str
    enabled: bool
    createdAt: Date
    updatedAt: Date


# --- integrations


@_closed
class Maker(TypedDict):
    _id: str
    username: str


@_closed
class Integration(TypedDict):
    """A webhook that others call (webhook-incoming), or that we call (webhook-outgoing)."""

    _id: str
    type: Literal["webhook-incoming", "webhook-outgoing"]
    name: str
    enabled: bool
    username: str
    """Who posts."""
    userId: str
    channel: list[str]
    """#room, @person, all_public_channels, all_private_groups, all_direct_messages"""
    scriptEnabled: bool
    script: NotRequired[str]
    alias: NotRequired[str]
    avatar: NotRequired[str]
    emoji: NotRequired[str]
    token: NotRequired[str]
    event: NotRequired[str]
    urls: NotRequired[list[str]]
    triggerWords: NotRequired[list[str]]
    triggerWordAnywhere: NotRequired[bool]
    runOnEdits: NotRequired[bool]
    impersonateUser: NotRequired[bool]
    targetRoom: NotRequired[str]
    targetChannel: NotRequired[str]
    retryFailedCalls: NotRequired[bool]
    retryCount: NotRequired[int]
    retryDelay: NotRequired[str]
    _createdAt: Date
    _createdBy: Maker
    _updatedBy: NotRequired[Maker]
    _updatedAt: Date


@_closed
class IntegrationCall(TypedDict):
    """One try of a call of an outgoing webhook; secrets are masked."""

    _id: str
    type: Literal["outgoing-webhook"]
    step: str
    """How far it came."""
    integration: Document
    event: str
    data: NotRequired[Document]
    triggerWord: NotRequired[str]
    url: str
    httpCallData: NotRequired[Document]
    httpResult: NotRequired[str]
    httpError: NotRequired[Document]
    resultMessage: NotRequired[list[Document]]
    error: NotRequired[bool]
    errorStack: NotRequired[str]
    finished: NotRequired[bool]
    ranPrepareScript: bool
    _createdAt: Date
    _updatedAt: Date


# --- calls


@_closed
class CallResponse(TypedDict):
    userId: str
    accepted: bool
    busy: bool
    handledOnWeb: bool
    ts: Date


@_closed
class VoiceCall(TypedDict):
    """A voice or video call."""

    _id: str
    userId: str
    userName: str
    to: list[str]
    toNames: list[str]
    channel: str
    """The call's address."""
    date: Date
    roomId: str
    onlyAudio: bool
    senderName: str
    senderGroup: NotRequired[str]
    serverName: str
    additionalInfo: NotRequired[str]
    notificationType: str
    status: Literal["ringing", "accepted", "rejected", "busy", "lost", "ended"]
    lost: bool
    """Nobody accepted."""
    accepted: bool
    rejected: bool
    busy: bool
    acceptedBy: list[str]
    responses: list[CallResponse]
    endedAt: NotRequired[Date]
    duration: NotRequired[float]
    """Seconds, from the first acceptance to the end."""
    _updatedAt: Date


# --- the workspace


@_closed
class Permission(TypedDict):
    _id: str
    roles: list[str]
    _updatedAt: Date


@_closed
class Role(TypedDict):
    _id: str
    name: NotRequired[str]
    scope: Literal["Users", "Subscriptions"]
    """Held everywhere, or in one room."""
    description: NotRequired[str]
    protected: NotRequired[bool]
    """Built in."""
    mandatory2fa: bool
    _updatedAt: NotRequired[Date]


@_closed
class Holder(TypedDict):
    """A user who holds a role."""

    _id: str
    username: str
    name: NotRequired[str]
    emails: NotRequired[list[Email]]
    """For who may see others in full."""


@_closed
class RemovedRole(TypedDict):
    _id: str
    name: str
    scope: Literal["Users", "Subscriptions"]
    description: NotRequired[str]
    protected: NotRequired[bool]
    mandatory2fa: bool
    _updatedAt: NotRequired[Date]
    _deletedAt: Date


@_closed
class Emoji(TypedDict):
    """A custom emoji, served at /emoji-custom/<name>.<extension>."""

    _id: str
    name: str
    aliases: list[str]
    extension: str
    _updatedAt: Date
    _deletedAt: NotRequired[Date]
    """Of one that is gone."""


@_closed
class Setting(TypedDict):
    _id: str
    value: NotRequired[Any]
    """Not of a group of settings (type group)."""
    type: NotRequired[str]
    public: NotRequired[bool]
    group: NotRequired[str]
    section: NotRequired[str]


@_closed
class OfferedService(TypedDict):
    """A way to log in with an account elsewhere."""

    _id: str
    name: str
    clientId: str
    buttonLabelText: str
    buttonColor: str
    buttonLabelColor: str
    custom: bool


@_closed
class ServiceConfiguration(TypedDict):
    _id: str
    service: str
    clientId: NotRequired[str]
    appId: NotRequired[str]
    consumerKey: NotRequired[str]


@_closed
class Statistics(TypedDict):
    """Figures of one moment, `createdAt`."""

    _id: str
    wizard: Document
    uniqueId: str
    version: str
    tag: str
    totalUsers: int
    activeUsers: int
    nonActiveUsers: int
    onlineUsers: int
    awayUsers: int
    totalConnectedUsers: int
    offlineUsers: int
    totalRooms: int
    totalChannels: int
    totalPrivateGroups: int
    totalDirect: int
    totalDiscussions: int
    totalMessages: int
    totalChannelMessages: int
    totalPrivateGroupMessages: int
    totalDirectMessages: int
    lastLogin: NotRequired[Date]
    lastMessageSentAt: NotRequired[Date]
    createdAt: Date
    _updatedAt: Date


@_closed
class ServerBuild(TypedDict):
    platform: str
    arch: str
    osRelease: str


@_closed
class ServerCommit(TypedDict):
    tag: str


@_closed
class ServerInfo(TypedDict):
    """`build` and `commit` are for administrators."""

    version: str
    build: NotRequired[ServerBuild]
    commit: NotRequired[ServerCommit]
