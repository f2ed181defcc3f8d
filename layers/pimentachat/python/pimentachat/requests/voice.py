"""Voice and video calls."""

from typing import Annotated, Any

from typing_extensions import TypedDict

from pimentachat.errors.calls import CalleesMissing, CallParamMissing, CallRoomMissing
from pimentachat.requests.bounds import ADDRESS, LINE, NAME, REFERENCE, REFERENCES, SMALL_TEXT
from pimentachat.requests.params import NotBlank, Otherwise, Params, QueryInteger, Refers
from pimentachat.requests.replies import CallDocument, PageReply
from pimentachat.services.calls.voice import NewCall


class StartCall(Params):
    room_url: Annotated[str, ADDRESS, NotBlank, Otherwise(CallParamMissing, name="roomUrl")]
    sender_name: Annotated[str, NAME, NotBlank, Otherwise(CallParamMissing, name="senderName")]
    sender_group: Annotated[str | None, NAME] = None
    server_name: Annotated[str, ADDRESS, NotBlank, Otherwise(CallParamMissing, name="serverName")]
    notification_message: Annotated[str, LINE, NotBlank, Otherwise(CallParamMissing, name="notificationMessage")]
    user_ids: Annotated[list[str] | None, REFERENCES, Otherwise(CalleesMissing), Refers("user")] = None
    user_names: Annotated[list[str] | None, REFERENCES, Otherwise(CalleesMissing), Refers("username")] = None
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(CallParamMissing, name="roomId"), Refers("room")]
    additional_info: Annotated[str | None, SMALL_TEXT] = None
    only_audio: Annotated[bool, Otherwise(CallParamMissing, name="onlyAudio")]
    sender_id: Annotated[str | None, REFERENCE] = None
    """Ignored: who is logged in calls."""
    notification_type: Annotated[str, NAME] = "callInvite"

    @property
    def wanted(self) -> NewCall:
        return NewCall(
            room_url=self.room_url,
            sender_name=self.sender_name,
            sender_group=self.sender_group,
            server_name=self.server_name,
            message=self.notification_message,
            additional_info=self.additional_info,
            only_audio=self.only_audio,
            notification_type=self.notification_type,
        )


class AnswerCall(Params):
    room_url: Annotated[str, ADDRESS, NotBlank, Otherwise(CallParamMissing, name="roomUrl")]
    accepts_call: bool = False
    sender_id: Annotated[str, REFERENCE, NotBlank, Otherwise(CallParamMissing, name="senderId")]
    ids: Annotated[list[str], REFERENCES, Otherwise(CallParamMissing, name="ids")]
    call_id: Annotated[str, REFERENCE, NotBlank, Otherwise(CallParamMissing, name="callId")]
    is_busy: bool = False
    call_handled_on_web: bool = False


class PingCall(Params):
    call_id: Annotated[str, REFERENCE, NotBlank, Otherwise(CallParamMissing, name="callId")]


class CallHistory(Params):
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(CallRoomMissing), Refers("room")]
    only_lost_calls: Annotated[Any, LINE] = None
    """Any value but 0 and false is true."""
    search_field: Annotated[str, LINE] = ""
    """A day, as dd.mm.yyyy or yyyy-mm-dd, or a part of a name."""
    offset: QueryInteger = None
    count: QueryInteger = None

    @property
    def lost(self) -> bool:
        return self.only_lost_calls is not None and str(self.only_lost_calls).strip().lower() not in {"0", "false"}


class SentTo(TypedDict):
    sentTo: dict[str, str]
    """The token of a device that is rung, by the id of its user."""


class Started(SentTo):
    callId: str
    busy: list[str]
    """Ids of those who are in another call, and are not rung."""


class StartedReply(TypedDict):
    result: Started
    callId: str


class AnsweredReply(TypedDict):
    result: SentTo


class CallHistoryReply(PageReply):
    calls: list[CallDocument]
