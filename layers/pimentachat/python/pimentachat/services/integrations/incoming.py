"""Webhooks that others call: what they post is posted by the integration's user (contract: integrations.yaml
/hooks/:integrationId/:token)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from pimentachat import ids, workspace
from pimentachat.auth import rates
from pimentachat.auth.callers import Caller
from pimentachat.clock import now_text
from pimentachat.errors.base import ChatError
from pimentachat.errors.integrations import (
    HookDisabled,
    HookRefused,
    HookSentNothing,
    HookUnknown,
)
from pimentachat.errors.requests import TooManyCalls, Unavailable
from pimentachat.models.integrations import INCOMING, OUTGOING, Integration
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.services.integrations import definitions
from pimentachat.services.integrations.definitions import Wanted
from pimentachat.services.messages import posting, sending
from pimentachat.services.messages.sending import Post
from pimentachat.store import prefetch
from pimentachat.store import users as user_store

_PREFETCHED: Final = 10
"""Targets that are read together with the user who posts."""


@dataclass(frozen=True)
class Hooked:
    """What a webhook, or the answer to one of ours, wants to be posted."""

    post: Post
    channel: list[str] | None = None
    """Instead of the integration's."""
    anything: bool = True

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """From the fields of Slack or ours, as attributes are named; of a wrong type they count as absent."""

        def text(*names: str) -> str:
            return next((value for name in names if isinstance(value := said.get(name), str) and value), "")

        channel = said.get("channel") or said.get("room_id")
        named = channel if isinstance(channel, list) else [channel]
        targets = [each for each in named if isinstance(each, str) and each.strip()]
        attachments = said.get("attachments")
        parse_urls, groupable = said.get("parse_urls"), said.get("groupable")
        post = Post(
            text=text("text", "msg"),
            attachments=attachments if isinstance(attachments, list) else None,
            alias=text("username", "alias"),
            avatar=text("icon_url", "avatar") or None,
            emoji=text("icon_emoji", "emoji") or None,
            parse_urls=parse_urls if isinstance(parse_urls, bool) else None,
            groupable=groupable if isinstance(groupable, bool) else False,
        )
        return cls(post, targets or None, bool(said.get("anything", True)))


def identify(integration_id: str, token: str, address: str) -> Integration:
    """The incoming integration of a hook's address.

    Raises:
        HookUnknown: there is none, or the token is not its own.
        TooManyCalls: it was called too often from there.
    """
    found = workspace.current().integrations.get(integration_id)
    # The same work for an unknown one.
    held = (found.token if found and found.type == INCOMING else None) or ids.new_hook_token()
    right = secrets.compare_digest(held.encode(), token.encode())
    if not right or found is None or found.type != INCOMING:
        raise HookUnknown
    _count(found, address)
    return found


def _count(integration: Integration, address: str) -> None:
    pace = rates.count(f"hook {integration.id}", rates.of_address(address))
    if pace and pace.tell:
        pace.tell()
    if pace and pace.over:
        raise TooManyCalls(seconds=pace.wait)


def run(integration_id: str, token: str, address: str, hooked: Hooked) -> None:
    """Posts what somebody sent to a hook. A body that says nothing posts nothing.

    Raises:
        HookUnknown, HookDisabled, TooManyCalls.
        HookRefused: a refusal of posting, by its bare name.
        HookSentNothing: the user of the integration is gone.
    """
    integration = identify(integration_id, token, address)
    if not integration.enabled:
        raise HookDisabled
    if not hooked.anything:
        return
    prefetch.posting(integration.user_id, (hooked.channel or integration.channel)[:_PREFETCHED])
    user = user_store.find(integration.user_id)
    if user is None:
        raise HookSentNothing
    try:
        post(integration, Caller(user), hooked, integration.channel)
    except Unavailable:
        raise
    except ChatError as refusal:
        raise HookRefused(code=refusal.code or refusal.message) from None


def post(
    integration: Integration, caller: Caller, hooked: Hooked, channels: list[str], *, once: str = ""
) -> list[Message]:
    """Posts in the name of an integration to `channels`, or where the body says; with `once`, what was posted under
    that name before is not posted again.

    Raises:
        NothingSent, InvalidChannel, ChatError: those of `sending.post`.
    """
    wanted = replace(
        hooked.post,
        alias=hooked.post.alias or integration.alias or "",
        avatar=hooked.post.avatar or (None if hooked.post.emoji else integration.avatar),
        emoji=hooked.post.emoji or integration.emoji,
        bot={"i": integration.id},
    )
    posted = []
    for number, target in enumerate(hooked.channel or channels):
        one = replace(wanted, id=ids.derived(once, str(number))) if once else wanted
        try:
            message, _ = sending.post(caller, [target], one, everywhere=True)
            posted.append(message)
        except posting.AlreadyThere:
            continue
    return posted


# --- Zapier

_SAMPLES: Final = 3


def samples(integration_id: str, token: str, address: str) -> list[Document]:
    """Messages as an outgoing webhook would send them."""
    identify(integration_id, token, address)
    return [
        {
            "token": ids.new_id(),
            "channel_id": ids.new_id(),
            "channel_name": "general",
            "timestamp": now_text(),
            "user_id": ids.new_id(),
            "user_name": "rocket.cat",
            "text": f"Sample text {number}",
            "trigger_word": "Sample",
        }
        for number in range(1, _SAMPLES + 1)
    ]


def subscribe(integration_id: str, token: str, address: str, event: str, name: str, url: str, data: Document) -> None:
    """Makes an outgoing webhook, in the name of who made the integration.

    Raises:
        HookUnknown, HookDisabled, TooManyCalls.
        HookRefused: what making it refuses, by its bare name.
    """
    caller = _owner(integration_id, token, address)
    channels = {"newMessageOnChannel": "#", "newMessageToUser": "@"}
    given = data.get("channel_name" if event == "newMessageOnChannel" else "username")
    channel = str(given).lstrip("#@") if isinstance(given, str) and event in channels else ""
    words = data.get("trigger_words")
    wanted = Wanted(
        type=OUTGOING,
        name=name,
        enabled=True,
        username="rocket.cat",
        script_enabled=False,
        channel=f"{channels[event]}{channel}" if channel else "",
        urls=[url],
        event="sendMessage" if event in channels else "",
        trigger_words=[each.strip() for each in words.split(",")] if isinstance(words, str) else None,
    )
    try:
        definitions.create(caller, wanted)
    except Unavailable:
        raise
    except ChatError as refusal:
        raise HookRefused(code=refusal.code or refusal.message) from None


def unsubscribe(integration_id: str, token: str, address: str, url: str) -> None:
    """Takes the outgoing webhook to an address away; nothing happens when there is none.

    Raises:
        HookUnknown, HookDisabled, TooManyCalls, HookRefused.
    """
    caller = _owner(integration_id, token, address)
    if not any(url in (each.urls or []) for each in workspace.current().integrations.values()):
        return
    try:
        definitions.remove(caller, OUTGOING, "", url)
    except Unavailable:
        raise
    except ChatError as refusal:
        raise HookRefused(code=refusal.code or refusal.message) from None


def _owner(integration_id: str, token: str, address: str) -> Caller:
    integration = identify(integration_id, token, address)
    if not integration.enabled:
        raise HookDisabled
    owner = user_store.find(str(integration.created_by["_id"]))
    if owner is None or not owner.active:
        raise HookUnknown
    return Caller(owner)
