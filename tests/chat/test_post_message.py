"""chat.postMessage."""

import pytest

from tests.refusals import refused

INVALID_CHANNEL = "[invalid-channel]"
GENERAL = "GENERAL"


def test_the_answer_carries_the_message_as_it_is_stored(alice, clock):
    before = clock.now_text()
    answer = alice.post("chat.postMessage", channel="#general", text="  hello  ")
    message = answer["message"]
    assert answer.body == {
        "ts": clock.milliseconds(message["ts"]),
        "channel": "#general",
        "message": message,
        "success": True,
    }
    assert before <= message["ts"] <= clock.now_text()
    assert len(message["_id"]) == 17
    assert message == {
        "_id": message["_id"],
        "rid": GENERAL,
        "alias": "",
        "msg": "hello",
        "md": [{"type": "PARAGRAPH", "value": [{"type": "PLAIN_TEXT", "value": "hello"}]}],
        "attachments": [],
        "parseUrls": True,
        "groupable": False,
        "ts": message["ts"],
        "u": {"_id": alice.id, "username": "alice", "name": "Alice"},
        "mentions": [],
        "channels": [],
        "_updatedAt": message["_updatedAt"],
    }
    assert alice.reads(GENERAL)[0] == message
    assert alice.get("chat.getMessage", msgId=message["_id"])["message"] == message


@pytest.mark.parametrize("key", ["channel", "roomId"])
@pytest.mark.parametrize("target", ["#general", "general", "GENERAL", "#GENERAL"])
def test_a_channel_is_named_by_name_or_id_with_or_without_a_sign(alice, key, target):
    answer = alice.post("chat.postMessage", **{key: target}, text="hi")
    assert answer["message"]["rid"] == GENERAL
    assert answer["channel"] == target


def test_the_room_id_counts_only_without_a_channel(alice):
    other = alice.creates_channel("other")
    assert alice.post("chat.postMessage", channel="#general", roomId=other, text="hi")["message"]["rid"] == GENERAL
    assert alice.post("chat.postMessage", channel="", roomId=other, text="hi")["message"]["rid"] == other


@pytest.mark.parametrize("form", ["@{0.username}", "@{0.id}", "{0.username}", "{0.id}"])
def test_a_person_gets_it_in_a_direct_room_that_is_made_when_missing(alice, bob, form):
    target = form.format(bob)
    answer = alice.post("chat.postMessage", channel=target, text="psst")
    assert answer.succeeded
    assert answer["channel"] == target
    assert answer["message"]["rid"] == "".join(sorted((alice.id, bob.id)))
    assert [message["msg"] for message in bob.reads(answer["message"]["rid"], "im")] == ["psst"]
    assert bob.subscription(answer["message"]["rid"])["unread"] == 1


def test_the_id_of_a_direct_room_names_it_too(alice, bob):
    room_id = alice.opens_direct_room(bob)
    for target in (room_id, f"@{room_id}"):
        assert alice.post("chat.postMessage", channel=target, text="psst")["message"]["rid"] == room_id


def test_a_group_takes_it_from_members_only(alice, bob):
    group = alice.creates_group("hush")
    assert alice.post("chat.postMessage", channel="#hush", text="a")["message"]["rid"] == group
    refused(bob.post("chat.postMessage", channel="#hush", text="b"), INVALID_CHANNEL)
    refused(bob.post("chat.postMessage", roomId=group, text="b"), INVALID_CHANNEL)
    assert [message["msg"] for message in alice.reads(group, "groups")] == ["a"]


def test_several_targets_get_one_message_each_and_the_first_is_answered(alice, bob):
    other = alice.creates_channel("other")
    answer = alice.post("chat.postMessage", channel=["#other", "@bob", "general"], text="news")
    assert (answer["channel"], answer["message"]["rid"]) == ("#other", other)
    assert alice.reads(other)[0]["msg"] == "news"
    assert bob.reads(alice.opens_direct_room(bob), "im")[0]["msg"] == "news"
    assert alice.reads(GENERAL)[0]["msg"] == "news"


def test_the_first_target_that_fails_stops_it_and_earlier_ones_stay_sent(alice):
    other = alice.creates_channel("other")
    refused(alice.post("chat.postMessage", channel=["#other", "#nowhere", "general"], text="news"), INVALID_CHANNEL)
    assert alice.reads(other)[0]["msg"] == "news"
    assert "news" not in [message["msg"] for message in alice.reads(GENERAL)]


