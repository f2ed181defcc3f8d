"""integrations.create, get, list, update, remove."""

from functools import partial

import pytest

from tests.integrations.conftest import INCOMING, OUTGOING
from tests.refusals import forbidden, refused


def test_an_incoming_webhook(admin, incoming, clock):
    before = clock.now_text()
    hook = incoming(alias="CI", emoji=":robot:", token="chosen", urls=["https://x.example"], event="sendMessage")

    assert before <= hook.pop("_createdAt") == hook.pop("_updatedAt") <= clock.now_text()
    assert len(hook.pop("_id")) == 17
    token = hook.pop("token")
    assert (len(token), token.isalnum()) == (48, True)
    assert hook == {
        **INCOMING,
        "channel": ["#general"],
        "userId": "rocket.cat",
        "alias": "CI",
        "emoji": ":robot:",
        "_createdBy": {"_id": admin.id, "username": "admin"},
    }
    assert "bot" in admin.get("users.info", username="rocket.cat")["user"]["roles"]


def test_who_posts_becomes_a_bot(admin, alice, incoming):
    hook = incoming(username="alice")
    assert (hook["username"], hook["userId"]) == ("alice", alice.id)
    assert "bot" in admin.get("users.info", username="alice")["user"]["roles"]


def test_an_outgoing_webhook(admin, outgoing):
    hook = outgoing(
        token="abc",
        channel="#general, @admin,ALL_public_channels",
        triggerWords=["!gif", " "],
        urls=[" https://example.org/a ", "", "https://example.org/b"],
        runOnEdits=1,
        retryFailedCalls=True,
    )
    assert hook["channel"] == ["#general", "@admin", "all_public_channels"]
    assert hook["triggerWords"] == ["!gif"]
    assert hook["urls"] == ["https://example.org/a", "https://example.org/b"]
    assert (hook["token"], hook["runOnEdits"]) == ("abc", False)
    assert (hook["retryCount"], hook["retryDelay"]) == (4, "powers-of-ten")


def test_only_messages_have_trigger_words_and_only_some_events_rooms(outgoing):
    hook = outgoing(event="roomCreated", triggerWords=["x"], channel="")
    assert ("triggerWords" in hook, hook["channel"]) == (False, [])


def test_messages_without_a_channel_are_those_of_all_public_ones(outgoing):
    assert outgoing(channel="")["channel"] == []


def test_one_is_shown_listed_changed_and_taken_away(admin, outgoing, incoming):
    first, second = incoming(), outgoing()
    assert admin.get("integrations.get", integrationId=first["_id"])["integration"] == first
    listed = admin.get("integrations.list")
    assert (listed["items"], listed["offset"], listed["total"]) == (2, 0, 2)
    assert listed["integrations"] == [first, second]
    page = admin.get("integrations.list", count=1, offset=1, fields='{"name": 1}')
    assert page["integrations"] == [{"_id": second["_id"], "name": "guggy"}]

    changed = admin.json("PUT", "integrations.update", {**OUTGOING, "integrationId": second["_id"], "enabled": False})
    assert changed["integration"]["enabled"] is False
    assert changed["integration"]["_updatedBy"] == {"_id": admin.id, "username": "admin"}
    again = {**INCOMING, "integrationId": first["_id"], "name": "deploys"}
    renamed = admin.json("PUT", "integrations.update", again)["integration"]
    assert (renamed["name"], renamed["token"], renamed["_id"]) == ("deploys", first["token"], first["_id"])
    by_url = {**OUTGOING, "target_url": OUTGOING["urls"][0], "name": "other"}
    assert admin.json("PUT", "integrations.update", by_url)["integration"]["_id"] == second["_id"]

    gone = admin.post("integrations.remove", type="webhook-incoming", integrationId=first["_id"])
    assert gone["integration"]["name"] == "deploys"
    url = OUTGOING["urls"][0]
    assert admin.post("integrations.remove", type="webhook-outgoing", target_url=url, integrationId="x").succeeded
    assert admin.get("integrations.list")["total"] == 0


def test_what_is_not_there(admin):
    missing = "No integration found."
    refused(admin.get("integrations.get", integrationId="nowhere"), missing)
    refused(admin.get("integrations.get"), "Invalid integration id.")
    refused(admin.json("PUT", "integrations.update", {**OUTGOING, "integrationId": "nowhere"}), missing)
    refused(admin.post("integrations.remove", type="webhook-outgoing", target_url="https://nobody.example"), missing)
    refused(admin.post("integrations.remove", type="webhook-incoming", integrationId="nowhere"), missing)
    refused(
        admin.post("integrations.remove", type="webhook-incoming"),
        "An integrationId or target_url needs to be provided.",
    )
    refused(admin.post("integrations.remove", type="x", integrationId="y"), "Invalid integration type.")


SCRIPTS = (
    "Integration scripts are not supported on this server: leave script empty or set scriptEnabled to false "
    "[error-scripts-not-supported]"
)
CHANNEL_SIGN = "Invalid channel. Start with @ or # [error-invalid-channel-start-with-chars]"
ROOM = "Invalid room [error-invalid-room]"


