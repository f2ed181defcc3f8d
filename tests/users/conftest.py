"""New users, and the mails that SES was given."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from tests.aws import aws
from tests.workers_at_hand import worker

__all__ = ["worker"]

SENDER = "chat@example.org"


@pytest.fixture
def dora() -> dict[str, Any]:
    """What users.create needs: `admin.post("users.create", **dora)`."""
    return {"name": "Dora Example", "username": "dora", "email": "dora@example.org", "password": "secret"}


@pytest.fixture
def rita() -> dict[str, Any]:
    """What users.register needs."""
    return {"name": "Rita Example", "username": "rita", "email": "rita@example.org", "pass": "secret"}


@pytest.fixture
def log_in(anonymous: Any) -> Callable[[str, str], Any]:
    from tests.workspace import Person

    def login(username: str, password: str = "secret") -> Person:
        data = anonymous.post("login", user=username, password=password)["data"]
        headers = {"x-auth-token": data["authToken"], "x-user-id": data["userId"]}
        return Person(anonymous.workspace, headers, data["userId"], username, data["authToken"], password)

    return login


@pytest.fixture
def mails(workspace: Any, setting: Callable[[str, Any], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """SES with one verified sender, set in From_Email. `mails()` lists what was sent: (sender, receivers, subject,
    HTML)."""
    from pimentachat.cloud import mail

    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "https://email.us-east-1.amazonaws.com")
    with aws():
        mail._client.cache_clear()
        boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        setting("From_Email", SENDER)
        yield _sent
    mail._client.cache_clear()


def _sent() -> list[tuple[str, list[str], str, str]]:
    from moto.ses.models import ses_backends

    sent = ses_backends["123456789012"]["us-east-1"].sent_messages
    return [(one.source, one.destinations["ToAddresses"], one.subject, one.body) for one in sent]