def test_no_target_or_an_unknown_one(alice):
    assert alice.post("chat.postMessage", channel="#general", text="hi").succeeded
    refused(alice.post("chat.postMessage", text="hi"), INVALID_CHANNEL)
    for target in ("#nowhere", "nowhere", "@nobody", "@general", "", [""], ["#general", ""], "x" * 5000):
        refused(alice.post("chat.postMessage", channel=target, text="hi"), INVALID_CHANNEL)


def test_an_empty_list_sends_nothing(alice):
    refused(alice.post("chat.postMessage", channel=[], text="hi"), "unknown-error")
    refused(alice.post("chat.postMessage", channel=[], roomId=GENERAL, text="hi"), "unknown-error")


def test_posting_in_a_channel_joins_it(alice, bob):
    room_id = alice.creates_channel("open")
    assert bob.posts(room_id, "knock knock").succeeded
    said, joined = bob.reads(room_id)[:2]
    assert said["msg"] == "knock knock"
    assert (joined["t"], joined["msg"], joined["u"]) == ("uj", "bob", {"_id": bob.id, "username": "bob"})
    room = alice.get("channels.info", roomId=room_id)["channel"]
    assert (room["usersCount"], room["msgs"]) == (2, 2)
    assert bob.subscription(room_id)["unread"] == 0


def test_posting_in_a_channel_one_may_not_see(alice, bob, grant):
    room_id = alice.creates_channel("open")
    grant("view-c-room", "admin")
    refused(bob.posts(room_id, "hi"), INVALID_CHANNEL)
    grant("view-c-room", "admin", "user")
    assert bob.posts(room_id, "hi").succeeded


def test_a_join_code_keeps_others_out(admin, alice, bob):
    from pimentachat.store import rooms as room_store

    room_id = alice.creates_channel("locked")
    # channels.setJoinCode comes with a later issue.
    room_store.change(room_id, lambda room: room.model_copy(update={"join_code": "sesame", "join_code_required": True}))
    assert alice.posts(room_id, "in").succeeded
    refused(bob.posts(room_id, "out"), "Invalid Room Password [error-code-invalid]")
    assert admin.posts(room_id, "may join without a code").succeeded


def test_who_may_not_create_direct_rooms_writes_in_those_there_are(alice, bob, carol, grant):
    room_id = bob.opens_direct_room(alice)
    grant("create-d", "admin")
    refused(alice.post("chat.postMessage", channel="@carol", text="hi"), "Not allowed [error-not-allowed]")
    assert alice.post("chat.postMessage", channel="@bob", text="hi")["message"]["rid"] == room_id


def test_a_target_without_direct_rooms_gets_none(alice, newcomer):
    newcomer("hermit", roles=["guest"])
    refused(
        alice.post("chat.postMessage", channel="@hermit", text="hi"),
        "Target user not allowed to receive messages [error-not-allowed]",
    )


def test_what_the_poster_looks_like(alice):
    def posted(**fields):
        return alice.posts(GENERAL, "hi", **fields)["message"]

    assert posted(alias="Robot")["alias"] == "Robot"
    assert posted(alias="Robot", username="Android")["alias"] == "Android"
    assert posted(emoji=":smirk:")["emoji"] == ":smirk:"
    assert posted(emoji=":smirk:", icon_emoji=":wink:")["emoji"] == ":wink:"
    with_picture = posted(avatar="https://example.org/a.png", emoji=":smirk:")
    assert with_picture["avatar"] == "https://example.org/a.png"
    assert "emoji" not in with_picture
    assert posted(avatar="https://a.example", icon_url="https://b.example")["avatar"] == "https://b.example"
    assert posted(groupable=True)["groupable"] is True
    assert posted(bot={"i": "integration"})["bot"] == {"i": "integration"}


def test_the_text_may_be_called_msg_and_may_be_missing(alice):
    assert alice.post("chat.postMessage", roomId=GENERAL, msg=" yo ")["message"]["msg"] == "yo"
    assert alice.post("chat.postMessage", roomId=GENERAL)["message"]["msg"] == ""
    assert alice.post("chat.postMessage", roomId=GENERAL, text="a", msg="b")["message"]["msg"] == "a"