@pytest.mark.parametrize(
    ("kind", "changes", "error"),
    [
        (INCOMING, {"channel": None}, "Match error: Missing key 'channel'"),
        (INCOMING, {"enabled": "yes"}, "Match error: Expected boolean, got string in field enabled"),
        (INCOMING, {"type": "webhook"}, "Invalid integration type."),
        (INCOMING, {"channel": " , "}, "Invalid channel [error-invalid-channel]"),
        (INCOMING, {"channel": "general"}, CHANNEL_SIGN),
        (INCOMING, {"channel": "all_public_channels"}, CHANNEL_SIGN),
        (INCOMING, {"channel": "#nowhere"}, ROOM),
        (INCOMING, {"channel": "@nobody"}, ROOM),
        (INCOMING, {"username": " "}, "Invalid username [error-invalid-username]"),
        (INCOMING, {"username": "nobody"}, "Invalid user [error-invalid-user]"),
        (
            OUTGOING,
            {"username": "nobody"},
            "Invalid user (did you delete the `rocket.cat` user?) [error-invalid-user]",
        ),
        (OUTGOING, {"event": None}, "Invalid event type [error-invalid-event-type]"),
        (OUTGOING, {"event": "sunrise"}, "Invalid event type [error-invalid-event-type]"),
        (OUTGOING, {"urls": None}, "Invalid URLs [error-invalid-urls]"),
        (OUTGOING, {"urls": [" "]}, "Invalid URLs [error-invalid-urls]"),
        (OUTGOING, {"event": "userCreated"}, "Invalid Target Room [error-invalid-targetRoom]"),
        (OUTGOING, {"triggerWords": "!gif"}, "Invalid triggerWords [error-invalid-triggerWords]"),
        (OUTGOING, {"channel": "general"}, CHANNEL_SIGN),
        (
            OUTGOING,
            {"scriptEnabled": True, "script": "class Script {}"},
            SCRIPTS,
        ),
    ],
)
def test_refusals(admin, kind, changes, error):
    assert admin.post("integrations.create", **kind).succeeded
    refused(admin.post("integrations.create", **{**kind, **changes}), error)


def test_a_script_that_does_not_run_is_kept(incoming):
    assert incoming(script="class Script {}")["script"] == "class Script {}"
    assert incoming(scriptEnabled=True)["scriptEnabled"] is True


def test_who_may_not(alice, admin, incoming):
    hook = incoming()
    refused(alice.post("integrations.create", **INCOMING), "Unauthorized [not_authorized]")
    refused(alice.post("integrations.create", **OUTGOING), "[not_authorized]")
    refused(
        alice.post("integrations.remove", type=hook["type"], integrationId=hook["_id"]), "Unauthorized [not_authorized]"
    )
    refused(alice.get("integrations.get", integrationId=hook["_id"]), "Unauthorized [not_authorized]")
    forbidden(alice.get("integrations.list"))
    forbidden(alice.get("integrations.history", id=hook["_id"]))


def test_those_who_manage_their_own_alone(alice, bob, admin, grant, incoming):
    foreign = incoming()
    grant("manage-own-integrations", "admin", "user")
    channel = "Invalid Channel [error-invalid-channel]"
    assert bob.creates_channel("bobs")

    mine = alice.post("integrations.create", **INCOMING)["integration"]
    assert alice.get("integrations.get", integrationId=mine["_id"]).succeeded
    assert alice.json("PUT", "integrations.update", {**INCOMING, "integrationId": mine["_id"]}).succeeded
    refused(alice.post("integrations.create", **{**INCOMING, "channel": "#bobs"}), channel)
    refused(alice.post("integrations.create", **{**INCOMING, "channel": "@bob"}), channel)
    refused(alice.post("integrations.create", **{**OUTGOING, "channel": "all_private_groups"}), channel)
    assert alice.post("integrations.create", **{**OUTGOING, "channel": "all_public_channels"}).succeeded
    refused(
        alice.post("integrations.create", **{**OUTGOING, "event": "roomArchived"}),
        "Invalid permission for required Integration creation. [error-invalid-permissions]",
    )
    not_mine = "Invalid integration [error-invalid-integration]"
    refused(alice.get("integrations.get", integrationId=foreign["_id"]), not_mine)
    refused(alice.json("PUT", "integrations.update", {**INCOMING, "integrationId": foreign["_id"]}), not_mine)
    refused(alice.post("integrations.remove", type=foreign["type"], integrationId=foreign["_id"]), not_mine)
    assert alice.post("integrations.remove", type=mine["type"], integrationId=mine["_id"]).succeeded


def test_no_more_than_there_may_be(admin, incoming, monkeypatch):
    from pimentachat.services.integrations import definitions

    monkeypatch.setattr(definitions, "MOST", 1)
    incoming()
    refused(
        admin.post("integrations.create", **INCOMING),
        "There may be 1 integrations at most [error-too-many-integrations]",
    )


def test_who_make_some_at_once_lose_nothing(admin):
    from tests.at_once import at_once

    at_once(*(partial(admin.post, "integrations.create", **{**INCOMING, "name": f"hook {n}"}) for n in range(6)))
    assert {each["name"] for each in admin.get("integrations.list")["integrations"]} == {
        f"hook {number}" for number in range(6)
    }
