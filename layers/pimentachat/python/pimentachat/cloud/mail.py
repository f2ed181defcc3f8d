"""Mails through SES."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from pimentachat import aws
from pimentachat.config import config

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class MailFailed(Exception):
    """SES did not take the mail. The text is its error code, which tells nothing about the account."""


@cache
def _client() -> Any:
    # The caller of an endpoint waits for it, so it gives up early.
    return aws.client("sesv2", read_timeout=5, attempts=2)


def send(
    sender: str,
    receiver: str,
    subject: str,
    html: str,
    *,
    text: str = "",
    headers: Mapping[str, str] = _NO_HEADERS,
) -> None:
    """Sends one mail. `sender` is an address that SES has verified, with or without a name before it; subject and
    headers are single lines; `text` is what programs without HTML show.

    SES puts the parts together, so that nothing in them can be taken for a header or a boundary. What becomes of the
    mail is told to the topic of the configuration set, where there is one.

    Raises:
        MailFailed: it was not taken.
    """
    body = {"Html": _content(html)} | ({"Text": _content(text)} if text else {})
    simple: dict[str, Any] = {"Subject": _content(subject), "Body": body}
    if headers:
        simple["Headers"] = [{"Name": name, "Value": value} for name, value in headers.items()]
    told = {"ConfigurationSetName": config().mail_configuration_set} if config().mail_configuration_set else {}
    try:
        _client().send_email(
            FromEmailAddress=sender, Destination={"ToAddresses": [receiver]}, Content={"Simple": simple}, **told
        )
    except ClientError as problem:
        raise MailFailed(problem.response["Error"]["Code"]) from problem
    except BotoCoreError as problem:
        raise MailFailed(type(problem).__name__) from problem


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
