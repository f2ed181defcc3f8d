"""Voice and video calls."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.voice import (
    AnswerCall,
    AnsweredReply,
    CallHistory,
    CallHistoryReply,
    PingCall,
    StartCall,
    StartedReply,
)
from pimentachat.services.calls import voice

api = Api("voice")


@api.post("voice.call")
def call(caller: Caller, params: StartCall) -> StartedReply:
    """Ring the devices of people in a room"""
    rung = voice.start(caller, params.room_id, params.user_ids, params.user_names, params.wanted)
    return {
        "result": {"sentTo": rung.sent_to, "callId": rung.call.id, "busy": rung.busy},
        "callId": rung.call.id,
    }


@api.post("voice.call.feedback")
def feedback(caller: Caller, params: AnswerCall) -> AnsweredReply:
    """Say what became of a call, which the others hear by a push"""
    told = voice.answer(
        caller,
        params.call_id,
        params.ids,
        accepts=params.accepts_call,
        busy=params.is_busy,
        on_web=params.call_handled_on_web,
    )
    return {"result": {"sentTo": told}}


@api.post("voice.call.ping", paced=False)
def ping(caller: Caller, params: PingCall) -> None:
    """Stay in a call"""
    voice.ping(caller, params.call_id)


@api.get("voice.call.history")
def history(caller: Caller, params: CallHistory) -> CallHistoryReply:
    """The calls of a room, newest first"""
    found = voice.history(
        caller,
        params.room_id,
        lost=params.lost,
        search=params.search_field,
        offset=params.offset,
        count=params.count,
    )
    return {"calls": found.rows, **found.numbers}


handler = api.handler
