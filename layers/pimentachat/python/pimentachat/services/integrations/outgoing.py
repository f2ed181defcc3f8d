"""Calling outgoing webhooks: what they are told, what their answer does, and when they are called again (contract:
integrations.yaml outgoing_webhooks).

A call may be made twice, when a worker died in the middle of it; its answer is posted once, and each try has one
record in the history, whatever is repeated.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from pimentachat import clock, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.cloud import outgoing, queues
from pimentachat.cloud.outgoing import Answered, Outgoing, OutgoingFailed
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import Unavailable
from pimentachat.models.integrations import Integration
from pimentachat.models.kinds import DIRECT
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.integrations import incoming
from pimentachat.services.integrations.incoming import Hooked
from pimentachat.store import integrations as integration_store
from pimentachat.store import messages as message_store
from pimentachat.store import once
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

SECONDS: Final = 10
ANSWER_BYTES_MOST: Final = 1_000_000
WAIT_SECONDS_MOST: Final = 6 * 60 * 60
"""Between two tries, however the waits grow."""
_AGENT: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2227.0 Safari/537.36"
)
_TAKEN: Final = {200, 201, 202}
_KEPT_BYTES: Final = 4000
"""Of texts in the history."""
_MASK: Final = "***"
_SHORTEST_SECRET: Final = 4
_WAITS: Final = {
    "powers-of-ten": lambda tried: 10 ** (tried + 2),
    "powers-of-two": lambda tried: 2 ** (tried + 1) * 1000,
    "increments-of-two": lambda tried: (tried + 1) * 2000,
}
"""Milliseconds by how often it was tried before."""


@dataclass(frozen=True)
class _Told:
    """What a webhook hears of, and whom its answer concerns."""

    payload: Document
    room: Room | None
    user: User | None


def call(wanted: Mapping[str, Any]) -> None:
    """Calls one address of an integration, as the effect of `triggers` asks for.

    Raises:
        Unavailable, ClientError: it should be tried again.
    """
    integration = workspace.current().integrations.get(wanted["integration_id"])
    if integration is None or not integration.enabled:
        return
    if left := _seconds_until(wanted.get("not_before", "")):
        # Who waits longer than a queue keeps it is asked for again on the way.
        queues.send_effects([{**wanted, "delay_seconds": min(left, queues.DELAY_SECONDS_MOST)}])
        return
    told = _told(wanted, integration)
    if told is None:
        # What it would have been told of is gone.
        return
    delivery = _delivery(wanted)
    once.perform(f"webhook#{delivery}#{wanted['try']}", _Call(integration, wanted, told, delivery).make)


def _seconds_until(instant: str) -> int:
    if not instant:
        return 0
    return max(0, math.ceil((clock.parse(instant) - clock.now()).total_seconds()))


def _delivery(wanted: Mapping[str, Any]) -> str:
    parts = ("integration_id", "url", "event", "message_id", "edited", "room_id", "user_id", "first_at")
    return ids.derived(*(str(wanted.get(name, "")) for name in parts))


class _Call:
    """One try."""

    def __init__(self, integration: Integration, wanted: Mapping[str, Any], told: _Told, delivery: str) -> None:
        self._integration = integration
        self._wanted = wanted
        self._told = told
        self._delivery = delivery
        at = str(wanted.get("tried_at") or wanted["first_at"])
        self._record: Document = {
            "_id": ids.derived(delivery, str(wanted["try"])),
            "type": "outgoing-webhook",
            "integration": self._masked({**integration.document(), "token": integration.token}),
            "event": wanted["event"],
            "data": self._masked(told.payload),
            "url": self._masked(outgoing.without_secrets(wanted["url"])),
            "httpCallData": self._masked(told.payload),
            "ranPrepareScript": False,
            "_createdAt": at,
        }
        if wanted.get("word"):
            self._record["triggerWord"] = wanted["word"]

    def make(self) -> None:
        self._note("pre-http-call")
        body = orjson.dumps(self._told.payload)
        headers = {"Content-Type": "application/json", "User-Agent": _AGENT}
        request = Outgoing(self._wanted["url"], "POST", headers, body, seconds=SECONDS, bytes_most=ANSWER_BYTES_MOST)
        try:
            answer = outgoing.send(request, allowed=workspace.current().hosts_anywhere)
        except OutgoingFailed as problem:
            self._record |= {"httpError": {"message": str(problem)}, "error": True}
            self._try_again()
            return
        said = answer.body.decode("utf-8", "replace")
        result = {"statusCode": answer.status, "content": _shortened(said)}
        self._record["httpResult"] = self._masked(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        self._note("after-http-call")
        self._take(answer)

    def _take(self, answer: Answered) -> None:
        if answer.status in _TAKEN:
            self._post(answer.body)
        elif answer.status == 410:
            disable(self._integration.id)
            self._note("after-process-http-status-410", error=True, finished=True)
        elif answer.status == 500:
            self._note("after-process-http-status-500", error=True, finished=True)
        else:
            self._record["error"] = True
            self._try_again()

    def _post(self, body: bytes) -> None:
        hooked = _answered(body)
        author = self._author()
        if hooked is None or author is None:
            self._note("after-http-call", finished=True)
            return
        here = [self._integration.target_room or (self._told.room.id if self._told.room else "")]
        try:
            posted = incoming.post(self._integration, Caller(author), hooked, here, once=self._delivery)
        except Unavailable:
            raise
        except ChatError as refusal:
            self._note(
                "after-process-send-message", error=True, finished=True, errorStack=refusal.message or refusal.code
            )
            return
        sent = [{"channel": message.room_id, "message": {"_id": message.id}} for message in posted]
        self._note("url-response-sent-message", finished=True, resultMessage=sent)

    def _author(self) -> User | None:
        if self._integration.impersonate_user and self._told.user:
            return self._told.user
        return user_store.find(self._integration.user_id)

    def _try_again(self) -> None:
        integration, tried = self._integration, int(self._wanted["try"])
        if not integration.retry_failed_calls:
            self._note("failed-and-not-configured-to-retry", finished=True)
            return
        if tried >= (integration.retry_count or 0):
            self._note("too-many-retries", finished=True)
            return
        wait = _WAITS.get(integration.retry_delay or "")
        if wait is None:
            self._note("failed-and-retry-delay-is-invalid", finished=True)
            return
        seconds = min(wait(tried) / 1000 * random.uniform(1, 1.25), WAIT_SECONDS_MOST)  # noqa: S311
        then = clock.text_after(seconds)
        queues.send_effects(
            [
                {
                    **self._wanted,
                    "try": tried + 1,
                    "not_before": then,
                    "tried_at": then,
                    "delay_seconds": min(math.ceil(seconds), queues.DELAY_SECONDS_MOST),
                }
            ]
        )
        self._note(f"going-to-retry-{tried + 1}")

    def _note(self, step: str, **more: Any) -> None:
        self._record |= {"step": step, "_updatedAt": clock.now_text(), **more}
        integration_store.note_call(self._integration.id, self._record)

    def _masked(self, value: Any) -> Any:
        """Without the integration's token, wherever it stands, and with long texts cut."""
        if isinstance(value, str):
            secret = self._integration.token or ""
            hidden = value.replace(secret, _MASK) if len(secret) >= _SHORTEST_SECRET else value
            return _shortened(hidden)
        if isinstance(value, list):
            return [self._masked(part) for part in value]
        if isinstance(value, dict):
            return {
                name: _MASK if name == "token" and part else self._masked(part)
                for name, part in value.items()
                if part is not None
            }
        return value


