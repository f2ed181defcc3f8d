"""/hooks/...: what others post."""

import json

import pytest

from tests.integrations.conftest import address
from tests.refusals import refused

UNKNOWN = "Invalid integration id or token provided."


def last(person, room_id="GENERAL", kind="channels"):
    return person.reads(room_id, kind)[0]


def test_json(anonymous, alice, incoming):
    hook = incoming(alias="CI", avatar="https://example.org/ci.png")
    answer = anonymous.post(address(hook), text="Build 7 passed")
    assert (answer.status, answer.body) == (200, {"success": True})
    message = last(alice)
    assert message["msg"] == "Build 7 passed"
    assert message["u"]["username"] == "rocket.cat"
    assert message["bot"] == {"i": hook["_id"]}
    assert (message["alias"], message["avatar"]) == ("CI", "https://example.org/ci.png")


def test_the_form_of_slack(anonymous, alice, incoming):
    hook = incoming(emoji=":robot:")
    said = {
        "text": "Deployed",
        "username": "deployer",
        "icon_emoji": ":rocket:",
        "attachments": [{"title": "Log", "title_link": "https://example.org/log", "text": "fine"}],
    }
    assert anonymous.form(address(hook), payload=json.dumps(said)).succeeded
    message = last(alice)
    assert (message["msg"], message["alias"], message["emoji"]) == ("Deployed", "deployer", ":rocket:")
    assert message["attachments"][0]["text"] == "fine"
    assert anonymous.form(address(hook), text="plain", icon_url="https://example.org/x.png").succeeded
    assert (last(alice)["msg"], last(alice)["avatar"]) == ("plain", "https://example.org/x.png")


def test_get_and_the_older_address(anonymous, alice, incoming):
    hook = incoming()
    assert anonymous.get(address(hook), text="by the address").succeeded
    assert last(alice)["msg"] == "by the address"
    assert anonymous.post(address(hook, user="whoever"), text="older").succeeded
    assert anonymous.get(address(hook, user="whoever"), text="oldest").succeeded
    assert last(alice)["msg"] == "oldest"


def test_every_channel_of_the_integration_or_that_of_the_body(anonymous, alice, bob, incoming):
    secret = alice.creates_group("secret")
    hook = incoming(channel="#general,#secret,@bob")
    assert anonymous.post(address(hook), text="everywhere").succeeded
    assert last(alice)["msg"] == last(alice, secret, "groups")["msg"] == "everywhere"
    direct = bob.get("im.list")["ims"][0]["_id"]
    assert last(bob, direct, "im")["msg"] == "everywhere"

    assert anonymous.post(address(hook), text="there", channel=["#secret", "@bob"]).succeeded
    assert last(alice, secret, "groups")["msg"] == last(bob, direct, "im")["msg"] == "there"
    assert last(alice)["msg"] == "everywhere"
    assert anonymous.post(address(hook), text="by id", roomId=secret).succeeded
    assert last(alice, secret, "groups")["msg"] == "by id"


def test_public_channels_are_joined_and_private_ones_not(anonymous, alice, incoming):
    garden, secret = alice.creates_channel("garden"), alice.creates_group("secret")
    hook = incoming(channel="#garden,#secret")
    assert anonymous.post(address(hook), text="hi").succeeded
    joined = alice.get("channels.members", roomId=garden)["members"]
    assert {each["username"] for each in joined} == {"alice", "rocket.cat"}
    assert alice.get("groups.members", roomId=secret)["total"] == 1


@pytest.mark.parametrize("raw", [b"", b"  ", b"{}"])
def test_a_body_that_says_nothing_posts_nothing(workspace, alice, incoming, raw):
    hook = incoming()
    before = alice.reads("GENERAL")
    answer = workspace.send("POST", address(hook), raw=raw, headers={"content-type": "application/json"})
    assert answer.body == {"success": True}
    assert alice.reads("GENERAL") == before


def test_who_does_not_know_the_token(anonymous, incoming, outgoing):
    hook, other = incoming(), outgoing(token="abc")
    assert anonymous.post(address(hook), text="hi").succeeded
    for path in (address(hook, "wrong"), f"/hooks/nowhere/{hook['token']}", address(other), address(hook, "ünknown")):
        refused(anonymous.post(path, text="hi"), UNKNOWN, 404)
        refused(anonymous.get(path, text="hi"), UNKNOWN, 404)
    for verb in ("info", "sample"):
        refused(anonymous.get(f"/hooks/{verb}/{hook['_id']}/wrong"), UNKNOWN, 404)


