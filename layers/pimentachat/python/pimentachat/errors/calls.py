"""Refusals about calls (contract: voice.yaml, video-conference.yaml)."""

from pimentachat.errors.base import ChatError, Plain, Swapped


class CallParamMissing(Swapped):
    code = "error-invalid-params"
    text = 'The required "{name}" param is missing.'


class CalleesMissing(Swapped):
    code = "error-invalid-params"
    text = 'The required "userIds" or "userNames" param is missing.'


class CallNotFound(ChatError):
    code = "error-call-not-found"
    text = "No such call"


class CallRoomMissing(ChatError):
    code = "error-roomId-param-not-provided"
    text = 'The required "roomId" query param is missing.'


class JitsiRoomMissing(Plain):
    text = 'The "roomId" parameter is required!'


class JitsiRoomUnknown(Plain):
    text = "Room does not exist!"


class JitsiNotAllowed(ChatError):
    """Spelled so in the contract."""

    code = "error-not-allowerd"
    text = "not allowed"