def test_links_are_listed_unless_told_otherwise(alice):
    text = "see https://a.example/x, `https://code.example` and https://a.example/x or http://b.example."
    listed = [{"url": "https://a.example/x"}, {"url": "http://b.example"}]
    assert alice.posts(GENERAL, text)["message"]["urls"] == listed
    assert "urls" not in alice.posts(GENERAL, text, parseUrls=False)["message"]
    with_attachments = alice.posts(GENERAL, text, attachments=[])["message"]
    assert (with_attachments["parseUrls"], with_attachments["attachments"]) == (False, [])
    assert "urls" not in with_attachments
    assert alice.posts(GENERAL, text, attachments=[], parseUrls=True)["message"]["urls"] == listed


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("<https://q.r|T>", "https://q.r"),
        ("see <https://q.r/a?b=c|the plan>, please", "https://q.r/a?b=c"),
        ("<https://q.r>", "https://q.r"),
        ("[T](https://q.r)", "https://q.r"),
        ("https://q.r/a|b", "https://q.r/a|b"),
    ],
)
def test_a_link_may_have_a_name(alice, text, link):
    assert alice.posts(GENERAL, text)["message"]["urls"] == [{"url": link}]


def test_attachments_are_kept_with_what_we_do_not_know(alice):
    sent = {
        "color": "#ff0000",
        "msg": " renamed ",
        "ts": "2019-04-11T16:26:40.000Z",
        "fields": [{"short": True, "title": "Count", "value": 3}, {"title": "On", "value": True}],
        "actions": [{"type": "button", "text": "Go", "url": "https://example.org"}],
        "image_size": 12,
        "custom": {"a": [1, None]},
        "title": None,
    }
    stored = alice.posts(GENERAL, "", attachments=[sent])["message"]["attachments"]
    assert stored == [
        {
            "color": "#ff0000",
            "text": "renamed",
            "ts": "2019-04-11T16:26:40.000Z",
            "fields": [{"short": True, "title": "Count", "value": "3"}, {"title": "On", "value": "true"}],
            "actions": [{"type": "button", "text": "Go", "url": "https://example.org"}],
            "image_size": 12,
            "custom": {"a": [1, None]},
        }
    ]
    assert alice.reads(GENERAL)[0]["attachments"] == stored
    assert alice.posts(GENERAL, "x", attachments="none")["message"]["attachments"] == []


def test_a_wrong_attachment_stores_nothing(alice):
    newest = alice.says(GENERAL, "before")
    for wrong in ({"color": 3}, {"fields": [{"value": "x"}]}, {"attachments": [{"text": []}]}, "text", 3):
        answer = alice.posts(GENERAL, "x", attachments=[wrong])
        assert (answer.status, answer.error_type) == (400, None)
        assert answer.error.startswith("Match error: ")
    refused(
        alice.posts(GENERAL, "x", attachments=[{"color": 3}]),
        "Match error: Expected string, got number in field color",
    )
    refused(
        alice.posts(GENERAL, "x", attachments=[{}, "x"]),
        "Match error: Expected object, got string in field attachments.1",
    )
    assert alice.reads(GENERAL)[0]["_id"] == newest


@pytest.mark.parametrize("wrong", [{"text": 3}, {"alias": []}, {"groupable": "yes"}, {"bot": "x"}, {"tmid": {}}])
def test_fields_of_the_wrong_type(alice, wrong):
    answer = alice.post("chat.postMessage", roomId=GENERAL, **wrong)
    [field] = wrong
    assert answer.status == 400
    assert answer.error.startswith("Match error: Expected ")
    assert answer.error.endswith(f" in field {field}")


def test_the_limit_is_in_characters_as_people_see_them(alice, setting):
    setting("Message_MaxAllowedSize", 5)
    too_long = "error-message-size-exceeded"
    for fits in ("12345", "\U0001f468‍\U0001f469‍\U0001f467" * 5, ":smile:" * 5, "é" * 5, "\U0001f1e9\U0001f1ea" * 5):
        assert alice.posts(GENERAL, fits).succeeded
    for long in ("123456", "\U0001f468‍\U0001f469‍\U0001f467" * 6, ":smile:" * 6, ":nosuch:"):
        refused(alice.posts(GENERAL, long), too_long)
    refused(alice.posts(GENERAL, "x", attachments=[{"text": "123456"}]), too_long)
    refused(alice.posts(GENERAL, "x", attachments=[{"msg": "123456"}]), too_long)


