"""Outgoing webhooks: what triggers them, what they are told, what their answers do."""

import json
from typing import Any

import pytest

from tests.integrations.conftest import OUTGOING
from tests.stranger import Says, stranger
from tests.workspace import File


@pytest.fixture
def target(setting):
    with stranger() as serving:
        setting("SSRF_Allowlist", serving.host)
        serving.answers["/hook"] = Says()
        yield serving


@pytest.fixture
def hook(outgoing, target):
    """Makes an outgoing webhook to the stranger."""

    def make(**changes: Any) -> dict[str, Any]:
        return dict(outgoing(**{"urls": [f"{target.url}/hook"], **changes}))

    return make


@pytest.fixture
def delays(gateway):
    """How long messages were to wait in their queue, which they do not."""
    from pimentachat.cloud import queues

    found = []

    def note(params, **_):
        found.extend(entry.pop("DelaySeconds") for entry in params["Entries"] if "DelaySeconds" in entry)

    events = queues._client().meta.events
    events.register("provide-client-params.sqs.SendMessageBatch", note)
    yield found
    events.unregister("provide-client-params.sqs.SendMessageBatch", note)


def told(target):
    return [json.loads(each.body) for each in target.received]


def history(admin, hook, **asked):
    return admin.get("integrations.history", id=hook["_id"], **asked)["history"]


def answers(target, status=200, **body):
    target.answers["/hook"] = Says(json.dumps(body).encode(), status)


# --- what is told


def test_a_message(admin, alice, hook, target, deliver):
    made = hook(token="abcdef", triggerWords=["!gif"])
    deliver()
    message_id = alice.says("GENERAL", "!gif hi")
    deliver()

    [received] = target.received
    assert (received.method, received.headers["content-type"]) == ("POST", "application/json")
    assert received.headers["user-agent"].startswith("Mozilla/5.0")
    [message] = [each for each in alice.reads("GENERAL") if each["_id"] == message_id]
    assert json.loads(received.body) == {
        "token": "abcdef",
        "bot": False,
        "trigger_word": "!gif",
        "channel_id": "GENERAL",
        "channel_name": "general",
        "message_id": message_id,
        "timestamp": message["ts"],
        "user_id": alice.id,
        "user_name": "alice",
        "text": "!gif hi",
        "siteUrl": "https://chat.example.org",
    }
    [call] = history(admin, made)
    assert call["step"] == "after-http-call"
    assert call["finished"] is True
    assert call["data"]["token"] == call["httpCallData"]["token"] == call["integration"]["token"] == "***"
    assert "abcdef" not in json.dumps(call)
    assert json.loads(call["httpResult"])["statusCode"] == 200
    assert (call["event"], call["triggerWord"], call["type"]) == ("sendMessage", "!gif", "outgoing-webhook")


def test_a_reply_an_alias_and_what_a_webhook_posted(anonymous, admin, alice, hook, target, deliver, incoming):
    hook()
    other = incoming()
    parent = alice.says("GENERAL", "parent")
    deliver()
    target.received.clear()
    alice.says("GENERAL", "reply", tmid=parent)
    admin.says("GENERAL", "as somebody", alias="Somebody")
    assert anonymous.post(f"/hooks/{other['_id']}/{other['token']}", text="built").succeeded
    deliver()
    reply, alias, built = told(target)
    assert reply["tmid"] == parent
    assert alias["alias"] == "Somebody"
    assert built["bot"] == {"i": other["_id"]}
    assert "token" not in built


def test_a_file(alice, hook, target, deliver):
    hook(event="fileUploaded")
    alice.says("GENERAL", "no file")
    assert alice.upload("rooms.upload/GENERAL", File("plan.txt", b"x")).succeeded
    deliver()
    [said] = told(target)
    assert said["message"]["file"]["name"] == "plan.txt"
    assert (said["user"]["username"], said["room"]["_id"]) == ("alice", "GENERAL")
    assert "services" not in said["user"]


