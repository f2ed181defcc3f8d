"""`stats`: how much there is."""

from typing import Any

import click

from pimentachat_cli.failures import Failure
from pimentachat_cli.session import Command, Session

_SHOWN = {
    "people": "totalUsers",
    "active": "activeUsers",
    "online": "onlineUsers",
    "channels": "totalChannels",
    "groups": "totalPrivateGroups",
    "direct rooms": "totalDirect",
    "discussions": "totalDiscussions",
    "messages": "totalMessages",
    "last message": "lastMessageSentAt",
    "last login": "lastLogin",
    "counted at": "createdAt",
}


@click.command(cls=Command)
@click.option("--refresh", is_flag=True, help="Count anew instead of showing the figures of last night.")
@click.pass_obj
def stats(session: Session, refresh: bool) -> None:
    """People, rooms and messages of a workspace."""
    answer = session.server.get("statistics", refresh="true" if refresh else None)
    if "statistics" not in answer:
        raise Failure("there are no statistics yet: they are counted every night, or now with --refresh")
    told: dict[str, Any] = answer["statistics"]
    if session.as_json:
        session.show(told)
        return
    session.show({label: told[name] for label, name in _SHOWN.items() if told.get(name) is not None})
