"""Users and their personal access tokens."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, InstanceOf
from typing_extensions import TypedDict

from pimentachat.errors.requests import ParamRequired
from pimentachat.models.records import Date
from pimentachat.models.uploads import FilePart
from pimentachat.models.users import NAME_MOST
from pimentachat.requests.bounds import ADDRESS, CUSTOM_FIELDS, FILES, FILTER, LINE, NAME, REFERENCES, SECRET
from pimentachat.requests.params import Otherwise, PageParams, Params, Refers, UserParams
from pimentachat.requests.replies import PageReply, UserDocument
from pimentachat.services.accounts import enrolment
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


class TokenName(Params):
    token_name: Annotated[str, NAME, Otherwise(ParamRequired, name="tokenName")] = Field(min_length=1)


class SetAvatar(UserParams):
    """A picture as multipart/form-data in the field `image`, or the address of one."""

    files: Annotated[list[InstanceOf[FilePart]], FILES] = []
    avatar_url: Annotated[str | None, ADDRESS] = None


class UserReply(TypedDict):
    user: UserDocument


class UsersReply(PageReply):
    users: list[UserDocument]


class TokenReply(TypedDict):
    token: str


class TokenDocument(TypedDict):
    name: str | None
    createdAt: Date
    lastTokenPart: str


class TokensReply(TypedDict):
    tokens: list[TokenDocument]