def test_rooms_and_people(admin, alice, bob, hook, target, deliver, newcomer):
    deliver()
    in_rooms = ["roomJoined", "roomLeft"]
    everywhere = ["roomCreated", "roomArchived", "userCreated"]
    made = {event: hook(event=event, channel="all_public_channels") for event in in_rooms}
    made |= {event: hook(event=event, channel="", targetRoom="#general") for event in everywhere}
    room_id = alice.creates_channel("garden")
    assert bob.post("channels.join", roomId=room_id).succeeded
    assert alice.post("channels.invite", roomId=room_id, userId=admin.id).succeeded
    assert bob.post("channels.leave", roomId=room_id).succeeded
    assert admin.post("channels.kick", roomId=room_id, userId=bob.id).status == 400
    assert admin.post("channels.archive", roomId=room_id).succeeded
    fields = {"email": "dora@example.org", "name": "Dora", "username": "dora", "password": "secret"}
    assert admin.post("users.create", **fields, joinDefaultChannels=False).succeeded
    deliver()
    heard = {}
    for event, one in made.items():
        heard[event] = [call["data"] for call in history(admin, one)]
    assert [each["channel_name"] for each in heard["roomCreated"]] == ["garden"]
    assert heard["roomCreated"][0]["owner"]["username"] == "alice"
    assert {each["user_name"] for each in heard["roomJoined"]} == {"bob", "admin"}
    assert [each["user_name"] for each in heard["roomLeft"]] == ["bob"]
    assert [(each["user_name"], each["room"]["archived"]) for each in heard["roomArchived"]] == [("admin", True)]
    assert [each["user"]["username"] for each in heard["userCreated"]] == ["dora"]
    assert "room" not in heard["userCreated"][0]


def test_edits_only_for_those_who_want_them(admin, alice, hook, target, deliver):
    with_edits, without = hook(runOnEdits=True), hook()
    message_id = alice.says("GENERAL", "helo")
    deliver()
    assert alice.post("chat.update", roomId="GENERAL", msgId=message_id, text="hello").succeeded
    deliver()
    assert [each["data"]["text"] for each in history(admin, with_edits)] == ["hello", "helo"]
    assert history(admin, with_edits)[0]["data"]["isEdited"] is True
    assert [each["data"]["text"] for each in history(admin, without)] == ["helo"]


# --- whom it concerns


@pytest.mark.parametrize(
    ("changes", "text", "heard"),
    [
        ({"triggerWords": ["hey", "!gif"]}, "!gif hi", True),
        ({"triggerWords": ["!gif"]}, "a !gif", False),
        ({"triggerWords": ["!gif"]}, "!GIF hi", False),
        ({"triggerWords": ["gif"], "triggerWordAnywhere": True}, "a !gif", True),
        ({"triggerWords": ["gif"], "triggerWordAnywhere": True}, "nothing", False),
        ({"channel": ""}, "hi", True),
        ({"channel": "all_public_channels"}, "hi", True),
        ({"channel": "all_private_groups"}, "hi", False),
        ({"channel": "#GENERAL"}, "hi", True),
        ({"channel": "all_direct_messages"}, "hi", False),
        ({"enabled": False}, "hi", False),
        ({"event": "fileUploaded"}, "hi", False),
    ],
)
def test_matching(alice, hook, target, deliver, changes, text, heard):
    hook(**changes)
    alice.says("GENERAL", text)
    deliver()
    assert bool(target.received) is heard


def test_groups_and_direct_rooms(admin, alice, bob, hook, target, deliver):
    made = {
        channel: hook(channel=channel)
        for channel in ("all_private_groups", "all_direct_messages", "@bob", "@alice", "all_public_channels")
    }
    group, direct = alice.creates_group("secret"), alice.opens_direct_room(bob)
    alice.says(group, "in the group")
    alice.says(direct, "to bob")
    deliver()
    heard = {channel: [each["data"]["text"] for each in history(admin, one)] for channel, one in made.items()}
    assert heard == {
        "all_private_groups": ["in the group"],
        "all_direct_messages": ["to bob"],
        "@bob": ["to bob"],
        "@alice": [],
        "all_public_channels": [],
    }
    assert "channel_name" not in history(admin, made["@bob"])[0]["data"]


def test_a_room_keeps_its_webhook_under_another_name(admin, alice, hook, target, deliver):
    room_id = alice.creates_channel("garden")
    made = hook(channel="#garden,#general")
    assert alice.post("channels.rename", roomId=room_id, name="park").succeeded
    deliver()
    assert admin.get("integrations.get", integrationId=made["_id"])["integration"]["channel"] == ["#park", "#general"]
    alice.says(room_id, "still")
    deliver()
    assert [each["text"] for each in told(target)] == ["still"]


