"""push.token: registering a device for pushes, moving it to another account, and taking it away."""

from typing import Any

import pytest

from tests.refusals import refused

IPHONE = {"type": "apn", "value": "a1" * 32, "appName": "chat.example.ios"}
ANDROID = {"type": "gcm", "value": "dGhpc2lzYXRva2Vu", "appName": "chat.example.android"}


def devices_of(person):
    from pimentachat.store import devices as device_store

    return device_store.of_user(person.id)


def endpoints(phones):
    """Token, owner and whether it is enabled, of each endpoint at SNS."""
    from moto.sns.models import sns_backends

    held = sns_backends["123456789012"]["us-east-1"].platform_endpoints.values()
    return [(one.token, one.attributes.get("CustomUserData"), str(one.attributes["Enabled"]).lower()) for one in held]


# --- registering


@pytest.mark.parametrize("phone", [IPHONE, ANDROID], ids=["apn", "gcm"])
def test_a_device_is_registered(alice, phones, phone, clock):
    before = clock.now_text()
    answer = alice.post("push.token", **phone)
    result = answer["result"]

    assert set(answer.body) == {"result", "success"}
    assert before <= result.pop("createdAt") == result.pop("updatedAt") <= clock.now_text()
    assert len(result.pop("_id")) == 17
    assert result == {
        "token": {phone["type"]: phone["value"]},
        "appName": phone["appName"],
        "userId": alice.id,
        "enabled": True,
    }
    assert endpoints(phones) == [(phone["value"], alice.id, "true")]
    [device] = devices_of(alice)
    assert device.endpoint.startswith("arn:aws:sns:")


def test_once_more_refreshes_it_and_shows_it_as_it_was(alice, phones, clock):
    first = alice.post("push.token", **IPHONE)["result"]
    clock.advance(days=1)
    again = alice.post("push.token", **IPHONE)["result"]
    assert again == first
    clock.advance(days=1)
    third = alice.post("push.token", **IPHONE)["result"]
    assert third["_id"] == first["_id"]
    assert third["updatedAt"] > first["updatedAt"]
    assert third["createdAt"] == first["createdAt"]
    assert len(devices_of(alice)) == len(endpoints(phones)) == 1


def test_several_devices_and_apps(alice, phones):
    for phone in (IPHONE, ANDROID, {**ANDROID, "appName": "chat.example.other"}):
        assert alice.post("push.token", **phone).succeeded
    assert len(devices_of(alice)) == 3
    assert len(endpoints(phones)) == 2


def test_a_device_that_changes_accounts_stops_alerting_the_old_one(alice, bob, phones):
    first = alice.post("push.token", **IPHONE)["result"]
    assert alice.post("push.token", **ANDROID).succeeded
    moved = bob.post("push.token", **IPHONE)["result"]

    assert (moved["_id"], moved["userId"]) == (first["_id"], bob.id)
    assert [device.service for device in devices_of(alice)] == ["gcm"]
    assert [device.service for device in devices_of(bob)] == ["apn"]
    assert (IPHONE["value"], bob.id, "true") in endpoints(phones)

    back = alice.post("push.token", **IPHONE)["result"]
    assert (back["_id"], back["userId"]) == (first["_id"], alice.id)
    assert devices_of(bob) == []


def test_the_same_app_on_two_platforms_does_not_mix(alice, bob, phones):
    one = {"value": "same", "appName": "same"}
    assert alice.post("push.token", **one, type="apn").succeeded
    assert bob.post("push.token", **one, type="gcm").succeeded
    assert len(devices_of(alice)) == len(devices_of(bob)) == 1


def test_an_endpoint_that_sns_disabled_is_enabled_again(alice, phones):
    assert alice.post("push.token", **IPHONE).succeeded
    [device] = devices_of(alice)
    phones.sns.set_endpoint_attributes(EndpointArn=device.endpoint, Attributes={"Enabled": "false"})
    assert endpoints(phones) == [(IPHONE["value"], alice.id, "false")]

    assert alice.post("push.token", **IPHONE).succeeded

    assert endpoints(phones) == [(IPHONE["value"], alice.id, "true")]
    assert [each.endpoint for each in devices_of(alice)] == [device.endpoint]


