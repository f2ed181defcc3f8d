"""People."""

from typing import Annotated, Any, ClassVar, Literal

import orjson
from pydantic import AfterValidator, ConfigDict, Field, InstanceOf
from typing_extensions import TypedDict

from pimentachat.errors.requests import MatchError, ParamRequired
from pimentachat.errors.users import OwnPasswordMissing
from pimentachat.models.records import Document
from pimentachat.models.uploads import FilePart
from pimentachat.models.users import NAME_MOST
from pimentachat.requests.bounds import (
    ADDRESS,
    CUSTOM_FIELDS,
    FILES,
    FILTER,
    HIGHLIGHT,
    HIGHLIGHTS,
    LINE,
    NAME,
    REFERENCE,
    REFERENCES,
    SECRET,
    SMALL_OBJECT,
)
from pimentachat.requests.params import Otherwise, PageParams, Params, Refers, UserParams
from pimentachat.requests.replies import PageReply, Shows, UserDocument
from pimentachat.services.accounts import enrolment
from pimentachat.services.accounts.editing import Changes, OwnChanges
from pimentachat.services.accounts.enrolment import Application, NewUser


class CreateUser(Params):
    strict: ClassVar[bool] = True

    email: Annotated[str, NAME]
    name: Annotated[str, NAME] = Field(max_length=NAME_MOST)
    password: Annotated[str, SECRET]
    username: Annotated[str, NAME, Refers("username")]
    active: bool | None = None
    roles: Annotated[list[str] | None, REFERENCES] = None
    join_default_channels: bool = True
    require_password_change: bool | None = None
    send_welcome_email: bool = False
    verified: bool = False
    custom_fields: Annotated[dict[str, Any] | None, CUSTOM_FIELDS] = None
    # Sent by today's clients; kept from being refused.
    bio: Annotated[str | None, LINE] = None
    nickname: Annotated[str | None, LINE] = None
    status_text: Annotated[str | None, LINE] = None
    set_random_password: bool | None = None

    @property
    def wanted(self) -> NewUser:
        return NewUser(
            email=self.email.strip(),
            name=self.name.strip(),
            username=self.username.strip(),
            password=self.password,
            active=self.active,
            roles=self.roles,
            joins_default_rooms=self.join_default_channels,
            require_password_change=self.require_password_change,
            sends_welcome=self.send_welcome_email,
            verified=self.verified,
            custom_fields=self.custom_fields,
            random_password=bool(self.set_random_password),
        )


def _free(username: str) -> str:
    # Named before anything else about the body is, a missing field too (contract: users.yaml users.register).
    enrolment.check_free(username.strip())
    return username


class Register(Params):
    """Custom fields stand beside the others in the body, so other keys are kept here (`model_extra`)."""

    model_config = ConfigDict(**{**Params.model_config, "extra": "allow"})

    username: Annotated[str, NAME, AfterValidator(_free), Refers("username")]
    email: Annotated[str, NAME]
    password: Annotated[str, SECRET] = Field(alias="pass")
    name: Annotated[str, NAME] = Field(max_length=NAME_MOST)
    secret_url: Annotated[str, SECRET] = Field(alias="secretURL", default="")
    reason: Annotated[str | None, LINE] = None

    @property
    def application(self) -> Application:
        return Application(
            username=self.username.strip(),
            email=self.email.strip(),
            password=self.password,
            name=self.name.strip(),
            secret=self.secret_url,
            reason=self.reason,
            custom_fields=self.model_extra or {},
        )


class UserInfo(UserParams):
    fields: Annotated[str, FILTER] = ""


class ListUsers(PageParams):
    pass


class UserData(Params):
    """What users.update changes; other keys are ignored. Two of them have no effect (contract)."""

    email: Annotated[str | None, NAME] = None
    name: Annotated[str | None, NAME] = Field(default=None, max_length=NAME_MOST)
    password: Annotated[str | None, SECRET] = None
    username: Annotated[str | None, NAME] = None
    active: bool | None = None
    roles: Annotated[list[str] | None, REFERENCES] = None
    require_password_change: bool | None = None
    verified: bool | None = None
    custom_fields: Annotated[dict[str, Any] | None, CUSTOM_FIELDS] = None


class UpdateUser(Params):
    strict: ClassVar[bool] = True

    user_id: Annotated[str, REFERENCE, Refers("user")]
    data: UserData

    @property
    def changes(self) -> Changes:
        data = self.data
        return Changes(
            email=_stripped(data.email),
            name=_stripped(data.name),
            password=data.password,
            username=_stripped(data.username),
            active=data.active,
            roles=data.roles,
            require_password_change=data.require_password_change,
            verified=data.verified,
            custom_fields=data.custom_fields,
        )


class OwnData(Params):
    email: Annotated[str | None, NAME] = None
    name: Annotated[str | None, NAME] = Field(default=None, max_length=NAME_MOST)
    username: Annotated[str | None, NAME, Refers("username")] = None
    current_password: Annotated[str | None, SECRET] = None
    new_password: Annotated[str | None, SECRET] = None


