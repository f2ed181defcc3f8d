"""Input of odd shapes and sizes: a clean refusal or a clean success, never a failure of ours."""

from typing import Any

import pytest

GENERAL = "GENERAL"
DEEP = "Match error: Nested too deep in field "
FAR_TOO_DEEP = "Match error: At most 100 levels in field "
TOO_LONG = "error-message-size-exceeded"


def nested(levels: int, name: str = "attachments") -> dict[str, Any]:
    inner: Any = {"text": "x"}
    for _ in range(levels):
        inner = {name: [inner]}
    return dict(inner)


def lists(levels: int) -> Any:
    inner: Any = []
    for _ in range(levels):
        inner = [inner]
    return inner


@pytest.mark.parametrize("levels", [60, 100, 130, 200, 254, 300, 400])
@pytest.mark.parametrize("name", ["attachments", "unknown"])
def test_attachments_nested_too_deep(alice, levels, name):
    newest = alice.says(GENERAL, "before")
    posted = alice.posts(GENERAL, "x", attachments=[nested(levels, name)])
    sent = alice.post("chat.sendMessage", message={"rid": GENERAL, "msg": "x", "attachments": [nested(levels, name)]})
    for answer, field in ((posted, "attachments"), (sent, "message.attachments")):
        assert (answer.status, answer.error) == (400, f"{FAR_TOO_DEEP}{field}")
    assert alice.reads(GENERAL)[0]["_id"] == newest


def test_attachments_nested_as_deep_as_may_be(alice, bob):
    message = alice.posts(GENERAL, "x", attachments=[nested(49)])["message"]
    assert message["attachments"] == [nested(49)]
    link = f"https://chat.example.org/?msg={message['_id']}"
    # Quoting it adds levels; in the end there is a refusal, and everything that was stored can be read.
    for _ in range(3):
        answer = bob.posts(GENERAL, link)
        if not answer.succeeded:
            assert answer.error.startswith(DEEP)
            break
        link = f"https://chat.example.org/?msg={answer['message']['_id']}"
    assert alice.reads(GENERAL)
    assert alice.get("rooms.get").succeeded


@pytest.mark.parametrize("field", ["bot", "customFields"])
def test_other_objects_nested_too_deep(alice, field):
    message = {"rid": GENERAL, "msg": "x", field: {"a": lists(6)}}
    assert alice.post("chat.sendMessage", message=message).succeeded
    for levels in (7, 99, 240, 500):
        answer = alice.post("chat.sendMessage", message={**message, field: {"a": lists(levels)}})
        assert (answer.status, answer.error) == (400, f"Match error: At most 8 levels in field message.{field}")


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x" * 5001},
        {"text": "x" * 3_000_000},
        {"text": "e" + "\u0301" * 400_000},
        {"text": ":smile:" * 200_000},
        {"text": "x", "attachments": [{"title": "y" * 200_000}]},
        {"text": "x", "attachments": [{"color": "red"}] * 10_000},
    ],
    ids=lambda fields: max(fields, key=lambda name: len(str(fields[name]))) + str(len(str(fields))),
)
def test_more_than_a_record_holds(alice, fields):
    assert alice.posts(GENERAL, "fits").succeeded
    answer = alice.post("chat.postMessage", roomId=GENERAL, **fields)
    assert (answer.status, answer.error) == (400, TOO_LONG)
    assert alice.reads(GENERAL)[0]["msg"] == "fits"


@pytest.mark.parametrize(
    ("field", "value", "most"), [("alias", "y" * 200_000, "2048 bytes"), ("bot", {"i": "y" * 200_000}, "8192 bytes")]
)
def test_more_than_a_field_holds(alice, field, value, most):
    answer = alice.post("chat.postMessage", roomId=GENERAL, text="x", **{field: value})
    assert (answer.status, answer.error) == (400, f"Match error: At most {most} in field {field}")


def test_an_edit_beyond_what_a_record_holds(alice, setting):
    setting("Message_MaxAllowedSize", 1_000_000)
    message = alice.posts(GENERAL, "helo")["message"]
    fields = {"roomId": GENERAL, "msgId": message["_id"]}
    answer = alice.post("chat.update", **fields, text="x" * 200_000)
    assert (answer.status, answer.error_type) == (400, TOO_LONG)
    assert alice.reads(GENERAL)[0] == message
    assert alice.post("chat.update", **fields, text="x" * 100_000).succeeded