def test_every_address(alice, hook, target, deliver):
    target.answers["/other"] = Says()
    hook(urls=[f"{target.url}/hook", f"{target.url}/other?key=secret"])
    alice.says("GENERAL", "hi")
    deliver()
    assert sorted(each.path for each in target.received) == ["/hook", "/other?key=secret"]


# --- what an answer does


def test_the_answer_is_posted(admin, alice, hook, target, deliver):
    made = hook(alias="Guggy", emoji=":gif:")
    answers(target, text="Here it is", attachments=[{"text": "a picture"}])
    alice.says("GENERAL", "gif please")
    deliver()
    message = alice.reads("GENERAL")[0]
    assert (message["msg"], message["alias"], message["emoji"]) == ("Here it is", "Guggy", ":gif:")
    assert (message["u"]["username"], message["bot"]) == ("rocket.cat", {"i": made["_id"]})
    assert message["attachments"][0]["text"] == "a picture"
    [call] = history(admin, made)
    assert (call["step"], call["finished"]) == ("url-response-sent-message", True)
    assert call["resultMessage"][0]["message"]["_id"] == message["_id"]
    assert len(target.received) == 1


def test_where_and_as_whom(admin, alice, bob, hook, target, deliver):
    group = alice.creates_group("answers")
    hook(targetRoom="#answers", impersonateUser=True)
    answers(target, text="in the target room")
    alice.says("GENERAL", "hi")
    deliver()
    assert alice.reads(group, "groups")[0]["msg"] == "in the target room"
    assert alice.reads(group, "groups")[0]["u"]["username"] == "alice"
    answers(target, text="where the answer says", channel="@bob")
    alice.says("GENERAL", "hi again")
    deliver()
    [direct] = bob.get("im.list")["ims"]
    assert bob.reads(direct["_id"], "im")[0]["msg"] == "where the answer says"


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("body", [b"", b"ok", b"[]", b'{"success": true}', b'{"text": 7}', b"\xff\xfe", b"null"])
def test_an_answer_that_says_nothing(admin, alice, hook, target, deliver, status, body):
    made = hook()
    target.answers["/hook"] = Says(body, status)
    alice.says("GENERAL", "hi")
    deliver()
    assert alice.reads("GENERAL")[0]["msg"] == "hi"
    assert (history(admin, made)[0]["step"], history(admin, made)[0]["finished"]) == ("after-http-call", True)


def test_an_answer_that_cannot_be_posted(admin, alice, hook, target, deliver):
    made = hook()
    answers(target, text="hi", channel="#nowhere")
    alice.says("GENERAL", "hi")
    deliver()
    [call] = history(admin, made)
    assert (call["step"], call["error"], call["errorStack"]) == ("after-process-send-message", True, "invalid-channel")


def test_webhooks_that_answer_each_other_end(admin, alice, hook, target, deliver):
    hook(), hook(name="other")
    answers(target, text="You said something")
    alice.says("GENERAL", "hi")
    deliver()
    assert len(target.received) == 2
    assert [each["msg"] for each in alice.reads("GENERAL")[:3]] == ["You said something"] * 2 + ["hi"]


def test_410_switches_it_off(admin, alice, hook, target, deliver):
    made = hook(retryFailedCalls=True)
    answers(target, 410)
    alice.says("GENERAL", "hi")
    deliver()
    assert admin.get("integrations.get", integrationId=made["_id"])["integration"]["enabled"] is False
    assert history(admin, made)[0]["step"] == "after-process-http-status-410"
    alice.says("GENERAL", "hi again")
    deliver()
    assert len(target.received) == 1


def test_500_is_not_tried_again(admin, alice, hook, target, deliver):
    made = hook(retryFailedCalls=True)
    answers(target, 500)
    alice.says("GENERAL", "hi")
    deliver()
    assert (len(target.received), history(admin, made)[0]["step"]) == (1, "after-process-http-status-500")


def test_other_failures_are_final_unless_configured(admin, alice, hook, target, deliver):
    made = hook()
    answers(target, 404)
    alice.says("GENERAL", "hi")
    deliver()
    assert history(admin, made)[0]["step"] == "failed-and-not-configured-to-retry"


