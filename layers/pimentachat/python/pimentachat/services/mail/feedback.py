"""What becomes of mails: SES tells of those that bounced and of complaints, through a topic, to the effects queue. An
address that nobody reads, or whose owner does not want our mails, is marked and gets none."""

import re
from email.utils import parseaddr
from typing import Any, Final, Literal

from aws_lambda_powertools import Logger
from pydantic import BaseModel, Field

from pimentachat.models.users import User
from pimentachat.store import users as user_store

logger: Final = Logger()

EVENT: Final = "mail_event"
"""The effect that an event of SES is."""
GREETING: Final = "Successfully validated SNS topic"
"""How the text begins that SES sends once, to see whether a topic takes its events."""
_RECIPIENTS_MOST: Final = 50
_MAILABLE: Final = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,255}")
"""What SES takes: ASCII without blanks."""


class _Recipient(BaseModel):
    address: str = Field(alias="emailAddress", max_length=500)


class _Bounce(BaseModel):
    kind: str = Field(alias="bounceType")
    recipients: list[_Recipient] = Field(alias="bouncedRecipients", max_length=_RECIPIENTS_MOST)


class _Complaint(BaseModel):
    kind: str | None = Field(alias="complaintFeedbackType", default=None)
    recipients: list[_Recipient] = Field(alias="complainedRecipients", max_length=_RECIPIENTS_MOST)


class _Event(BaseModel):
    """As SES publishes it by a configuration set; of its other fields nothing is needed."""

    kind: Literal["Bounce", "Complaint"] = Field(alias="eventType")
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None


def take(event: Any) -> None:
    """Marks the addresses that an event says are lost: a bounce for good, or a complaint. What passes is ignored.

    Raises:
        ValidationError: it is no event of SES about bounces or complaints.
    """
    told = _Event.model_validate(event)
    if told.bounce and told.bounce.kind == "Permanent":
        lost = told.bounce.recipients
    elif told.complaint and told.complaint.kind != "not-spam":
        lost = told.complaint.recipients
    else:
        return
    for recipient in lost:
        address = parseaddr(recipient.address)[1]
        user_id = user_store.id_by_email(address) if address else None
        if user_id:
            mark(user_id, address)


def mark(user_id: str, address: str) -> None:
    """Notes that mails to one of somebody's addresses reach nobody, until they change or confirm it."""

    def edited(user: User) -> User:
        theirs = [email["address"] for email in user.emails if email["address"].lower() == address.lower()]
        lost = [each for each in theirs if user.reachable(each)]
        return user.model_copy(update={"undeliverable": [*user.undeliverable, *lost]}) if lost else user

    user_store.change(user_id, edited)
    logger.info("address marked as undeliverable", user_id=user_id)


def mailable(address: str) -> bool:
    """Whether SES would take it as an address."""
    return _MAILABLE.fullmatch(address) is not None
