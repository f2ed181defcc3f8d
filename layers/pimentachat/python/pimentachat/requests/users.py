"""Users and their personal access tokens."""

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from pimentachat.errors.requests import ParamRequired
from pimentachat.models.users import NAME_MOST
from pimentachat.requests.params import Otherwise, PageParams, Params, Refers, UserParams
from pimentachat.requests.replies import PageReply, UserDocument
from pimentachat.services.accounts.enrolment import Application, NewUser


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


class Register(Params):
    """Custom fields stand beside the others in the body, so other keys are kept here (`model_extra`)."""

    model_config = ConfigDict(**{**Params.model_config, "extra": "allow"})

    username: Annotated[str, Refers("username")]
    email: str
    password: str = Field(alias="pass")
    name: str = Field(max_length=NAME_MOST)
    secret_url: str = Field(alias="secretURL", default="")
    reason: str | None = None

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
    fields: str = ""


class ListUsers(PageParams):
    pass


class TokenName(Params):
    token_name: Annotated[str, Otherwise(ParamRequired, name="tokenName")] = Field(min_length=1)


class UserReply(TypedDict):
    user: UserDocument


class UsersReply(PageReply):
    users: list[UserDocument]


class TokenReply(TypedDict):
    token: str


class TokenDocument(TypedDict):
    name: str | None
    createdAt: str
    lastTokenPart: str


class TokensReply(TypedDict):
    tokens: list[TokenDocument]
