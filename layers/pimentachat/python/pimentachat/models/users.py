"""Users, their tokens, and the requests and replies about them."""

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from pimentachat.errors import ParamRequired
from pimentachat.models.params import Otherwise, PageParams, Params, Refers, UserParams
from pimentachat.models.records import Document, Record

NAME_MOST = 255
NEVER_SENT = {"password_hash", "version"}


class User(Record):
    """A person or bot (contract: models.yaml user). Secrets are fields of their own and leave in no document."""

    username: str = ""
    name: str | None = None
    emails: list[Document] = []
    type: str = "user"
    status: str = "offline"
    status_connection: str | None = None
    status_default: str | None = None
    active: bool = True
    roles: list[str] | None = None
    created_at: str = ""
    last_login: str | None = None
    utc_offset: float | None = None
    language: str | None = None
    settings: Document = {}
    custom_fields: Document | None = None
    reason: str | None = None
    require_password_change: bool | None = None
    password_hash: str | None = None
    version: int = 0

    def document(self, *, without: set[str] | None = None) -> Document:
        return super().document(without=NEVER_SENT | (without or set()))

    def brief(self) -> Document:
        """`{_id, username, name}`, as messages and subscriptions carry their user."""
        return {"_id": self.id, "username": self.username} | ({"name": self.name} if self.name else {})

    def preference(self, name: str) -> Any:
        """What the user chose, or None; site-wide defaults are settings."""
        return (self.settings.get("preferences") or {}).get(name)

    def notification_preferences(self) -> Document:
        """What a new subscription takes over (contract: channels.yaml subscription_preferences)."""
        taken: Document = {}
        for preference, name, origin in (
            ("desktopNotifications", "desktopNotifications", "desktopPrefOrigin"),
            ("mobileNotifications", "mobilePushNotifications", "mobilePrefOrigin"),
            ("emailNotificationMode", "emailNotifications", "emailPrefOrigin"),
        ):
            value = self.preference(preference)
            if value and value != "default":
                taken |= {name: value, origin: "user"}
        return taken

    @property
    def verified_email(self) -> str | None:
        return next((email["address"] for email in self.emails if email.get("verified")), None)


class LoginToken(Record):
    """A token under which its user calls. The record's id is the fingerprint; the token itself is stored nowhere."""

    user_id: str
    created_at: str
    name: str | None = None
    last_token_part: str = ""

    @property
    def personal(self) -> bool:
        return self.name is not None


# --- requests


class CreateUser(Params):
    strict: ClassVar[bool] = True

    email: str
    name: str = Field(max_length=NAME_MOST)
    password: str
    username: Annotated[str, Refers("username")]
    active: bool | None = None
    roles: list[str] | None = None
    join_default_channels: bool = True
    require_password_change: bool | None = None
    send_welcome_email: bool = False
    verified: bool = False
    custom_fields: dict[str, Any] | None = None
    # Sent by today's clients; kept from being refused.
    bio: str | None = None
    nickname: str | None = None
    status_text: str | None = None
    set_random_password: bool | None = None


class Register(Params):
    """Custom fields stand beside the others in the body, so other keys are kept here (`model_extra`)."""

    model_config = ConfigDict(**{**Params.model_config, "extra": "allow"})

    username: Annotated[str, Refers("username")]
    email: str
    password: str = Field(alias="pass")
    name: str = Field(max_length=NAME_MOST)
    secret_url: str = Field(alias="secretURL", default="")
    reason: str | None = None


class UserInfo(UserParams):
    fields: str = ""


class ListUsers(PageParams):
    pass


class TokenName(Params):
    token_name: Annotated[str, Otherwise(ParamRequired(name="tokenName"))] = Field(min_length=1)


# --- replies


class UserReply(TypedDict):
    user: Document


class UsersReply(TypedDict):
    users: list[Document]
    count: int
    offset: int
    total: int


class TokenReply(TypedDict):
    token: str


class TokensReply(TypedDict):
    tokens: list[Document]
