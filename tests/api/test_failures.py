"""Our own failures: an answer that tells nothing, and a service that goes on."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.refusals import refused

BROKEN = "Internal server error"
AWAY = "The service is temporarily unavailable, please try again."


@contextmanager
def failing(client: Any, call: str, problem: Exception) -> Iterator[None]:
    """Every such call of an AWS client fails, as the service or the network would make it fail."""

    def fail(**_: Any) -> None:
        raise problem

    events = f"provide-client-params.{call}"
    client.meta.events.register(events, fail)
    try:
        yield
    finally:
        client.meta.events.unregister(events, fail)


def out_of(code: str, message: str = "secret text of AWS") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Any")


def spoil(user_id: str, document: str) -> None:
    from pimentachat.store import table, writes
    from pimentachat.store import users as user_store

    table.write(writes.update(user_store.key(user_id), {"doc": document}))


@pytest.mark.parametrize("document", ["{", "[]", '{"username": ["secret"]}', ""], ids=repr)
def test_a_broken_record(alice, bob, anonymous, document):
    spoil(bob.id, document)
    refused(alice.get("users.info", userId=bob.id), BROKEN)
    refused(alice.get("users.list"), BROKEN)
    refused(bob.get("me"), BROKEN)
    refused(anonymous.post("login", user="bob", password="secret"), BROKEN)
    # Everybody else is served.
    assert alice.get("me").succeeded


def test_a_broken_setting(alice, admin):
    from pimentachat.store import table, writes
    from pimentachat.store import workspace as workspace_store
    from pimentachat.store.items import Key

    broken = Key("workspace", "WORKSPACE", "SETTING#API_Default_Count")
    table.transact(writes.put(broken, {"doc": "{"}), writes.update(workspace_store.VERSION, add={"number": 1}))
    refused(alice.get("users.list"), BROKEN)
    refused(alice.get("nowhere"), "Resource not found", 404)
    preflight = {"Access-Control-Request-Method": "GET"}
    refused(alice.workspace.send("OPTIONS", "me", headers=preflight), BROKEN)
    table.transact(writes.delete(broken), writes.update(workspace_store.VERSION, add={"number": 1}))
    assert alice.get("users.list").succeeded


@pytest.mark.parametrize(
    "problem",
    [
        EndpointConnectionError(endpoint_url="http://secret.internal"),
        out_of("ProvisionedThroughputExceededException"),
        out_of("ThrottlingException"),
    ],
    ids=lambda problem: str(problem)[:60],
)
def test_a_store_that_is_out_of_reach(alice, anonymous, problem):
    from pimentachat.store import table

    calls: list[Callable[[], Any]] = [
        lambda: alice.get("me"),
        lambda: alice.post("users.generatePersonalAccessToken", tokenName="bot"),
        lambda: anonymous.post("login", user="alice", password="secret"),
    ]
    for call in calls:
        with failing(table.client(), "dynamodb.BatchGetItem", problem):
            answer = call()
        refused(answer, AWAY, 503)
        assert answer.headers["retry-after"] == "1"
        assert "secret" not in answer.text
    # What reads nothing needs no store.
    with failing(table.client(), "dynamodb.GetItem", problem):
        refused(alice.get("nowhere"), "Resource not found", 404)
    assert alice.get("me").succeeded
    assert alice.get("users.getPersonalAccessTokens")["tokens"] == []


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_what_would_fail_again_is_not_asked_to_be_sent_again(alice, code):
    """A record that nobody may store, a right that is missing, a table that is not there: no brief outage."""
    from pimentachat.store import table

    with failing(table.client(), "dynamodb.TransactWriteItems", out_of(code)):
        answer = alice.post("users.generatePersonalAccessToken", tokenName="bot")
    refused(answer, BROKEN)
    assert "retry-after" not in answer.headers


def test_a_push_service_that_is_out_of_reach(alice, phones):
    from pimentachat.cloud import push
    from pimentachat.store import devices as device_store

    phone = {"type": "gcm", "value": "v", "appName": "a"}
    with failing(push._client(), "sns.CreatePlatformEndpoint", out_of("InternalError")):
        refused(alice.post("push.token", **phone), AWAY, 503)
    assert device_store.of_user(alice.id) == []
    assert alice.post("push.token", **phone).succeeded

    with failing(push._client(), "sns.DeleteEndpoint", out_of("InternalError")):
        refused(alice.delete("push.token", token="v"), AWAY, 503)
    # The same call may be sent again.
    assert alice.delete("push.token", token="v").succeeded


@pytest.fixture
def counted(monkeypatch, capsys, project_template):
    """What CloudWatch would count of the lines printed since the last call: (namespace, metric, dimensions)."""
    properties = project_template.resources["InternalErrorsAlarm"]["Properties"]
    namespace = project_template.resolve(properties["Namespace"], {"AWS::StackName": "garden"})
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", namespace)
    # As every function has it; it must not become a dimension.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "chat")

    def counted():
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [
            (told["Namespace"], metric["Name"], {name: line[name] for name in told["Dimensions"][0]}, line["level"])
            for line in lines
            for told in line["_aws"]["CloudWatchMetrics"]
            for metric in told["Metrics"]
        ]

    return counted


def test_the_alarm_counts_what_was_our_fault(alice, bob, counted, project_template):
    spoil(bob.id, "{")
    alarm = project_template.resources["InternalErrorsAlarm"]["Properties"]
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
    refused(alice.get("users.info", userId=bob.id), BROKEN)
    assert counted() == [("pimentaCHAT/garden", alarm["MetricName"], dimensions, "ERROR")]


def test_a_wrong_right_is_our_fault(alice, counted):
    from pimentachat.store import table

    with failing(table.client(), "dynamodb.TransactWriteItems", out_of("AccessDeniedException")):
        refused(alice.post("users.generatePersonalAccessToken", tokenName="bot"), BROKEN)
    assert len(counted()) == 1


def test_nobody_counts_refusals_or_outages(alice, counted):
    """A refusal is the caller's, and an outage answers 503, which the alarm of the API counts."""
    from pimentachat.store import table

    refused(alice.get("nowhere"), "Resource not found", 404)
    assert alice.get("me").succeeded
    with failing(table.client(), "dynamodb.BatchGetItem", EndpointConnectionError(endpoint_url="https://aws")):
        refused(alice.get("me"), AWAY, 503)
    assert counted() == []


def test_nothing_is_printed_where_nobody_counts(alice, bob, capsys):
    spoil(bob.id, "{")
    refused(alice.get("users.info", userId=bob.id), BROKEN)
    assert capsys.readouterr().out == ""