def test_mentions_of_people_rooms_and_everybody(alice, bob, carol):
    other = alice.creates_channel("other")
    text = "@all: @bob. and @CAROL, not mail@bob or @nobody; see #other and #nowhere @bob"
    message = alice.posts(GENERAL, text)["message"]
    assert message["mentions"] == [
        {"_id": "all", "username": "all"},
        {"_id": bob.id, "username": "bob", "name": "Bob"},
        {"_id": carol.id, "username": "carol", "name": "Carol"},
    ]
    assert message["channels"] == [{"_id": other, "name": "other"}]


@pytest.mark.parametrize("whom", ["all", "here"])
def test_naming_everybody_needs_a_permission(alice, bob, grant, whom):
    room_id = alice.creates_channel("mine")
    assert bob.posts(room_id, f"@{whom} hi").succeeded
    grant(f"mention-{whom}", "owner")
    refused(bob.posts(room_id, f"@{whom} hi"), f"Notify {whom} in this room not allowed [error-action-not-allowed]")
    assert alice.posts(room_id, f"@{whom} hi").succeeded


def test_naming_everybody_in_a_large_room(alice, bob, carol, setting):
    setting("Message_MaxAll", 3)
    small = alice.creates_channel("small", members=["bob", "carol"])
    assert alice.posts(small, "@all hi").succeeded
    refused(
        alice.posts(GENERAL, "@all hi"),
        "Group mentions `@all` and `@here` have been disabled for rooms with more than 3 members."
        " [error-action-not-allowed]",
    )
    assert alice.posts(GENERAL, "hi").succeeded


def test_unread_numbers_of_the_others(alice, bob, carol):
    room_id = alice.creates_channel("team", members=["bob", "carol"])
    alice.says(room_id, "morning")
    quiet = bob.subscription(room_id)
    assert (quiet["alert"], quiet["unread"], quiet["userMentions"], quiet["groupMentions"]) == (True, 0, 0, 0)
    alice.says(room_id, "@bob coffee?")
    alice.says(room_id, "@all coffee!")
    named = bob.subscription(room_id)
    assert (named["alert"], named["unread"], named["userMentions"], named["groupMentions"]) == (True, 2, 1, 1)
    other = carol.subscription(room_id)
    assert (other["unread"], other["userMentions"], other["groupMentions"]) == (1, 0, 1)
    own = alice.subscription(room_id)
    assert (own["alert"], own["unread"], own["userMentions"], own["groupMentions"]) == (False, 0, 0, 0)


def test_posting_reads_the_room(alice, bob):
    room_id = alice.creates_channel("team", members=["bob"])
    alice.says(room_id, "@bob hi")
    assert bob.subscription(room_id)["unread"] == 1
    posted = bob.posts(room_id, "hi yourself")["message"]
    held = bob.subscription(room_id)
    assert (held["alert"], held["unread"], held["userMentions"], held["ls"]) == (False, 0, 0, posted["ts"])


def test_all_messages_count_when_the_setting_says_so(alice, bob, setting):
    setting("Unread_Count", "all_messages")
    room_id = alice.creates_channel("team", members=["bob"])
    for text in ("one", "two", "@bob three"):
        alice.says(room_id, text)
    assert bob.subscription(room_id)["unread"] == 3
    assert alice.subscription(room_id)["unread"] == 0


def test_the_room_shows_its_last_message(alice):
    room_id = alice.creates_channel("team")
    alice.says(room_id, "one")
    message = alice.posts(room_id, "two")["message"]
    room = alice.get("channels.info", roomId=room_id)["channel"]
    assert (room["lastMessage"], room["lm"], room["msgs"]) == (message, message["ts"], 2)


def test_without_last_messages_the_room_still_has_its_time(alice, setting):
    setting("Store_Last_Message", False)
    room_id = alice.creates_channel("team")
    message = alice.posts(room_id, "one")["message"]
    room = alice.get("channels.info", roomId=room_id)["channel"]
    assert (room.get("lastMessage"), room["lm"], room["msgs"]) == (None, message["ts"], 1)


def test_bad_words_are_starred_out(alice, setting):
    setting("Message_AllowBadWordsFilter", True)
    setting("Message_BadWordsFilterList", "darn, heck")
    assert (
        alice.posts(GENERAL, "Darn it, what the heck, darning")["message"]["msg"] == "**** it, what the ****, darning"
    )


