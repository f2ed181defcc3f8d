"""Voice and video calls, and what may become of one (contract: voice.yaml; models.yaml call)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Literal

from pimentachat import clock
from pimentachat.clock import Instant
from pimentachat.models.records import Document, Record

Status = Literal["ringing", "accepted", "rejected", "busy", "lost", "ended"]
Event = Literal["accepted", "turned_down", "all_busy", "timed_out", "cancelled", "left"]

RING_SECONDS: Final = 30
GONE_SECONDS: Final = 20
"""Who has not pinged for so long is not in the call any more."""
TRANSITIONS: Final[Mapping[tuple[Status, Event], Status]] = {
    ("ringing", "accepted"): "accepted",
    ("ringing", "turned_down"): "rejected",
    ("ringing", "all_busy"): "busy",
    ("ringing", "timed_out"): "lost",
    ("ringing", "cancelled"): "lost",
    # Somebody takes it late, or on another device: they do talk.
    ("lost", "accepted"): "accepted",
    ("rejected", "accepted"): "accepted",
    ("busy", "accepted"): "accepted",
    ("accepted", "left"): "ended",
}
"""What follows from what; any other event changes nothing."""


class Call(Record):
    user_id: str
    """Who calls."""
    user_name: str
    to: list[str]
    to_names: list[str]
    channel: str
    """The call's address."""
    date: Instant
    room_id: str
    only_audio: bool
    sender_name: str
    sender_group: str | None = None
    server_name: str
    additional_info: str | None = None
    notification_type: str = "callInvite"
    status: Status = "ringing"
    responses: list[Document] = []
    """`{userId, accepted, busy, handledOnWeb, ts}`, in the order in which they came, one for each person."""
    pings: dict[str, Instant] = {}
    version: int = 0

    @property
    def participants(self) -> set[str]:
        return {self.user_id, *self.to}

    def on(self, event: Event) -> "Call":
        """The call after an event; the same one, when that changes nothing."""
        status = TRANSITIONS.get((self.status, event))
        return self.model_copy(update={"status": status}) if status else self

    def answered(self, user_id: str, *, accepted: bool, busy: bool, on_web: bool) -> "Call":
        """The call after somebody answered it: the first acceptance decides, else everybody's refusal."""
        told = {
            "userId": user_id,
            "accepted": accepted,
            "busy": busy and not accepted,
            "handledOnWeb": on_web,
            "ts": clock.now_text(),
        }
        before = [each for each in self.responses if each["userId"] != user_id]
        noted = self.model_copy(update={"responses": [*before, told]})
        if accepted:
            return noted.on("accepted")
        if user_id == self.user_id:
            return noted.on("cancelled")
        if {each["userId"] for each in noted.responses} >= set(self.to):
            busy_all = all(each["busy"] for each in noted.responses if each["userId"] in self.to)
            return noted.on("all_busy" if busy_all else "turned_down")
        return noted

    def as_of_now(self) -> "Call":
        """The call as it stands at this moment: nobody tells when the last one has left, or when nobody came to end
        the ringing."""
        now = clock.now()
        if self.status == "accepted" and now - clock.parse(self._last_heard) > timedelta(seconds=GONE_SECONDS):
            return self.on("left")
        if self.status == "ringing" and now - clock.parse(self.date) > timedelta(seconds=RING_SECONDS * 2):
            return self.on("timed_out")
        return self

    @property
    def _accepted_at(self) -> Instant:
        return next((str(each["ts"]) for each in self.responses if each["accepted"]), self.date)

    @property
    def _last_heard(self) -> Instant:
        return max([self._accepted_at, *self.pings.values()])

    def wire(self) -> Document:
        """As clients see it."""
        now = self.as_of_now()
        accepted = [each["userId"] for each in now.responses if each["accepted"]]
        shown: dict[str, Any] = {
            **now.document(without={"version", "pings"}),
            "lost": now.status in {"lost", "rejected", "busy"},
            "accepted": bool(accepted),
            "rejected": now.status == "rejected",
            "busy": now.status == "busy",
            "acceptedBy": accepted,
        }
        if now.status == "ended":
            seconds = (clock.parse(now._last_heard) - clock.parse(now._accepted_at)).total_seconds()
            shown |= {"endedAt": now._last_heard, "duration": max(0.0, seconds)}
        return shown
