"""Who is there."""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.models.records import Document
from pimentachat.requests.bounds import LINE, REFERENCES
from pimentachat.requests.params import Params, Since, UserParams
from pimentachat.requests.replies import Shows


class WhosePresence(UserParams):
    """The caller's, when nobody is named."""

    @property
    def anybody(self) -> bool:
        return bool(self.whom.id.strip() or self.whom.username.strip())


class SetStatus(Params):
    status: Annotated[str | None, LINE] = None
    message: Annotated[str | None, LINE] = None


class Presence(Params):
    from_: Since = Field(default=None, alias="from")
    ids: Annotated[Any, REFERENCES] = None
    """Separated by commas, or repeated."""

    @property
    def user_ids(self) -> list[str]:
        given = self.ids if isinstance(self.ids, list) else str(self.ids or "").split(",")
        return [text.strip() for text in given if isinstance(text, str) and text.strip()][:_IDS_MOST]


_IDS_MOST = 100


PresenceDocument = Annotated[Document, Shows("Presence")]
StatusDocument = Annotated[Document, Shows("Status")]


class PresentReply(TypedDict):
    users: list[Annotated[Document, Shows("Present")]]
    full: bool
