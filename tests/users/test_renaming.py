"""A new username and name, wherever the old one was written."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pimentachat import ids
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


# --- while the job goes on


@pytest.fixture
def between(monkeypatch):
    """`between(act)`: calls `act` with the progress of a job before each of its steps, which are small ones."""
    from pimentachat.services.after import jobs, renames, walks
    from pimentachat.store import jobs as job_store

    monkeypatch.setattr(walks, "_AT_ONCE", 2)
    monkeypatch.setattr(walks, "_BATCH", 2)
    monkeypatch.setattr(renames, "_AT_ONCE", 1)
    step = jobs.step

    def set_up(act):
        def stepped(job_id):
            job = job_store.find(job_id)
            if job:
                act(job.progress)
            return step(job_id)

        monkeypatch.setattr(jobs, "step", stepped)

    return set_up


def names_in(everything):
    """Usernames of authors in all rooms."""
    from tests.workers.test_purge import items

    return {json.loads(item["doc"])["u"]["username"] for item in items("messages") if item["pk"].startswith(everything)}


@pytest.mark.parametrize("moves", ["renamed", "made a channel"])
def test_a_room_that_moves_to_where_the_walk_has_been(bob, admin, between, deliver, moves):
    apple, cedar, zinnia = (bob.creates_channel(name) for name in ("apple", "cedar", "zinnia"))
    aardwolf = bob.creates_group("aardwolf")
    for room_id in (apple, cedar, zinnia, aardwolf):
        for _ in range(3):
            bob.says(room_id, "here I was")
    moved = []

    def act(progress):
        if progress.startswith('["c","cedar"') and not moved:
            if moves == "renamed":
                moved.append(bob.post("channels.rename", roomId=zinnia, name="aardvark").succeeded)
            else:
                moved.append(bob.post("groups.setType", roomId=aardwolf, type="c").succeeded)

    between(act)
    assert admin.post("users.update", userId=bob.id, data={"username": "robert"}).succeeded
    deliver()
    assert moved == [True]
    assert names_in("ROOM#") & {"bob"} == set()


def test_a_room_that_is_renamed_again_and_again_does_not_hold_a_walk_up(bob, alice, admin, between, deliver):
    """Each new place of a room with many messages would be hours of work for every walk of the workspace."""
    room_id = alice.creates_channel("zinnia")
    for _ in range(6):
        alice.says(room_id, "here I am")
    waited = 0

    def act(_):
        nonlocal waited
        waited += 1
        for _ in range(2):
            if waited < 20:
                assert alice.post("channels.rename", roomId=room_id, name=f"zinnia{ids.new_id().lower()}").succeeded

    between(act)
    bob.says(room_id, "here I was")
    assert admin.post("users.update", userId=bob.id, data={"username": "robert"}).succeeded
    deliver()
    # A dozen for the lists, and one for two of the room's messages, which tell of forty names.
    assert waited < 50
    assert names_in("ROOM#") & {"bob"} == set()


PLANS = st.lists(
    st.tuples(
        st.integers(0, 6), st.sampled_from(["rename", "type", "create", "post", "join"]), st.sampled_from("abgmtz")
    ),
    min_size=3,
    max_size=8,
)
"""What happens between the steps of the job: after how many of them, what, and how a new name begins."""


@given(plan=PLANS)
@settings(max_examples=4)
def test_whatever_happens_meanwhile(alice, bob, admin, between, deliver, plan):
    """Rooms come, move and are joined, and messages are written, between the steps of a job: afterwards nobody and
    nothing carries the former name."""
    former = alice.get("users.info", userId=bob.id)["user"]["username"]
    fresh = f"bob{ids.new_id().lower()}"
    own = [bob.creates_channel(f"{letter}{ids.new_id().lower()}") for letter in "cmz"]
    for room_id in own:
        bob.says(room_id, f"@{former} and me")
    left_to_do = list(plan)
    waited = 0

    def act(_):
        nonlocal waited
        waited += 1
        if not left_to_do or waited <= left_to_do[0][0]:
            return
        (_, what, letter), waited = left_to_do.pop(0), 0
        room_id = own[ord(letter) % len(own)]
        kind = "channels" if bob.get("rooms.info", roomId=room_id)["room"]["t"] == "c" else "groups"
        name = f"{letter}{ids.new_id().lower()}"
        if what == "rename":
            assert bob.post(f"{kind}.rename", roomId=room_id, name=name).succeeded
        elif what == "type":
            assert bob.post(f"{kind}.setType", roomId=room_id, type={"channels": "p", "groups": "c"}[kind]).succeeded
        elif what == "create":
            own.append(bob.creates_channel(name))
        elif what == "post":
            assert bob.post("chat.postMessage", roomId=room_id, text=f"still @{former}").succeeded
        else:
            assert bob.post("channels.join", roomId=alice.creates_channel(name)).succeeded

    between(act)
    assert admin.post("users.update", userId=bob.id, data={"username": fresh}).succeeded
    deliver()
    assert names_in("ROOM#") & {former} == set()
    held = bob.get("subscriptions.get")["update"]
    assert {each["u"]["username"] for each in held} == {fresh}
    assert alice.get("users.info", username=former).error == "User not found."
