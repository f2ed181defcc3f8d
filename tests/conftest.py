"""One MiniStack for the whole run, a fresh workspace for each test, people with names, and a clock that is moved."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws

from local.aws import ON_MINISTACK, REAL_CREDENTIALS
from local.ministack import MiniStack
from local.places import REPOSITORY, places
from local.resources import create, stream_sources
from local.streams import Checkpoints, Pump
from local.template import Template, load

settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
settings.load_profile("shared machine")

PASSWORD = "secret"


@pytest.fixture(scope="session")
def project_template() -> Template:
    return load(REPOSITORY / "template.yaml")


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a MiniStack that keeps nothing; the environment points everything at it."""
    with pytest.MonkeyPatch.context() as environment:
        for name in REAL_CREDENTIALS:
            environment.delenv(name, raising=False)
        running = MiniStack(places().ministack_venv, None, scratch=tmp_path_factory.mktemp("ministack"))
        try:
            running.wait_until_ready()
            for name, value in ON_MINISTACK.items():
                environment.setenv(name, value)
            environment.setenv("AWS_ENDPOINT_URL", running.endpoint_url)
            # SNS is moto's: it lets a test read what was published, and disables endpoints as SNS does.
            environment.setenv("AWS_ENDPOINT_URL_SNS", "https://sns.us-east-1.amazonaws.com")
            environment.setenv("PASSWORD_ROUNDS", "4")
            environment.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
            environment.setenv("SITE_URL", "https://chat.example.org")
            yield running.endpoint_url
        finally:
            running.stop()


@pytest.fixture(scope="session")
def gateway(ministack: str) -> Any:
    from pimentachat.cloud import files, queues
    from pimentachat.store import table
    from tests.workspace import Gateway, watch

    watch(table.client())
    watch(files._client())
    watch(queues._client())
    return Gateway()


@pytest.fixture
def prefix() -> str:
    return f"t{uuid4().hex[:8]}-"