def test_a_link_to_a_message_becomes_a_quote(alice, bob):
    quoted = alice.posts(GENERAL, "to be quoted")["message"]
    link = f"https://chat.example.org/channel/general?msg={quoted['_id']}"
    message = bob.posts(GENERAL, f"look: {link}")["message"]
    assert message["urls"] == [{"url": link, "ignoreParse": True}]
    assert message["attachments"] == [
        {
            "text": "to be quoted",
            "author_name": "alice",
            "author_icon": "/avatar/alice",
            "message_link": link,
            "attachments": [],
            "ts": quoted["ts"],
        }
    ]


def test_a_quote_shows_nothing_of_rooms_the_poster_does_not_see(alice, bob):
    secret = alice.says(alice.creates_group("hush"), "secret")
    link = f"https://chat.example.org/group/hush?msg={secret}"
    message = bob.posts(GENERAL, link)["message"]
    assert message["urls"] == [{"url": link}]
    assert message["attachments"] == []
    for odd in (
        "https://chat.example.org[x?msg=1",
        "https://chat.example.org/?msg=",
        "https://chat.example.org/?msg=no",
    ):
        assert bob.posts(GENERAL, odd)["message"]["attachments"] == []


def test_quotes_of_quotes_end_where_the_setting_says(alice, setting):
    def quoting(message_id):
        return alice.posts(GENERAL, f"https://chat.example.org/?msg={message_id}")["message"]

    first = alice.says(GENERAL, "first")
    second = quoting(first)["_id"]
    third = quoting(second)
    assert third["attachments"][0]["attachments"][0]["text"] == "first"
    fourth = quoting(third["_id"])
    assert fourth["attachments"][0]["attachments"][0]["attachments"] == []
    setting("Message_QuoteChainLimit", 1)
    assert quoting(second)["attachments"][0]["attachments"] == []


def test_a_reply_hangs_on_its_thread(alice, bob):
    parent = alice.says(GENERAL, "topic")
    reply = bob.posts(GENERAL, "reply", tmid=parent)["message"]
    assert reply["tmid"] == parent
    told = alice.get("chat.getMessage", msgId=parent)["message"]
    assert (told["tcount"], told["tlm"], told["replies"]) == (1, reply["ts"], sorted([alice.id, bob.id]))


def test_a_reply_to_what_is_not_in_this_room(alice, bob):
    elsewhere = alice.says(alice.creates_channel("other"), "topic")
    hidden = alice.says(alice.creates_group("hush"), "topic")
    for parent in (elsewhere, hidden, "nowhere", "x" * 5000):
        refused(bob.posts(GENERAL, "reply", tmid=parent), "Invalid message [error-invalid-message]")


def test_threads_may_be_switched_off(alice, setting):
    parent = alice.says(GENERAL, "topic")
    assert alice.posts(GENERAL, "reply", tmid=parent).succeeded
    setting("Threads_enabled", False)
    refused(alice.posts(GENERAL, "reply", tmid=parent), "not-allowed [error-not-allowed]")


def test_who_may_not_write(alice, bob, carol):
    from pimentachat.store import rooms as room_store

    room_id = alice.creates_channel("team", members=["bob", "carol"])
    room_store.change(room_id, lambda room: room.model_copy(update={"muted": ["bob"]}))
    refused(bob.posts(room_id, "hi"), "You_have_been_muted")
    assert carol.posts(room_id, "hi").succeeded
    room_store.change(room_id, lambda room: room.model_copy(update={"ro": True, "muted": None, "unmuted": ["carol"]}))
    refused(bob.posts(room_id, "hi"), "You can't send messages because the room is readonly.")
    assert carol.posts(room_id, "hi").succeeded
    assert alice.posts(room_id, "hi").succeeded


def test_nobody_posts_without_a_login(anonymous):
    answer = anonymous.post("chat.postMessage", roomId=GENERAL, text="hi")
    assert (answer.status, answer.body) == (
        401,
        {"status": "error", "message": "You must be logged in to do this."},
    )


def test_a_form_and_slack_style_payload_are_read_too(alice):
    assert alice.form("chat.postMessage", channel="#general", text="from a form").succeeded
    assert alice.form("chat.postMessage", payload='{"channel": "#general", "text": "slack"}').succeeded
    assert [message["msg"] for message in alice.reads(GENERAL)[:2]] == ["slack", "from a form"]
