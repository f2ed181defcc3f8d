"""One MiniStack for the whole run, a fresh workspace for each test, people with names, and a clock that is moved."""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, settings

from local.aws import ON_MINISTACK, REAL_CREDENTIALS
from local.ministack import MiniStack
from local.places import REPOSITORY, places
from local.pumps.streams import Checkpoints, StreamPump
from local.resources import StreamSource, create, stream_sources
from local.template import Template, load
from tests.aws import aws
from tests.states import States
from tests.whole_run import (
    pytest_collection_modifyitems,
    pytest_configure_node,
    pytest_runtestloop,
    pytest_sessionfinish,
    pytest_testnodedown,
    pytest_xdist_auto_num_workers,
    whole_run,
)

__all__ = [
    "pytest_collection_modifyitems",
    "pytest_configure_node",
    "pytest_runtestloop",
    "pytest_sessionfinish",
    "pytest_testnodedown",
    "pytest_xdist_auto_num_workers",
    "whole_run",
]

_BESIDE_OTHERS: dict[str, Any] = {"database": None, "print_blob": True}
settings.register_profile(
    "shared machine",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    # Workers of pytest-xdist would all write into one database of examples.
    **(_BESIDE_OTHERS if "PYTEST_XDIST_WORKER" in os.environ else {}),
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
        launcher = Path(__file__).with_name("ministack_launcher.py")
        running = MiniStack(
            places().ministack_venv, None, scratch=tmp_path_factory.mktemp("ministack"), launcher=launcher
        )
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
def states(ministack: str) -> Iterator[States]:
    """MiniStack's states by the steps that led there: what many tests begin with happens once, and is brought back."""
    made = States(ministack)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", made.door)
        yield made


@pytest.fixture(scope="session")
def gateway(states: States) -> Any:
    from pimentachat.cloud import files, queues, secrets
    from pimentachat.store import table
    from tests.workspace import Gateway, watch

    watch(table.client())
    watch(files._client())
    watch(queues._client())
    watch(secrets._client())
    return Gateway()


@pytest.fixture
def prefix() -> str:
    return "tests-"


@pytest.fixture
def created(ministack: str, states: States, prefix: str, project_template: Template) -> dict[str, Any]:
    """What `resources` and `stream_source` tell apart."""

    def take() -> dict[str, Any]:
        variables = create(ministack, prefix, project_template)
        [source] = stream_sources(ministack, prefix, project_template)
        return {"variables": variables, "source": asdict(source)}

    states.clear()
    return states.after("resources", take)


@pytest.fixture
def resources(created: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Fresh tables and a fresh bucket, as template.yaml declares them, and nothing remembered of those before."""
    from pimentachat import clock, config, workspace
    from pimentachat.auth import rates

    for name in ("ADMIN_USERNAME", "ADMIN_PASS", "ADMIN_EMAIL", "ADMIN_NAME", "ADMIN_ID"):
        monkeypatch.delenv(name, raising=False)
    variables = created["variables"]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    config.reload()
    workspace.forget()
    rates.forget()
    clock.reset()
    yield variables
    config.reload()
    workspace.forget()
    rates.forget()
    clock.reset()


@pytest.fixture
def kept_password(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str | None]]:
    """A deployment that keeps the administrator's first password in SSM; says what is kept at the moment."""
    from pimentachat import config
    from pimentachat.cloud import secrets

    name = "/garden/admin-password"
    monkeypatch.setenv("ADMIN_PASSWORD_PARAMETER", name)
    config.reload()
    yield lambda: secrets.find(name)
    secrets.forget(name)


@pytest.fixture
def workspace(resources: dict[str, str], states: States, gateway: Any) -> Any:
    """A seeded workspace: general, rocket.cat, the default settings, permissions and roles; no administrator yet."""
    from pimentachat.services.server import seeding
    from tests.workspace import Workspace

    states.after("seed", seeding.seed)
    return Workspace(gateway)


@pytest.fixture
def anonymous(workspace: Any) -> Any:
    from tests.workspace import Client

    return Client(workspace)


@pytest.fixture
def newcomer(workspace: Any, states: States) -> Callable[..., Any]:
    """Makes a person who is logged in: `newcomer("dora", roles=["guest"])`. Members of general, as all new users."""
    from pimentachat import clock, ids
    from pimentachat.auth import passwords, tokens
    from pimentachat.errors.users import UsernameInUse
    from pimentachat.models.users import User
    from pimentachat.services.accounts import enrolment
    from pimentachat.store import counters
    from pimentachat.store import users as user_store
    from tests.workspace import Person

    def enter(username: str, *, roles: list[str] | None = None, joins: bool = True, **fields: Any) -> dict[str, str]:
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
        return {"x-auth-token": tokens.issue(user.id), "x-user-id": user.id}

    def make(username: str, **fields: Any) -> Person:
        def take() -> dict[str, str]:
            return enter(username, **fields)

        # Whoever has moved the clock sees people come at that time.
        moved = abs(clock.now() - datetime.now(UTC)) > timedelta(seconds=1)
        login = take() if moved else states.after(f"newcomer {username} {sorted(fields.items())}", take)
        return Person(workspace, login, login["x-user-id"], username, login["x-auth-token"], PASSWORD)

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
def stream_source(created: dict[str, Any], resources: dict[str, str]) -> StreamSource:
    """The stream of messages, and how the template hangs the settle worker on it."""
    return StreamSource(**created["source"] | {"patterns": tuple(created["source"]["patterns"])})


@pytest.fixture
def deliver(ministack: str, stream_source: StreamSource, resources: dict[str, str], tmp_path: Path) -> Any:
    """Everything that follows the answers so far: `deliver()` runs the settle worker over what the stream of messages
    holds, and the other workers over what that put into their queues, until nothing is left."""
    from local.functions import load as load_function
    from tests import workers_at_hand
    from tests.workspace import acting

    handler = load_function(REPOSITORY / "functions" / "workers" / "settle").handler
    pump = StreamPump(stream_source, handler, ministack, Checkpoints(tmp_path / "streams.json"), backoff_seconds=0.01)

    def run() -> None:
        moving = True
        while moving:
            with acting("settle"):
                pump.poll()
            moving = workers_at_hand.carry_out_effects(resources) | workers_at_hand.call_webhooks(resources)

    return run


@pytest.fixture
def phones(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """SNS with platform applications for Apple and Android. `phones()` lists what was published: (endpoint ARN,
    message)."""
    from pimentachat import config
    from pimentachat.cloud import push

    with aws():
        push._client.cache_clear()
        sns = boto3.client("sns", endpoint_url=os.environ["AWS_ENDPOINT_URL_SNS"])
        platforms = {"APNS_APPLICATION_ARN": "APNS", "GCM_APPLICATION_ARN": "GCM"}
        for variable, platform in {**platforms, "APNS_VOIP_APPLICATION_ARN": "APNS_VOIP"}.items():
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