@pytest.mark.parametrize(
    ("delay", "waits"),
    [
        ("powers-of-ten", [0.1, 1, 10, 100, 1000]),
        ("powers-of-two", [2, 4, 8, 16, 32]),
        ("increments-of-two", [2, 4, 6, 8, 10]),
    ],
)
def test_tried_again_after_growing_waits(admin, alice, hook, target, deliver, delays, clock, delay, waits):
    made = hook(retryFailedCalls=True, retryCount=5, retryDelay=delay)
    answers(target, 503)
    alice.says("GENERAL", "hi")
    for wait in waits:
        del delays[:]
        _until_it_waits(deliver, delays)
        assert min(wait, 900) <= delays[0] <= min(wait * 1.25 + 1, 900)
        clock.advance(seconds=wait * 1.25 + 1)
    deliver()
    assert len(target.received) == 6
    steps = [each["step"] for each in history(admin, made)]
    assert steps == ["too-many-retries", *(f"going-to-retry-{number}" for number in (5, 4, 3, 2, 1))]


def _until_it_waits(deliver, delays):
    """The workers, until something is to wait: it would be looked at over and over without its delay."""
    from tests import workers_at_hand

    real = workers_at_hand.call_webhooks

    def once(variables):
        return False if delays else real(variables)

    workers_at_hand.call_webhooks = once
    try:
        deliver()
    finally:
        workers_at_hand.call_webhooks = real


def test_a_wait_longer_than_sqs_knows(admin, alice, hook, target, deliver, delays, clock, resources):
    from tests.workers_at_hand import WEBHOOKS, effect_event, queued
    from tests.workspace import CONTEXT, acting

    hook(retryFailedCalls=True, retryCount=9)
    answers(target, 503)
    alice.says("GENERAL", "hi")
    _until_it_waits(deliver, delays)
    [waiting] = queued(resources["WEBHOOKS_QUEUE"])
    del delays[:]
    far = {**waiting, "not_before": clock.text_after(5000)}
    for left in (5000, 4100):
        with acting("webhooks"):
            assert WEBHOOKS(effect_event(far), CONTEXT) == {"batchItemFailures": []}
        assert delays.pop() == 900
        [far] = queued(resources["WEBHOOKS_QUEUE"])
        clock.advance(seconds=900)
        assert left
    assert len(target.received) == 1


def test_a_wait_that_nobody_knows(admin, alice, hook, target, deliver):
    made = hook(retryFailedCalls=True, retryDelay="sometimes")
    answers(target, 503)
    alice.says("GENERAL", "hi")
    deliver()
    assert history(admin, made)[0]["step"] == "failed-and-retry-delay-is-invalid"


def test_once_disabled_it_is_not_tried_again(admin, alice, hook, target, deliver, delays, clock):
    made = hook(retryFailedCalls=True)
    answers(target, 503)
    alice.says("GENERAL", "hi")
    _until_it_waits(deliver, delays)
    change = {**OUTGOING, "urls": made["urls"], "integrationId": made["_id"], "enabled": False}
    assert admin.json("PUT", "integrations.update", change).succeeded
    clock.advance(minutes=1)
    deliver()
    assert len(target.received) == 1


# --- strangers


def test_one_that_is_not_there_redirects_inwards_or_says_too_much(admin, alice, hook, target, deliver, setting):
    gone = hook(urls=["http://127.0.0.1:1/"], name="gone")
    target.answers["/inwards"] = Says(status=307, headers={"location": "http://169.254.169.254/latest/meta-data"})
    inwards = hook(urls=[f"{target.url}/inwards"], name="inwards")
    target.answers["/long"] = Says(b"x" * 1_000_001)
    long = hook(urls=[f"{target.url}/long"], name="long")
    alice.says("GENERAL", "hi")
    deliver()
    said = {one["name"]: history(admin, one)[0]["httpError"]["message"] for one in (gone, inwards, long)}
    assert said["gone"] == said["inwards"] == "No public address"
    assert said["long"] == "More than 1000000 bytes"


def test_one_that_hangs_is_given_up(admin, alice, hook, target, deliver, monkeypatch):
    from pimentachat.services.integrations import outgoing

    monkeypatch.setattr(outgoing, "SECONDS", 0.3)
    target.answers["/hook"] = Says(b"x" * 100, drips=0.05)
    made = hook()
    alice.says("GENERAL", "hi")
    deliver()
    assert history(admin, made)[0]["httpError"]["message"] == "No answer within 0.3 s"


