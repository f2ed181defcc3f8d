"""Messages by the Python client, over real HTTP."""

from typing import Any

import pytest

from tests.clients.rocketchat_api.surface import Client


@pytest.fixture
def garden(admin: Client, bob: Client, name: str) -> str:
    """A channel of admin's with bob in it."""
    return str(admin.channels_create(name, members=["bob"])["channel"]["_id"])


def said(client: Client, room: str, text: str, **more: Any) -> str:
    return str(client.chat_post_message(text, room_id=room, **more)["message"]["_id"])


def ids(messages: Any) -> list[str]:
    return [message["_id"] for message in messages]


def test_writing_changing_and_deleting(admin: Client, bob: Client, garden: str, name: str) -> None:
    first = bob.chat_post_message("The roses bloom", channel=f"#{name}", alias="Gardener")["message"]
    assert first["rid"] == garden
    sent = admin.chat_send_message({"rid": garden, "msg": "All of them?", "_id": f"mine-{name}"})["message"]
    assert sent["_id"] == f"mine-{name}"
    bob.chat_update(garden, first["_id"], "The white roses bloom")
    assert bob.chat_get_message(first["_id"])["message"]["msg"] == "The white roses bloom"
    bob.chat_delete(garden, first["_id"])
    assert first["_id"] not in ids(bob.channels_history(garden))
    deleted = bob.chat_get_deleted_messages(garden, "2020-01-01T00:00:00.000Z")
    assert ids(deleted) == [first["_id"]]
    result = bob.chat_sync_messages(garden, "2020-01-01T00:00:00.000Z")["result"]
    assert sent["_id"] in ids(result["updated"])
    assert ids(result["deleted"]) == [first["_id"]]


def test_marks_on_a_message(admin: Client, bob: Client, garden: str) -> None:
    hint = said(admin, garden, "Water them at six")
    bob.chat_react(hint, "rose")
    assert bob.chat_get_message(hint)["message"]["reactions"] == {":rose:": {"usernames": ["bob"]}}
    bob.chat_star_message(hint)
    assert ids(bob.chat_get_starred_messages(garden)) == [hint]
    bob.chat_unstar_message(hint)
    assert ids(bob.chat_get_starred_messages(garden)) == []
    admin.chat_pin_message(hint)
    assert ids(bob.chat_get_pinned_messages(garden)) == [hint]
    admin.chat_unpin_message(hint)
    assert ids(bob.chat_get_pinned_messages(garden)) == []
    assert bob.chat_report_message(hint, "Six is too early")["success"]


def test_threads(admin: Client, bob: Client, garden: str) -> None:
    question = said(admin, garden, "Who waters the roses?")
    answer = said(bob, garden, "I do", tmid=question)
    assert ids(admin.chat_get_thread_messages(question)) == [answer]
    assert ids(admin.chat_get_threads_list(garden)) == [question]
    assert len(admin.chat_get_message(question)["message"]["replies"]) == 2
    changed = admin.chat_sync_thread_list(garden, "2020-01-01T00:00:00.000Z")["threads"]
    assert ids(changed["update"]) == [question]
    changed = admin.chat_sync_thread_messages(question, "2020-01-01T00:00:00.000Z")["messages"]
    assert ids(changed["update"]) == [answer]
    admin.chat_unfollow_message(question)
    assert admin.chat_get_message(question)["message"]["replies"] == [bob.me()["_id"]]
    admin.chat_follow_message(question)
    assert admin.me()["_id"] in admin.chat_get_message(question)["message"]["replies"]


def test_mentions_and_search(admin: Client, bob: Client, garden: str) -> None:
    call = said(admin, garden, "@bob please water the hydrangeas")
    assert ids(bob.chat_get_mentioned_messages(garden)) == [call]
    assert ids(bob.channels_get_all_user_mentions_by_channel(garden)) == [call]
    assert ids(bob.chat_search(garden, "hydrangeas")) == [call]


def test_who_read_a_message(admin: Client, bob: Client, garden: str) -> None:
    kept = ("Message_Read_Receipt_Enabled", "Message_Read_Receipt_Store_Users")
    for setting in kept:
        admin.settings_update(setting, True)
    try:
        bob.subscriptions_read(garden)
        news = said(admin, garden, "The roses bloom")
        bob.subscriptions_read(garden)
        receipts = admin.chat_get_message_read_receipts(news)["receipts"]
    finally:
        for setting in kept:
            admin.settings_update(setting, False)
    assert {receipt["user"]["username"] for receipt in receipts} == {"admin", "bob"}


def test_ignoring_and_unread(admin: Client, bob: Client, garden: str) -> None:
    bob.chat_ignore_user(garden, admin.me()["_id"])
    assert bob.subscriptions_get_one(garden)["subscription"]["ignored"] == [admin.me()["_id"]]
    bob.chat_ignore_user(garden, admin.me()["_id"], ignore=False)
    said(admin, garden, "Anybody there?")
    bob.subscriptions_read(garden)
    assert bob.subscriptions_get_one(garden)["subscription"]["alert"] is False
    bob.subscriptions_unread(garden)
    assert bob.subscriptions_get_one(garden)["subscription"]["alert"] is True


def test_discussions_and_cleaning(admin: Client, bob: Client, garden: str) -> None:
    discussion = admin.rooms_create_discussion(garden, "Where to plant")["discussion"]
    assert [message["drid"] for message in bob.chat_get_discussions(garden)] == [discussion["_id"]]
    said(admin, garden, "Soon forgotten")
    cleaned = admin.rooms_clean_history(garden, "2100-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z")
    assert cleaned["count"] >= 1
    assert "Soon forgotten" not in [message["msg"] for message in bob.channels_history(garden)]
