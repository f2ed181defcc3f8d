"""Effects: what follows from a change and is quick and ours, one message of the effects queue each. The queue brings
one at least once, and what fails a few times lands among the dead letters.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from pimentachat.cloud import files, queues
from pimentachat.services.accounts import enrolment, links, mails
from pimentachat.services.after import jobs, mentions, settling
from pimentachat.services.calls import ringing, voice
from pimentachat.services.events import listeners
from pimentachat.services.files import avatars, pictures
from pimentachat.services.integrations import definitions, outgoing, triggers
from pimentachat.services.mail import digests, feedback
from pimentachat.services.messages import previews
from pimentachat.services.push import notifications
from pimentachat.services.rooms import changes
from pimentachat.services.search import packing
from pimentachat.store import table


class UnknownEffect(Exception):
    """Nobody knows how to carry it out."""


def read(body: str) -> Mapping[str, Any]:
    """The effect in a message of the queue; empty, where it is none. SES puts its events there, as they are."""
    if body.startswith(feedback.GREETING):
        return {"effect": _GREETING}
    try:
        effect = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(effect, dict):
        return {}
    return {"effect": feedback.EVENT, "event": effect} if "eventType" in effect else effect


def carry_out(effect: Mapping[str, Any]) -> None:
    """Carries out one effect, `{effect: <name>, ...}`.

    Raises:
        UnknownEffect, Unavailable, ClientError: it should come again, or be put aside.
    """
    act = _EFFECTS.get(effect.get("effect", ""))
    if act is None:
        raise UnknownEffect(f"{effect.get('effect')!r}")
    with table.request_view():
        act(effect)


def call_webhook(effect: Mapping[str, Any]) -> None:
    """Carries out an effect of the webhooks queue.

    Raises:
        Unavailable, ClientError: it should come again.
    """
    with table.request_view():
        outgoing.call(effect)


def batch() -> AbstractContextManager[None]:
    """While open, effects of one batch share what they count."""
    return notifications.batch()


def is_long(effect: Mapping[str, Any]) -> bool:
    """Whether others of the same batch should go first."""
    return effect.get("effect") in {jobs.JOB, packing.PACK, previews.PREVIEW, enrolment.TAKE_PICTURE}


def _push(effect: Mapping[str, Any]) -> None:
    notifications.push_to(effect["user_id"], effect["room_id"], effect["ts"], effect["message_id"])


def _push_members(effect: Mapping[str, Any]) -> None:
    queues.send_effects(
        notifications.page_of_members(effect["room_id"], effect["ts"], effect["message_id"], effect["after"])
    )


def _join_default_rooms(effect: Mapping[str, Any]) -> None:
    enrolment.finish(effect["user_id"])


def _take_picture(effect: Mapping[str, Any]) -> None:
    avatars.take_from_elsewhere(effect["user_id"])


def _account_mail(effect: Mapping[str, Any]) -> None:
    mails.tell(effect["kind"], effect["user_id"])


def _mail_link(effect: Mapping[str, Any]) -> None:
    links.send(effect["purpose"], effect["address"])


def _mail(effect: Mapping[str, Any]) -> None:
    digests.send(effect["user_id"], effect["room_id"], effect["ts"], effect["message_id"])


def _mail_many(effect: Mapping[str, Any]) -> None:
    queues.send_effects(digests.more_of(effect["room_id"], effect["ts"], effect["message_id"], effect["after"]))


def _mail_event(effect: Mapping[str, Any]) -> None:
    feedback.take(effect["event"])


def _count_highlighted(effect: Mapping[str, Any]) -> None:
    queues.send_effects(mentions.more_of(effect))


def _happened(effect: Mapping[str, Any]) -> None:
    queues.send_effects(triggers.of_event(effect))


def _room_renamed(effect: Mapping[str, Any]) -> None:
    definitions.rename_channel(effect["old"], effect["new"])


def _time_out(effect: Mapping[str, Any]) -> None:
    voice.time_out(effect["call_id"])


def _hand_over(effect: Mapping[str, Any]) -> None:
    # A dead letter that was sent again comes here first.
    queues.send_effects([dict(effect)])


def _settle(effect: Mapping[str, Any]) -> None:
    queues.send_effects(settling.settle_by_hand(effect))


def _remove_file(effect: Mapping[str, Any]) -> None:
    files.remove(effect["key"])


def _preview(effect: Mapping[str, Any]) -> None:
    previews.fetch(effect["room_id"], effect["ts"], effect["message_id"])


def _pack_search(effect: Mapping[str, Any]) -> None:
    if not packing.step(effect["room_id"]):
        queues.send_effects([{**effect}])


def _job(effect: Mapping[str, Any]) -> None:
    if not jobs.step(effect["job_id"]):
        queues.send_effects([{"effect": jobs.JOB, "job_id": effect["job_id"]}])


def _greeting(_: Mapping[str, Any]) -> None:
    """SES sees that its events arrive."""


_GREETING: Final = "mail_greeting"
_EFFECTS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {
    notifications.PUSH: _push,
    notifications.PUSH_MEMBERS: _push_members,
    enrolment.JOIN_DEFAULT_ROOMS: _join_default_rooms,
    enrolment.TAKE_PICTURE: _take_picture,
    mails.EFFECT: _account_mail,
    links.MAIL: _mail_link,
    mentions.COUNT_HIGHLIGHTED: _count_highlighted,
    digests.MAIL: _mail,
    digests.MAIL_MANY: _mail_many,
    feedback.EVENT: _mail_event,
    _GREETING: _greeting,
    settling.SETTLE: _settle,
    pictures.REMOVE_FILE: _remove_file,
    previews.PREVIEW: _preview,
    packing.PACK: _pack_search,
    jobs.JOB: _job,
    listeners.HAPPENED: _happened,
    changes.RENAMED: _room_renamed,
    queues.WEBHOOK: _hand_over,
    voice.RING: ringing.ring,
    voice.TIME_OUT: _time_out,
}