def test_an_endpoint_that_was_deleted_is_made_again(alice, phones):
    assert alice.post("push.token", **IPHONE).succeeded
    [device] = devices_of(alice)
    phones.sns.delete_endpoint(EndpointArn=device.endpoint)
    assert alice.post("push.token", **IPHONE).succeeded
    assert endpoints(phones) == [(IPHONE["value"], alice.id, "true")]


def test_without_a_platform_application_it_is_kept_all_the_same(alice):
    assert alice.post("push.token", **IPHONE).succeeded
    [device] = devices_of(alice)
    assert device.endpoint == ""
    assert alice.delete("push.token", token=IPHONE["value"]).succeeded


def test_a_token_that_the_push_service_does_not_know(alice, phones):
    from botocore.exceptions import ClientError

    from pimentachat.cloud import push

    def refuse(**_):
        error: Any = {"Code": "InvalidParameter", "Message": "Invalid parameter: Token Reason: must be hexadecimal"}
        raise ClientError({"Error": error}, "CreatePlatformEndpoint")

    push._client().meta.events.register("provide-client-params.sns.CreatePlatformEndpoint", refuse)
    refused(
        alice.post("push.token", **IPHONE),
        'The required "value" body param is missing or invalid. [error-token-param-not-valid]',
    )
    assert devices_of(alice) == []


def test_unknown_keys_and_the_id_do_not_count(alice):
    answer = alice.post("push.token", **IPHONE, id="chosen", voipToken="x")
    assert answer["result"]["_id"] != "chosen"


ID = 'The required "id" body param is invalid. [error-id-param-not-valid]'
TYPE = 'The required "type" body param is missing or invalid. [error-type-param-not-valid]'
VALUE = 'The required "value" body param is missing or invalid. [error-token-param-not-valid]'
APP = 'The required "appName" body param is missing or invalid. [error-appName-param-not-valid]'


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"id": 7}, ID),
        ({"id": {}, "type": "x", "value": "", "appName": ""}, ID),
        ({"type": None}, TYPE),
        ({"type": "web"}, TYPE),
        ({"type": "APN"}, TYPE),
        ({"type": 7, "value": None, "appName": None}, TYPE),
        ({"value": None}, VALUE),
        ({"value": ""}, VALUE),
        ({"value": " "}, VALUE),
        ({"value": 7, "appName": 7}, VALUE),
        ({"appName": None}, APP),
        ({"appName": ""}, APP),
        ({"appName": ["x"]}, APP),
    ],
    ids=str,
)
def test_what_does_not_fit(alice, changes, error):
    refused(alice.post("push.token", {**IPHONE, **changes}), error)
    assert devices_of(alice) == []


def test_registering_needs_a_login(anonymous, workspace):
    assert anonymous.post("push.token", **IPHONE).status == 401


# --- taking away


def test_a_device_is_taken_away(alice, bob, phones):
    for phone in (IPHONE, {**IPHONE, "appName": "chat.example.other"}, ANDROID):
        assert alice.post("push.token", **phone).succeeded

    answer = alice.delete("push.token", token=IPHONE["value"])

    assert (answer.status, answer.body) == (200, {"success": True})
    assert [device.service for device in devices_of(alice)] == ["gcm"]
    assert [token for token, _, _ in endpoints(phones)] == [ANDROID["value"]]


def test_by_query_where_a_client_cannot_send_a_body(alice):
    assert alice.post("push.token", **IPHONE).succeeded
    answer = alice.workspace.send("DELETE", "push.token", headers=alice.login, query={"token": IPHONE["value"]})
    assert answer.succeeded
    assert devices_of(alice) == []


def test_only_ones_own(alice, bob):
    assert alice.post("push.token", **IPHONE).succeeded
    refused(bob.delete("push.token", token=IPHONE["value"]), "Resource not found", 404)
    refused(alice.delete("push.token", token="nothing"), "Resource not found", 404)
    assert len(devices_of(alice)) == 1
    assert alice.delete("push.token", token=IPHONE["value"]).succeeded
    refused(alice.delete("push.token", token=IPHONE["value"]), "Resource not found", 404)


@pytest.mark.parametrize("body", [{}, {"token": None}, {"token": ""}, {"token": 7}], ids=str)
def test_without_a_token(alice, body):
    refused(
        alice.json("DELETE", "push.token", body),
        'The required "token" body param is missing or invalid. [error-token-param-not-valid]',
    )


def test_taking_away_needs_a_login(anonymous, workspace):
    assert anonymous.delete("push.token", token="x").status == 401
