"""The services may be called by anybody: a command, a webhook, a worker. No request, no token, no HTTP."""

import pytest


@pytest.fixture
def caller(alice):
    from pimentachat.auth.callers import Caller
    from pimentachat.store import users as user_store

    user = user_store.find(alice.id)
    assert user
    return Caller(user)


def test_posting(alice, bob, caller, deliver):
    from pimentachat.services.messages import sending
    from pimentachat.services.messages.sending import Post

    message, target = sending.post(caller, ["#general"], Post(text="hello @bob"))
    assert (target, message.author.username) == ("#general", "alice")
    assert alice.get("chat.getMessage", msgId=message.id)["message"]["msg"] == "hello @bob"
    deliver()
    assert bob.subscription("GENERAL")["userMentions"] == 2


def test_refusals_are_the_same(bob, caller):
    from pimentachat.errors.rooms import InvalidChannel
    from pimentachat.services.messages import sending
    from pimentachat.services.messages.sending import Post

    secret = bob.creates_group("secret")
    for target in (secret, "#nowhere", None):
        with pytest.raises(InvalidChannel):
            sending.post(caller, [target], Post(text="hello"))


def test_reading_and_leaving(alice, caller):
    from pimentachat.models.kinds import CHANNEL
    from pimentachat.services.messages import history
    from pimentachat.services.messages.history import Span
    from pimentachat.services.rooms import access, members
    from pimentachat.services.rooms.access import RoomReference

    message_id = alice.says("GENERAL", "hello")
    room = access.named(CHANNEL, caller, RoomReference(name="general"))
    assert history.of_range(room, Span(count=1)).messages[0].id == message_id
    members.join(caller, room)