class UpdateOwnBasicInfo(Params):
    strict: ClassVar[bool] = True

    data: OwnData
    custom_fields: Annotated[dict[str, Any] | None, CUSTOM_FIELDS] = None

    @property
    def changes(self) -> OwnChanges:
        data = self.data
        return OwnChanges(
            name=_stripped(data.name),
            # An empty text is as absent, as clients send their whole form.
            username=_stripped(data.username) or None,
            email=_stripped(data.email) or None,
            password=data.new_password or None,
            current_password=data.current_password,
            custom_fields=self.custom_fields,
        )


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()


class DeleteOwnAccount(Params):
    password: Annotated[str, SECRET, Otherwise(OwnPasswordMissing)] = Field(min_length=1)


class SetActiveStatus(Params):
    strict: ClassVar[bool] = True

    user_id: Annotated[str, REFERENCE, Refers("user")]
    active_status: bool


Notifications = Literal["default", "all", "mentions", "nothing"]


class Preferences(Params):
    """Known ones have their types; others are kept as they are (`model_extra`)."""

    model_config = ConfigDict(**{**Params.model_config, "extra": "allow"})

    new_room_notification: Annotated[str | None, LINE] = None
    new_message_notification: Annotated[str | None, LINE] = None
    clock_mode: int | float | None = None
    use_emojis: bool | None = None
    convert_ascii_emoji: bool | None = None
    save_mobile_bandwidth: bool | None = None
    collapse_media_by_default: bool | None = None
    auto_image_load: bool | None = None
    email_notification_mode: Annotated[str | None, LINE] = None
    unread_alert: bool | None = None
    notifications_sound_volume: int | float | None = None
    desktop_notifications: Notifications | None = None
    mobile_notifications: Notifications | None = None
    enable_auto_away: bool | None = None
    highlights: Annotated[list[Annotated[str, HIGHLIGHT]] | None, HIGHLIGHTS] = None
    """Words and phrases by which a message counts as a mention."""
    desktop_notification_duration: int | float | None = None
    message_view_mode: int | float | None = None
    hide_usernames: bool | None = None
    hide_roles: bool | None = None
    hide_avatars: bool | None = None
    hide_flex_tab: bool | None = None
    send_on_enter: Annotated[str | None, LINE] = None
    room_counter_sidebar: bool | None = None
    language: Annotated[str | None, NAME] = None
    sidebar_show_favorites: bool | None = None
    sidebar_show_unread: bool | None = None
    sidebar_sortby: Annotated[str | None, LINE] = None
    sidebar_view_mode: Annotated[str | None, LINE] = None
    sidebar_hide_avatar: bool | None = None
    sidebar_group_by_type: bool | None = None
    mute_focused_conversations: bool | None = None


class SetPreferences(Params):
    strict: ClassVar[bool] = True

    user_id: Annotated[str, REFERENCE, Refers("user")] = ""
    data: Annotated[Preferences, SMALL_OBJECT]

    @property
    def chosen(self) -> Document:
        return self.data.model_dump(by_alias=True, exclude_none=True)


class Autocomplete(Params):
    selector: Annotated[str, FILTER, Otherwise(ParamRequired, name="selector")] = Field(min_length=1)
    """JSON: `{"term": "bo", "exceptions": ["alice"]}`; `exceptions` are usernames."""

    @property
    def term(self) -> str:
        return str(self._parsed.get("term") or "")

    @property
    def exceptions(self) -> list[str]:
        given = self._parsed.get("exceptions")
        return [name for name in given if isinstance(name, str)] if isinstance(given, list) else []

    @property
    def _parsed(self) -> dict[str, Any]:
        try:
            parsed = orjson.loads(self.selector)
        except orjson.JSONDecodeError:
            parsed = None
        if not isinstance(parsed, dict):
            raise MatchError(problem="Expected object, got string in field selector")
        return parsed


class SetAvatar(UserParams):
    """A picture as multipart/form-data in the field `image`, or the address of one."""

    files: Annotated[list[InstanceOf[FilePart]], FILES] = []
    avatar_url: Annotated[str | None, ADDRESS] = None


class UserReply(TypedDict):
    user: UserDocument


class UsersReply(PageReply):
    users: list[UserDocument]


class ActiveStatus(TypedDict):
    _id: str
    active: bool


class ActiveStatusReply(TypedDict):
    user: ActiveStatus


class PreferencesReply(TypedDict):
    preferences: Document


class ChosenSettings(TypedDict):
    preferences: Document


class Chosen(TypedDict):
    _id: str
    settings: ChosenSettings


class ChosenReply(TypedDict):
    user: Chosen


class SuggestionReply(TypedDict):
    result: str


class FoundPeopleReply(TypedDict):
    items: list[Annotated[Document, Shows("FoundPerson")]]