# --- once


def test_what_comes_twice_is_called_and_posted_once(admin, alice, hook, target, deliver, worker, resources):
    from tests.workers_at_hand import WEBHOOKS, effect_event, queued
    from tests.workspace import CONTEXT, acting

    made = hook()
    answers(target, text="an answer")
    alice.says("GENERAL", "hi")
    records = worker.records()
    worker.run(records)
    [effect] = queued(resources["WEBHOOKS_QUEUE"])
    for _ in range(2):
        with acting("webhooks"):
            assert WEBHOOKS(effect_event(effect), CONTEXT) == {"batchItemFailures": []}
    worker.run(records)
    deliver()
    assert len(target.received) == len(history(admin, made)) == 1
    assert [each["msg"] for each in alice.reads("GENERAL")[:2]] == ["an answer", "hi"]


@pytest.mark.parametrize("moment", ["calling", "answering", "noting"])
def test_a_worker_that_dies_in_the_middle(admin, alice, hook, target, worker, resources, clock, monkeypatch, moment):
    """Killed: nothing that comes after the moment happens, and the queue brings the call again."""
    from pimentachat.cloud import outgoing
    from pimentachat.services.integrations import incoming
    from pimentachat.store import once
    from tests.workers_at_hand import WEBHOOKS, effect_event, queued
    from tests.workspace import CONTEXT, acting

    made = hook()
    answers(target, text="an answer")
    alice.says("GENERAL", "hi")
    worker.run(worker.records())
    [effect] = queued(resources["WEBHOOKS_QUEUE"])

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(once, "release", die)
        place = {"calling": (outgoing, "send"), "answering": (incoming, "post"), "noting": (once, "done")}
        dying.setattr(*place[moment], die)
        with pytest.raises(Killed), acting("webhooks"):
            WEBHOOKS(effect_event(effect), CONTEXT)
    with acting("webhooks"):
        # Its claim is still held.
        assert WEBHOOKS(effect_event(effect), CONTEXT)["batchItemFailures"]
    clock.advance(minutes=3)
    with acting("webhooks"):
        assert WEBHOOKS(effect_event(effect), CONTEXT) == {"batchItemFailures": []}
    assert [each["msg"] for each in alice.reads("GENERAL")[:2]] == ["an answer", "hi"]
    [call] = history(admin, made)
    assert call["finished"] is True


def test_an_ordinary_message_reads_no_integrations(alice, hook, deliver, monkeypatch):
    from pimentachat.store import integrations as integration_store

    hook(event="fileUploaded")
    read = []
    real = integration_store.every
    monkeypatch.setattr(integration_store, "every", lambda: read.append(1) or real())
    alice.says("GENERAL", "hi")
    deliver()
    assert read == []


def test_the_history_of_one_that_is_gone_is_forgotten(admin, alice, hook, target, deliver):
    made = hook()
    alice.says("GENERAL", "hi")
    deliver()
    assert len(history(admin, made)) == 1
    assert admin.post("integrations.remove", type=made["type"], integrationId=made["_id"]).succeeded
    deliver()
    assert history(admin, made) == []
    assert admin.get("integrations.history", id="nowhere")["total"] == 0
    assert admin.get("integrations.history").error == "Invalid integration id."


def test_pages_of_history(admin, alice, hook, target, deliver):
    made = hook()
    for number in range(3):
        alice.says("GENERAL", f"{number}")
        deliver()
    answer = admin.get("integrations.history", id=made["_id"], count=2, offset=1, fields='{"data.text": 1}')
    assert (answer["items"], answer["offset"], answer["total"]) == (2, 1, 3)
    assert [each["data"]["text"] for each in answer["history"]] == ["1", "0"]


def test_a_sent_again_letter_finds_its_queue(alice, hook, target, deliver, worker, resources):
    from tests.workers_at_hand import queued

    hook()
    alice.says("GENERAL", "hi")
    worker.run(worker.records())
    [effect] = queued(resources["WEBHOOKS_QUEUE"])
    assert worker.carry_out(effect) == {"batchItemFailures": []}
    deliver()
    assert len(target.received) == 1