def test_a_text_as_long_as_may_be(alice, bob):
    text = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 5000
    assert bob.posts(GENERAL, text)["message"]["msg"] == text
    assert alice.reads(GENERAL)[0]["msg"] == text


@pytest.mark.parametrize(
    "text",
    [
        "@" * 5000,
        "@a" + " @a" * 1600,
        "@" + "a" * 4999,
        "#" + "a" * 4999,
        " ".join(f"@n{number}" for number in range(800)),
        " ".join(f"#n{number}" for number in range(800)),
        "`" * 5000,
        "```" * 1600,
        "https://" * 600,
        "https://chat.example.org/?msg=" + "x" * 4900,
        ":" * 5000,
        "\u0000\u0001\ufffe\U0010ffff",
        "@bob@bob @@bob @bob\u200b @\u202ebob",
        "{0} %s #n0 :v0",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_texts_that_look_like_something(alice, bob, text):
    message = alice.posts(GENERAL, text)["message"]
    assert message["msg"] == text
    assert alice.reads(GENERAL)[0] == message
    edited = alice.post("chat.update", roomId=GENERAL, msgId=message["_id"], text=f"{text[:4000]}!")
    assert edited.succeeded


def test_many_people_at_once_in_one_text(alice, newcomer):
    people = [newcomer(f"p{number}") for number in range(120)]
    message = alice.posts(GENERAL, " ".join(f"@{person.username}" for person in people))["message"]
    # One message reaches 50 people by name; the other names are text.
    assert [person["username"] for person in message["mentions"]] == [person.username for person in people[:50]]
    assert {person.subscription(GENERAL)["userMentions"] for person in people[:50:10]} == {2}
    assert {person.subscription(GENERAL)["userMentions"] for person in people[50::10]} == {1}


@pytest.mark.parametrize(
    "message_id",
    [
        " ",
        "#",
        "a#b",
        "~",
        "../x",
        "\u0000",
        "💥" * 32,
        "MSG#x",
        "ROOM",
        "late#1#x",
        "'\"`",
        "%s",
        "-1",
        "\u202e",
        "a\nb",
    ],
    ids=repr,
)
def test_ids_of_odd_characters(alice, bob, message_id):
    assert alice.post("chat.sendMessage", message={"_id": message_id, "rid": GENERAL, "msg": "odd"}).succeeded
    told = bob.get("chat.getMessage", msgId=message_id)["message"] if message_id.strip() else alice.reads(GENERAL)[0]
    assert (told["_id"], told["msg"]) == (message_id, "odd")
    if not message_id.strip():
        return
    assert bob.post("chat.react", messageId=message_id, emoji="smile").succeeded
    assert bob.posts(GENERAL, "reply", tmid=message_id).succeeded
    assert alice.post("chat.update", roomId=GENERAL, msgId=message_id, text="even").succeeded
    room = alice.get("channels.info", roomId=GENERAL)["channel"]
    assert room["lastMessage"]["tmid"] == message_id
    told = alice.get("chat.getMessage", msgId=message_id)["message"]
    assert (told["msg"], told["tcount"], told["reactions"]) == ("even", 1, {":smile:": {"usernames": ["bob"]}})
    assert alice.post("chat.delete", roomId=GENERAL, msgId=message_id).succeeded
    assert message_id not in [each["_id"] for each in alice.reads(GENERAL)]


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb"])
def test_broken_characters_are_broken_json(alice, value):
    answer = alice.post("chat.postMessage", roomId=GENERAL, text=value)
    assert (answer.status, answer.error) == (400, "Invalid JSON")


def test_numbers_beyond_all_bounds(alice):
    for number in (2**63, 2**64, -(2**65), 1e308):
        answer = alice.posts(GENERAL, "x", attachments=[{"n": number, "fields": [{"title": "a", "value": 2**64 - 1}]}])
        assert answer.succeeded
    assert alice.reads(GENERAL)[0]["msg"] == "x"
