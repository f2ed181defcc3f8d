"""Direct rooms."""

from typing import Annotated

from typing_extensions import TypedDict

from pimentachat.requests.bounds import LINE, NAME, REFERENCE
from pimentachat.requests.params import PageParams, Params, Refers
from pimentachat.requests.replies import RoomDocument
from pimentachat.requests.rooms import FilesParams, HistoryParams, MembersParams, TopicParam


class DirectParams(Params):
    """How endpoints of direct rooms name one: by the other person (name or id, with or without an @) or by its id."""

    room_id: Annotated[str, REFERENCE, Refers("person")] = ""
    username: Annotated[str, REFERENCE, Refers("person")] = ""

    @property
    def whom(self) -> str:
        return self.username.strip() or self.room_id.strip()


class CreateDirect(DirectParams):
    usernames: Annotated[str, LINE] = ""


class DirectHistory(DirectParams, HistoryParams):
    pass


class DirectPage(DirectParams, PageParams):
    """A page of what is in a direct room."""


class DirectFiles(DirectParams, FilesParams):
    pass


class DirectMembers(DirectParams, MembersParams):
    pass


class OthersMessages(PageParams):
    room_id: Annotated[str, REFERENCE, Refers("room")] = ""


class DirectCounters(DirectParams):
    user_id: Annotated[str, REFERENCE] = ""


class CloseDirect(DirectParams):
    name: Annotated[str, NAME] = "undefined"
    """Only printed in a refusal (contract: im.yaml im.close)."""


class SetDirectTopic(DirectParams, TopicParam):
    pass


class DirectReply(TypedDict):
    room: RoomDocument
