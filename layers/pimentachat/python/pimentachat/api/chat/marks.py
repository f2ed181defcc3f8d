"""What people mark messages with, and whom they do not want to hear."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.requests.chat import (
    FollowMessage,
    IgnoreUser,
    OneMessage,
    PinMessage,
    PinMessageReply,
    React,
    ReportMessage,
)
from pimentachat.services.messages import ignoring, marks, reactions
from pimentachat.services.views.messages import show_one

router = Router()


@router.post("chat.pinMessage")
def pin_message(caller: Caller, params: PinMessage) -> PinMessageReply:
    """Pin a message; returns what the room says about it"""
    said = marks.pin(caller, params.message_id)
    return {"message": show_one(said, caller.id) if said else False}


@router.post("chat.unPinMessage")
def unpin_message(caller: Caller, params: OneMessage) -> None:
    """Unpin a message"""
    marks.unpin(caller, params.message_id)


@router.post("chat.starMessage")
def star_message(caller: Caller, params: OneMessage) -> None:
    """Star a message for the caller"""
    marks.star(caller, params.message_id)


@router.post("chat.unStarMessage")
def unstar_message(caller: Caller, params: OneMessage) -> None:
    """Remove the caller's star"""
    marks.unstar(caller, params.message_id)


@router.post("chat.followMessage")
def follow_message(caller: Caller, params: FollowMessage) -> None:
    """Follow a thread"""
    marks.follow(caller, params.mid)


@router.post("chat.unfollowMessage")
def unfollow_message(caller: Caller, params: FollowMessage) -> None:
    """Stop following a thread"""
    marks.unfollow(caller, params.mid)


@router.post("chat.reportMessage")
def report_message(caller: Caller, params: ReportMessage) -> None:
    """Report a message to the administrators"""
    marks.report(caller, params.message_id, params.description)


@router.get("chat.ignoreUser")
def ignore_user(caller: Caller, params: IgnoreUser) -> None:
    """Ignore or un-ignore a member in a room"""
    ignoring.ignore(caller, params.rid, params.user_id, ignored=params.ignore)


@router.post("chat.react")
def react(caller: Caller, params: React) -> None:
    """Toggle or set the caller's reaction"""
    reactions.react(caller, params.message_id, params.emoji or params.reaction, wanted=params.should_react)