@pytest.fixture
def resources(
    ministack: str, prefix: str, project_template: Template, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """Fresh tables and a fresh bucket, as template.yaml declares them, and nothing remembered of those before."""
    from pimentachat import clock, config, workspace

    for name in ("ADMIN_USERNAME", "ADMIN_PASS", "ADMIN_EMAIL", "ADMIN_NAME", "ADMIN_ID"):
        monkeypatch.delenv(name, raising=False)
    variables = create(ministack, prefix, project_template)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    config.reload()
    workspace.forget()
    clock.reset()
    yield variables
    config.reload()
    workspace.forget()
    clock.reset()


@pytest.fixture
def workspace(resources: dict[str, str], gateway: Any) -> Any:
    """A seeded workspace: general, rocket.cat, the default settings, permissions and roles; no administrator yet."""
    from pimentachat.services.server import seeding
    from tests.workspace import Workspace

    seeding.seed()
    return Workspace(gateway)


@pytest.fixture
def anonymous(workspace: Any) -> Any:
    from tests.workspace import Client

    return Client(workspace)


@pytest.fixture
def newcomer(workspace: Any) -> Callable[..., Any]:
    """Makes a person who is logged in: `newcomer("dora", roles=["guest"])`. Members of general, as all new users."""
    from pimentachat import clock, ids
    from pimentachat.auth import passwords, tokens
    from pimentachat.errors.users import UsernameInUse
    from pimentachat.models.users import User
    from pimentachat.services.accounts import enrolment
    from pimentachat.store import counters
    from pimentachat.store import users as user_store
    from tests.workspace import Person

    def make(username: str, *, roles: list[str] | None = None, joins: bool = True, **fields: Any) -> Person:
        user = User(
            _id=fields.pop("user_id", None) or ids.new_id(),
            username=username,
            name=fields.pop("name", username.capitalize()),
            emails=[{"address": f"{username}@example.org", "verified": True}],
            roles=["user"] if roles is None else roles,
            created_at=clock.now_text(),
            password_hash=passwords.hashed(passwords.digest(PASSWORD)),
            _updatedAt=clock.now_text(),
            **fields,
        )
        user_store.add(user, username_taken=UsernameInUse(), email_taken=UsernameInUse())
        counters.add("users", 1)
        if joins:
            enrolment.join_default_rooms(user)
        token = tokens.issue(user.id)
        login = {"x-auth-token": token, "x-user-id": user.id}
        return Person(workspace, login, user.id, username, token, PASSWORD)

    return make


@pytest.fixture
def admin(newcomer: Callable[..., Any]) -> Any:
    return newcomer("admin", roles=["admin"])


@pytest.fixture
def alice(newcomer: Callable[..., Any]) -> Any:
    return newcomer("alice")


@pytest.fixture
def bob(newcomer: Callable[..., Any]) -> Any:
    return newcomer("bob")


@pytest.fixture
def carol(newcomer: Callable[..., Any]) -> Any:
    return newcomer("carol")


@pytest.fixture
def clock() -> Any:
    """`clock.advance(minutes=11)`: time passes for the whole process, until the test ends."""
    from pimentachat import clock as real

    return real


@pytest.fixture
def setting(admin: Any) -> Callable[[str, Any], None]:
    """Changes a setting as the administrator: `setting("Message_MaxAll", 1)`."""

    def change(setting_id: str, value: Any) -> None:
        answer = admin.post(f"settings/{setting_id}", value=value)
        assert answer.succeeded, answer.text

    return change


@pytest.fixture
def grant(admin: Any) -> Callable[..., None]:
    """Gives a permission to exactly these roles: `grant("create-c", "admin")`."""

    def change(permission: str, *roles: str) -> None:
        answer = admin.post("permissions.update", permissions=[{"_id": permission, "roles": list(roles)}])
        assert answer.succeeded, answer.text

    return change


@pytest.fixture
def deliver(ministack: str, prefix: str, resources: dict[str, str], project_template: Template, tmp_path: Path) -> Any:
    """Everything that follows the answers so far: `deliver()` runs the settle worker over what the stream of messages
    holds, and the effects worker over what that put into the queue, until nothing is left."""
    from local.functions import load as load_function
    from tests.workers_at_hand import carry_out_effects
    from tests.workspace import acting

    [source] = stream_sources(ministack, prefix, project_template)
    handler = load_function(REPOSITORY / "functions" / "workers" / "settle").handler
    pump = Pump(source, handler, ministack, Checkpoints(tmp_path / "streams.json"), backoff_seconds=0.01)

    def run() -> None:
        moving = True
        while moving:
            with acting("settle"):
                pump.poll()
            moving = carry_out_effects(resources)

    return run


@pytest.fixture
def phones(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """SNS with platform applications for Apple and Android. `phones()` lists what was published: (endpoint ARN,
    message)."""
    from pimentachat import config
    from pimentachat.cloud import push

    with mock_aws():
        push._client.cache_clear()
        sns = boto3.client("sns", endpoint_url=os.environ["AWS_ENDPOINT_URL_SNS"])
        for variable, platform in (("APNS_APPLICATION_ARN", "APNS"), ("GCM_APPLICATION_ARN", "GCM")):
            made = sns.create_platform_application(Name="phones", Platform=platform, Attributes={})
            monkeypatch.setenv(variable, made["PlatformApplicationArn"])
        config.reload()
        yield _Phones(sns)
    push._client.cache_clear()


class _Phones:
    def __init__(self, sns: Any) -> None:
        self.sns = sns

    def __call__(self) -> list[tuple[str, Any]]:
        import json

        from moto.sns.models import sns_backends

        backend = sns_backends["123456789012"]["us-east-1"]
        return [
            (endpoint.arn, json.loads(text))
            for endpoint in backend.platform_endpoints.values()
            for text in endpoint.messages.values()
        ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The checks of what was seen in the whole run come after those who see it."""
    last = {"test_contract_coverage.py", "test_policies.py"}
    items.sort(key=lambda item: item.path.name in last)