def test_a_disabled_one(anonymous, incoming):
    hook = incoming(enabled=False)
    answer = anonymous.post(address(hook), text="hi")
    assert (answer.status, answer.body) == (503, "Service Unavailable")
    assert anonymous.get(address(hook), text="hi").status == 503


def test_what_cannot_be_posted(anonymous, admin, alice, incoming):
    hook = incoming()
    for method in (anonymous.post, anonymous.get):
        refused(method(address(hook), text="hi", channel="#nowhere"), "invalid-channel")
    answer = anonymous.form(address(hook), payload="{oops")
    assert (answer.status, answer.body["success"]) == (400, False)
    assert "JSON" in answer.error or "char" in answer.error or "column" in answer.error
    assert anonymous.get(address(hook), payload="{oops").error == answer.error
    refused(anonymous.form(address(hook), payload="[1]"), "Match error: Expected object in field payload")
    assert admin.post("channels.archive", roomId="GENERAL").succeeded
    refused(anonymous.post(address(hook), text="hi"), "room_is_archived")


def test_no_more_than_the_workspace_allows(anonymous, setting, incoming, clock):
    hook, other = incoming(), incoming()
    setting("API_Enable_Rate_Limiter_Limit_Calls_Default", 2)
    assert anonymous.post(address(hook), text="1").succeeded
    assert anonymous.post(address(hook), text="2").succeeded
    answer = anonymous.post(address(hook), text="3")
    assert answer.status == 429
    assert answer.error.endswith("before trying this endpoint again. [error-too-many-requests]")
    assert anonymous.post(address(other), text="1").succeeded
    clock.advance(minutes=1)
    assert anonymous.post(address(hook), text="4").succeeded
    setting("API_Enable_Rate_Limiter", False)
    assert all(anonymous.post(address(hook), text="5").succeeded for _ in range(3))


def test_pages_of_all_sites_may_call(workspace, anonymous, incoming):
    hook = incoming()
    assert anonymous.post(address(hook), text="hi").headers["access-control-allow-origin"] == "*"
    preflight = workspace.send(
        "OPTIONS", address(hook), headers={"access-control-request-method": "POST", "origin": "https://a.example"}
    )
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (200, "*")


def test_zapier(anonymous, admin, incoming):
    hook = incoming()
    place = f"{hook['_id']}/{hook['token']}"
    assert anonymous.get(f"/hooks/info/{place}").body == {"success": True}
    samples = anonymous.get(f"/hooks/sample/{place}").body
    assert [each["text"] for each in samples] == ["Sample text 1", "Sample text 2", "Sample text 3"]

    url = "https://hooks.example/zap"
    said = {"event": "newMessageOnChannel", "name": "zap", "target_url": url}
    more = {"channel_name": "general", "trigger_words": "hey, you"}
    assert anonymous.post(f"/hooks/add/{place}", **said, data=more).succeeded
    made = admin.get("integrations.list")["integrations"][1]
    assert (made["type"], made["channel"], made["urls"]) == ("webhook-outgoing", ["#general"], [url])
    assert (made["triggerWords"], made["_createdBy"]["username"]) == (["hey", "you"], "admin")
    refused(anonymous.post(f"/hooks/add/{place}", **{**said, "event": "sunrise"}), "error-invalid-event-type")
    refused(anonymous.post(f"/hooks/add/{hook['_id']}/wrong", **said), UNKNOWN, 404)

    assert anonymous.post(f"/hooks/remove/{place}", target_url=url).succeeded
    assert admin.get("integrations.list")["total"] == 1
    assert anonymous.post(f"/hooks/remove/{place}", target_url=url).succeeded
    refused(anonymous.post(f"/hooks/remove/{hook['_id']}/wrong", target_url=url), UNKNOWN, 404)


def test_a_hook_whose_user_is_gone_sends_nothing(anonymous, incoming, workspace):
    from pimentachat.store import table, users, writes

    hook = incoming()
    table.write(writes.delete(users.key("rocket.cat")))
    refused(anonymous.post(address(hook), text="hi"), "unknown-error")
    refused(anonymous.get(address(hook), text="hi"), "unknown-error")