def disable(integration_id: str) -> None:
    integration_store.change(
        integration_id,
        lambda now: now.model_copy(update={"enabled": False, "updated_at": clock.now_text()}),
    )


def _shortened(text: str) -> str:
    raw = text.encode()
    return text if len(raw) <= _KEPT_BYTES else raw[:_KEPT_BYTES].decode(errors="ignore") + "…"


def _answered(body: bytes) -> Hooked | None:
    """What an answer wants to be posted: JSON with a text or attachments. None: anything else."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(said, dict):
        return None
    hooked = Hooked.of({**said, "room_id": said.get("roomId"), "parse_urls": said.get("parseUrls")})
    return hooked if hooked.post.text or hooked.post.attachments else None


# --- what is told


def _told(wanted: Mapping[str, Any], integration: Integration) -> _Told | None:
    room = room_store.find(wanted["room_id"]) if "room_id" in wanted else None
    payload: Document = {"token": integration.token} if integration.token else {}
    if "message_id" in wanted and wanted["event"] in ("sendMessage", "fileUploaded"):
        message = message_store.at(wanted["room_id"], wanted["ts"], wanted["message_id"])
        if message is None or room is None or message.system or message.hidden:
            return None
        return _told_of_message(wanted, message, room, payload)
    user_id = wanted.get("user_id") or user_store.id_by_username(str(wanted.get("username", "")))
    user = user_store.find(user_id) if user_id else None
    if user is None or (room is None and "room_id" in wanted):
        return None
    payload |= {"bot": user.type == "bot", "timestamp": wanted["first_at"]}
    if room:
        payload |= _named(room)
    payload |= {"user_id": user.id, "user_name": user.username}
    if wanted["event"] == "roomCreated":
        payload |= {"bot": False, "owner": user.document()}
    else:
        payload["user"] = user.document()
    if wanted["event"] == "userCreated":
        payload |= {"bot": False, "timestamp": user.created_at}
    if room:
        payload["room"] = room.document()
    return _Told(payload, room, user)


def _told_of_message(wanted: Mapping[str, Any], message: Message, room: Room, payload: Document) -> _Told:
    author = user_store.find(message.author.id)
    payload |= {"bot": message.more.get("bot") or False}
    if wanted.get("word"):
        payload["trigger_word"] = wanted["word"]
    payload |= {
        **_named(room),
        "message_id": message.id,
        "timestamp": message.sent_at,
        "user_id": message.author.id,
        "user_name": message.author.username,
        "text": message.text,
        "siteUrl": workspace.current().text("Site_Url"),
    }
    if message.more.get("alias"):
        payload["alias"] = message.more["alias"]
    if wanted.get("edited"):
        payload["isEdited"] = True
    if message.thread_id:
        payload["tmid"] = message.thread_id
    if wanted["event"] == "fileUploaded":
        payload |= {"user": author.document() if author else {}, "room": room.document(), "message": message.wire()}
    return _Told(payload, room, author)


def _named(room: Room) -> Document:
    return {"channel_id": room.id} | ({} if room.kind is DIRECT else {"channel_name": room.name})
