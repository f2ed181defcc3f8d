"""Video conferences by Jitsi."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.video_conference import JitsiReply, UpdateJitsiTimeout
from pimentachat.services.calls import jitsi

api = Api("video-conference")


@api.post("video-conference/jitsi.update-timeout")
def update_timeout(caller: Caller, params: UpdateJitsiTimeout) -> JitsiReply:
    """Keep a video call of a room going; the first one announces it"""
    return {"jitsiTimeout": jitsi.keep_going(caller, params.room_id)}


handler = api.handler
