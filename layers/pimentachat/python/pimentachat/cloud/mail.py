"""Mails through SES."""

from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pimentachat import aws


class MailFailed(Exception):
    """SES did not take the mail. The text is its error code, which tells nothing about the account."""


@cache
def _client() -> Any:
    # The caller of an endpoint waits for it, so it gives up early.
    return aws.client("sesv2", read_timeout=5, attempts=2)


def send(sender: str, receiver: str, subject: str, html: str) -> None:
    """Sends one mail. `sender` is an address that SES has verified, with or without a name before it.

    Raises:
        MailFailed: it was not taken.
    """
    try:
        _client().send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [receiver]},
            Content={
                "Simple": {
                    "Subject": {"Data": subject, "Charset": "UTF-8"},
                    "Body": {"Html": {"Data": html, "Charset": "UTF-8"}},
                }
            },
        )
    except ClientError as problem:
        raise MailFailed(problem.response["Error"]["Code"]) from problem
    except BotoCoreError as problem:
        raise MailFailed(type(problem).__name__) from problem
