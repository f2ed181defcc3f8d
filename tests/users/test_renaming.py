"""A new username and name, wherever the old one was written."""

import pytest

from tests.refusals import refused


@pytest.fixture
def team(alice, bob, carol):
    """A channel, a group and direct rooms in which Bob wrote, was mentioned, reacted and edited."""
    channel = alice.creates_channel("team", members=["bob"])
    group = bob.creates_group("den", members=["carol"])
    return {
        "channel": channel,
        "group": group,
        "direct": alice.opens_direct_room(bob),
        "three": alice.post("im.create", usernames="bob,carol")["room"]["_id"],
        "mention": alice.says(channel, "hi @bob, and @bobby, @bob. (@bob)"),
        "reaction": alice.says(channel, "react here"),
        "own": bob.says(group, "mine"),
    }


def messages(person, room_id, kind):
    return {message["_id"]: message for message in person.reads(room_id, kind)}


def test_everywhere(alice, bob, carol, admin, team, deliver):
    assert bob.post("chat.react", messageId=team["reaction"], emoji="smile").succeeded
    assert bob.post("chat.update", roomId=team["group"], msgId=team["own"], text="edited").succeeded
    answer = admin.post("users.update", userId=bob.id, data={"username": "robert", "name": "Robert"})
    assert answer.succeeded, answer.text
    fresh = bob.says(team["channel"], "I am new here")
    assert messages(alice, team["channel"], "channels")[fresh]["u"]["username"] == "robert", "at once in new answers"
    deliver()

    channel = messages(alice, team["channel"], "channels")
    mention = channel[team["mention"]]
    assert mention["msg"] == "hi @robert, and @bobby, @robert. (@bob)"
    assert mention["mentions"] == [{"_id": bob.id, "username": "robert", "name": "Robert"}]
    assert channel[team["reaction"]]["reactions"][":smile:"]["usernames"] == ["robert"]
    assert "bob" not in [message["msg"] for message in channel.values() if message.get("t") == "au"]
    own = messages(carol, team["group"], "groups")[team["own"]]
    assert (own["u"], own["editedBy"]["username"]) == (
        {"_id": bob.id, "username": "robert", "name": "Robert"},
        "robert",
    )
    group = bob.get("groups.info", roomId=team["group"])["group"]
    assert group["u"]["username"] == "robert"
    assert group["lastMessage"]["u"]["username"] == "robert"
    held = alice.subscription(team["direct"])
    assert (held["name"], held["fname"]) == ("robert", "Robert")
    assert alice.subscription(team["three"])["name"] == "carol, robert"
    assert bob.subscription(team["channel"])["u"] == {"_id": bob.id, "username": "robert", "name": "Robert"}
    assert sorted(alice.get("im.list")["ims"][0]["usernames"]) in (["alice", "robert"], ["alice", "carol", "robert"])
    names = [member["username"] for member in alice.get("channels.members", roomId=team["channel"])["members"]]
    assert names == ["alice", "robert"]


def test_the_old_name_is_kept_until_then(alice, bob, carol, admin, anonymous, deliver, log_in):
    assert admin.post("users.update", userId=bob.id, data={"username": "robert"}).succeeded
    identity = "Could not save user identity [error-could-not-save-identity]"
    refused(admin.post("users.update", userId=carol.id, data={"username": "bob"}), identity)
    said = alice.posts("GENERAL", "@bob are you there")["message"]
    assert said["mentions"] == [{"_id": bob.id, "username": "robert", "name": "Bob"}]
    assert log_in("bob").id == bob.id
    deliver()
    assert admin.post("users.update", userId=carol.id, data={"username": "bob"}).succeeded
    assert alice.get("users.info", username="bob")["user"]["_id"] == carol.id


def test_back_again_before_it_is_done(bob, alice, admin, deliver):
    for name in ("robert", "bob"):
        assert admin.post("users.update", userId=bob.id, data={"username": name}).succeeded
    deliver()
    assert alice.get("users.info", username="bob")["user"]["_id"] == bob.id
    assert alice.get("users.info", username="robert").error == "User not found."


def test_twice_before_it_is_done(bob, alice, admin, deliver):
    said = bob.says("GENERAL", "here I am")
    for name in ("robert", "rob"):
        assert admin.post("users.update", userId=bob.id, data={"username": name}).succeeded
    deliver()
    assert messages(alice, "GENERAL", "channels")[said]["u"]["username"] == "rob"
    for name in ("bob", "robert"):
        assert alice.get("users.info", username=name).error == "User not found."


def test_in_another_case(alice, bob, deliver):
    assert alice.post("users.update", userId=alice.id, data={"username": "ALICE"})["user"]["username"] == "ALICE"
    deliver()
    assert bob.get("users.info", username="alice")["user"]["username"] == "ALICE"


def test_long_work_in_steps_that_may_come_twice(alice, bob, admin, worker, monkeypatch, deliver):
    from pimentachat.services.after import jobs, renames, walks
    from pimentachat.store import jobs as job_store

    monkeypatch.setattr(walks, "_AT_ONCE", 3)
    monkeypatch.setattr(walks, "_BATCH", 2)
    monkeypatch.setattr(renames, "_AT_ONCE", 1)
    rooms = [bob.creates_channel(name) for name in ("garden", "Garden", "kitchen")]
    said = [bob.says(room_id, str(number)) for room_id in rooms for number in range(5)]
    assert admin.post("users.update", userId=bob.id, data={"username": "robert"}).succeeded
    steps = []
    step = jobs.step

    def twice(job_id):
        steps.append(job_id)
        before = job_store.find(job_id)
        step(job_id)
        if before and job_store.find(job_id):
            jobs._KINDS[before.kind](before)
        return job_store.find(job_id) is None

    monkeypatch.setattr(jobs, "step", twice)
    deliver()
    assert len(steps) > 10
    for room_id in rooms:
        for message in alice.reads(room_id):
            assert message["u"]["username"] == "robert"
    assert len(said) == 15


def test_found_by_the_new_words_alone(alice, bob, admin):
    assert admin.post("users.update", userId=bob.id, data={"username": "robert", "name": "Rob Roy"}).succeeded
    for text, found in (("rober", ["robert"]), ("roy", ["robert"]), ("bob", [])):
        assert [user["username"] for user in alice.get("spotlight", query=text)["users"]] == found
