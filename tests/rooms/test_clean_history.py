"""rooms.cleanHistory, and channels.cleanHistory, which knows less."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.refusals import refused
from tests.workers.test_purge import about, files_in
from tests.workspace import File, Person

PARAM_MISSING = 'The parameter "roomId" or "roomName" is required [error-roomid-param-not-provided]'
NOT_FOUND = 'The required "roomId" or "roomName" param provided does not match any channel [error-room-not-found]'
NOT_ALLOWED = "Not allowed [error-not-allowed]"
BEGINNING, END = "2019-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"


def cleans(person: Person, room_id: str, **wanted: Any) -> int:
    answer = person.post("rooms.cleanHistory", roomId=room_id, **{"oldest": BEGINNING, "latest": END, **wanted})
    assert answer.succeeded, answer.text
    assert answer["_id"] == room_id
    return int(answer["count"])


def texts(person: Person, room_id: str) -> list[str]:
    """Oldest first."""
    return [message["msg"] for message in reversed(person.get("channels.history", roomId=room_id, count=0)["messages"])]


def room(person: Person, room_id: str) -> dict[str, Any]:
    return person.get("channels.info", roomId=room_id)["channel"]


@pytest.fixture
def talk(alice, bob, clock):
    """A channel in which Alice and Bob say "m0" to "m5" by turns, a second apart: its id, and the instants."""
    room_id = alice.creates_channel("garden", members=["bob"])
    instants = []
    for number in range(6):
        clock.advance(seconds=1)
        instants.append((bob if number % 2 else alice).posts(room_id, f"m{number}")["message"]["ts"])
    return room_id, instants


def test_a_range_without_its_ends_or_with_them(admin, alice, talk):
    room_id, at = talk
    assert cleans(admin, room_id, oldest=at[1], latest=at[4]) == 2
    assert texts(alice, room_id) == ["m0", "m1", "m4", "m5"]
    assert cleans(admin, room_id, oldest=at[1], latest=at[4]) == 0
    assert cleans(admin, room_id, oldest=at[1], latest=at[4], inclusive=True) == 2
    assert texts(alice, room_id) == ["m0", "m5"]
    assert cleans(admin, room_id, oldest=at[5], latest=at[0], inclusive=True) == 0


def test_what_is_left_adds_up(admin, alice, bob, talk):
    room_id, at = talk
    before = room(alice, room_id)
    unread = alice.subscription(room_id)["unread"]
    assert cleans(admin, room_id, oldest=at[2], latest=END) == 3
    after = room(alice, room_id)
    assert (after["msgs"], after["lm"]) == (before["msgs"], before["lm"])
    assert after["lastMessage"]["msg"] == "m2"
    listed = alice.get("channels.messages", roomId=room_id)
    assert (listed["total"], len(listed["messages"])) == (3, 3)
    assert alice.subscription(room_id)["unread"] == unread
    alice.says(room_id, "fresh")
    assert room(alice, room_id)["lastMessage"]["msg"] == "fresh"
    assert alice.get("channels.messages", roomId=room_id)["total"] == 4


def test_everything_goes_for_good(admin, alice, bob, talk, deliver, setting):
    room_id, _ = talk
    setting("Message_KeepHistory", True)
    edited = alice.says(room_id, "helo")
    assert alice.post("chat.update", roomId=room_id, msgId=edited, text="hello").succeeded
    assert alice.post("chat.delete", roomId=room_id, msgId=alice.says(room_id, "oops")).succeeded
    assert alice.post("channels.setTopic", roomId=room_id, topic="roses").succeeded
    deliver()
    assert cleans(admin, room_id) == 8
    deliver()
    assert texts(alice, room_id) == []
    assert "lastMessage" not in room(alice, room_id)
    listed = alice.get("channels.messages", roomId=room_id)
    assert (listed["total"], listed["messages"]) == (0, [])
    # Not even what was kept of its history: only the room and who is in it.
    assert {sk.partition("#")[0] for _, sk in about(room_id, edited)} <= {"ROOM", "ROLE", "FILES", "NAME"}
    assert cleans(admin, room_id) == 0
    alice.says(room_id, "fresh")
    assert alice.get("channels.messages", roomId=room_id)["total"] == 1


def versions(room_id: str) -> list[str]:
    """The texts of what Message_KeepHistory keeps, oldest first."""
    from pimentachat.store import messages as message_store

    return [version.text for version in message_store.walk_earlier(room_id)]


@pytest.mark.parametrize("by_a_job", [False, True])
def test_earlier_versions_go_with_their_messages(admin, bob, alice, talk, deliver, setting, monkeypatch, by_a_job):
    from pimentachat.services.messages import cleaning

    if by_a_job:
        monkeypatch.setattr(cleaning, "_IN_A_REQUEST", 0)
        monkeypatch.setattr(cleaning, "_IN_A_STEP", 2)
    room_id, at = talk
    setting("Message_KeepHistory", True)
    for number, message in enumerate(reversed(alice.reads(room_id))):
        person = bob if number % 2 else alice
        for text in ("once", "twice"):
            edited = person.post("chat.update", roomId=room_id, msgId=message["_id"], text=f"{message['msg']} {text}")
            assert edited.succeeded
    assert len(versions(room_id)) == 12

    def left(**wanted: Any) -> set[str]:
        cleans(admin, room_id, **wanted)
        deliver()
        assert texts(alice, room_id) == sorted({f"{text[:2]} twice" for text in versions(room_id)})
        return {text[:2] for text in versions(room_id)}

    assert left(limit=2) == {"m2", "m3", "m4", "m5"}
    assert left(oldest=at[1], latest=at[3]) == {"m3", "m4", "m5"}
    assert left(users=["bob"]) == {"m4"}
    assert left() == set()


def test_what_is_left_of_earlier_versions_goes_too(admin, alice, talk, setting):
    room_id, _ = talk
    setting("Message_KeepHistory", True)
    message = alice.says(room_id, "helo")
    assert alice.post("chat.update", roomId=room_id, msgId=message, text="hello").succeeded
    setting("Message_KeepHistory", False)
    assert alice.post("chat.delete", roomId=room_id, msgId=message).succeeded
    assert versions(room_id) == ["helo"]
    assert cleans(admin, room_id) == 6
    assert versions(room_id) == []


def test_an_earlier_version_does_not_take_the_file_of_its_message(admin, alice, talk, setting, resources):
    room_id, _ = talk
    setting("Message_KeepHistory", True)
    file = File("plan.txt", b"roses")
    pinned, marked = [
        alice.upload(f"rooms.upload/{room_id}", file, description="old")["message"]["_id"] for _ in range(2)
    ]
    assert alice.post("chat.update", roomId=room_id, msgId=pinned, text="new").succeeded
    assert alice.post("chat.pinMessage", messageId=pinned).succeeded
    setting("Message_ShowDeletedStatus", True)
    assert alice.post("chat.delete", roomId=room_id, msgId=marked).succeeded
    assert len(versions(room_id)) == 3
    # What is pinned stays, and its file; of what was deleted only the earlier version has one.
    cleans(admin, room_id, excludePinned=True)
    [kept] = alice.reads(room_id)
    assert kept["_id"] == pinned
    assert versions(room_id) == []
    assert alice.get(kept["attachments"][0]["title_link"]).status == 302
    assert len(files_in(resources["FILES_BUCKET"])) == 1


def test_files_alone_of_earlier_versions(admin, alice, talk, setting, resources):
    room_id, _ = talk
    setting("Message_KeepHistory", True)
    setting("Message_ShowDeletedStatus", True)
    marked = alice.upload(f"rooms.upload/{room_id}", File("plan.txt", b"roses"))["message"]["_id"]
    assert alice.post("chat.delete", roomId=room_id, msgId=marked).succeeded
    assert len(files_in(resources["FILES_BUCKET"])) == 1
    cleans(admin, room_id, filesOnly=True)
    assert files_in(resources["FILES_BUCKET"]) == []
    assert len(versions(room_id)) == 1
    told = alice.get("chat.syncMessages", roomId=room_id, lastUpdate=BEGINNING)["result"]
    assert "_hidden" not in str(told)


def test_lists_of_messages_and_those_who_sync_are_told(admin, alice, bob, talk, clock):
    room_id, _ = talk
    said = alice.says(room_id, "@bob look")
    for verb in ("pinMessage", "starMessage"):
        assert alice.post(f"chat.{verb}", messageId=said).succeeded
    assert alice.post("chat.update", roomId=room_id, msgId=said, text="@bob look there").succeeded
    lists = ((alice, "getPinnedMessages"), (alice, "getStarredMessages"), (bob, "getMentionedMessages"))
    assert [person.get(f"chat.{verb}", roomId=room_id)["total"] for person, verb in lists] == [1, 1, 1]
    clock.advance(seconds=1)
    before = clock.now_text()
    clock.advance(seconds=1)
    cleans(admin, room_id, oldest=BEGINNING, latest=before)
    assert [person.get(f"chat.{verb}", roomId=room_id)["total"] for person, verb in lists] == [0, 0, 0]
    told = alice.get("chat.syncMessages", roomId=room_id, lastUpdate=before)["result"]
    assert told["updated"] == []
    assert said in [each["_id"] for each in told["deleted"]]
    assert alice.get("chat.search", roomId=room_id, searchText="look")["messages"] == []
    assert [key for key in about(room_id, said) if said in "".join(key)] == []


def test_only_some_of_them(admin, alice, bob, talk):
    room_id, _ = talk
    assert cleans(admin, room_id, users=["bob"], limit=2) == 2
    assert texts(alice, room_id) == ["m0", "m2", "m4", "m5"]
    assert cleans(admin, room_id, limit=1) == 1
    assert texts(alice, room_id) == ["m2", "m4", "m5"]
    assert cleans(admin, room_id, users=["nobody"]) == 0
    assert cleans(admin, room_id, users=[], limit=0) == 3


def test_pinned_messages_and_discussions_may_stay(admin, alice, talk):
    from dataclasses import replace

    from pimentachat.store import messages as message_store

    room_id, _ = talk
    [*_, pinned, linked] = [each["_id"] for each in alice.get("channels.messages", roomId=room_id)["messages"]]
    for message_id, changes in ((pinned, {"more": {"pinned": True}}), (linked, {"discussion_id": "elsewhere"})):
        message = message_store.find(message_id)
        assert message
        message_store.change(message, lambda now, changes=changes: replace(now, **changes))
    assert cleans(admin, room_id, excludePinned=True) == 4
    assert texts(alice, room_id) == ["m0", "m1"]
    assert cleans(admin, room_id) == 1
    assert texts(alice, room_id) == ["m0"]
    assert cleans(admin, room_id, ignoreDiscussion=False) == 1


@pytest.mark.parametrize("by_job", [False, True])
def test_a_discussion_goes_with_the_message_that_it_hangs_on(admin, alice, talk, deliver, monkeypatch, by_job):
    from dataclasses import replace

    from pimentachat.services.messages import cleaning
    from pimentachat.store import messages as message_store
    from tests.kinds import becomes

    room_id, _ = talk
    discussion = alice.creates_group("roses")
    becomes(discussion, prid=room_id)
    before = admin.get("groups.listAll")["total"]
    message = message_store.find(alice.says(room_id, "about roses"))
    assert message
    message_store.change(message, lambda now: replace(now, discussion_id=discussion))
    if by_job:
        monkeypatch.setattr(cleaning, "_IN_A_REQUEST", 0)
    assert cleans(admin, room_id, ignoreDiscussion=False) == 7
    deliver()
    assert texts(alice, room_id) == []
    assert not alice.get("rooms.info", roomId=discussion).succeeded
    assert admin.get("groups.listAll")["total"] == before - 1


def test_threads(admin, alice, bob, talk):
    room_id, _ = talk
    parent = alice.says(room_id, "question")
    replies = [bob.says(room_id, f"answer {number}", tmid=parent) for number in range(3)]
    assert cleans(admin, room_id, ignoreThreads=True) == 6
    assert texts(alice, room_id) == ["question", "answer 0", "answer 1", "answer 2"]
    # A reply that goes is counted no more where it hung; one whose parent goes is a message like any other.
    assert cleans(admin, room_id, users=["bob"], limit=1) == 1
    assert alice.get("chat.getMessage", msgId=parent)["message"]["tcount"] == 2
    assert cleans(admin, room_id, users=["alice"]) == 1
    assert "tmid" not in alice.get("chat.getMessage", msgId=replies[2])["message"]
    assert cleans(admin, room_id) == 2
    assert [key for key in about(room_id, parent, *replies) if key[0].startswith("THREAD")] == []


def test_files_go_with_their_messages(admin, alice, talk, resources):
    room_id, at = talk
    kept = alice.upload(f"rooms.upload/{alice.creates_group('else')}", File("kept.txt", b"kept"))
    assert kept.succeeded
    for name in ("a.txt", "b.txt"):
        assert alice.upload(f"rooms.upload/{room_id}", File(name, b"gone")).succeeded
    assert len(files_in(resources["FILES_BUCKET"])) == 3
    whole = {"roomId": room_id, "latest": END}
    assert admin.post("channels.cleanHistory", **whole, oldest=at[5]).succeeded
    assert len(files_in(resources["FILES_BUCKET"])) == 1
    assert alice.get("channels.files", roomId=room_id)["total"] == 0


def test_only_files(admin, alice, bob, talk, resources):
    room_id, _ = talk
    sent = [
        alice.upload(f"rooms.upload/{room_id}", File(f"{number}.txt", b"x"), msg=f"file {number}")
        for number in range(3)
    ]
    assert cleans(admin, room_id, filesOnly=True, limit=1) == 1
    assert cleans(admin, room_id, filesOnly=True, users=["bob"]) == 0
    assert cleans(admin, room_id, filesOnly=True) == 2
    assert cleans(admin, room_id, filesOnly=True) == 0
    assert files_in(resources["FILES_BUCKET"]) == []
    assert len(texts(alice, room_id)) == 9
    for answer in sent:
        message = alice.get("chat.getMessage", msgId=answer["message"]["_id"])["message"]
        assert message["attachments"] == [{"color": "#FD745E", "text": "_File removed by prune_"}]
        assert "file" not in message
        assert message["msg"].startswith("file ")
    assert room(alice, room_id)["lastMessage"]["attachments"] == message["attachments"]
    assert alice.get("channels.messages", roomId=room_id)["total"] == 9


def test_any_kind_of_room(admin, alice, bob):
    group, direct = alice.creates_group("core"), alice.opens_direct_room(bob)
    for room_id in (group, direct):
        alice.says(room_id, "secret")
        assert cleans(admin, room_id) == 1
    assert alice.reads(group, "groups") == alice.reads(direct, "im") == []
    alice.says(group, "secret")
    answer = admin.post("rooms.cleanHistory", roomName="core", oldest=BEGINNING, latest=END)
    assert answer.body == {"_id": group, "count": 1, "success": True}


def test_owners_where_they_are_given_the_right(alice, bob, talk, grant):
    room_id, _ = talk
    whole = {"oldest": BEGINNING, "latest": END}
    for endpoint in ("rooms.cleanHistory", "channels.cleanHistory"):
        refused(alice.post(endpoint, roomId=room_id, **whole), NOT_ALLOWED)
    grant("clean-channel-history", "admin", "owner")
    refused(bob.post("rooms.cleanHistory", roomId=room_id, **whole), NOT_ALLOWED)
    assert cleans(alice, room_id, users=["bob"]) == 3
    assert alice.post("channels.cleanHistory", roomId=room_id, **whole).body == {"success": True}
    assert texts(alice, room_id) == []


def test_hidden_looks_as_missing(alice, bob):
    group = alice.creates_group("core")
    for named in ({"roomId": group}, {"roomName": "core"}, {"roomId": "nowhere"}):
        refused(bob.post("rooms.cleanHistory", **named, oldest=BEGINNING, latest=END), NOT_FOUND)
    refused(bob.post("channels.cleanHistory", roomId=group, oldest=BEGINNING, latest=END), NOT_FOUND)


@pytest.mark.parametrize("endpoint", ["rooms.cleanHistory", "channels.cleanHistory"])
def test_what_must_be_said(admin, alice, talk, endpoint):
    room_id, _ = talk
    whole = {"oldest": BEGINNING, "latest": END}
    refused(admin.post(endpoint, **whole), PARAM_MISSING)
    refused(admin.post(endpoint, roomName="nowhere", **whole), NOT_FOUND)
    # The room is looked for first, then the ends.
    refused(admin.post(endpoint, roomId="nowhere"), NOT_FOUND)
    refused(admin.post(endpoint, roomId=room_id), 'Body parameter "latest" is required.')
    refused(admin.post(endpoint, roomId=room_id, latest=END), 'Body parameter "oldest" is required.')
    assert admin.post(endpoint, roomId=room_id, **{**whole, "latest": "yesterday"}).status == 400
    refused(admin.post(endpoint, roomId=room_id, **whole, inclusive="yes"), "Match error: Expected boolean, got string")
    assert alice.post("channels.archive", roomId=room_id).succeeded
    refused(admin.post(endpoint, roomId=room_id, **whole), "The channel, garden, is archived [error-room-archived]")


def test_types_are_checked(admin, talk):
    room_id, _ = talk
    for name, value, expected in (
        ("limit", "1", "number, got string"),
        ("excludePinned", 1, "boolean, got number"),
        ("filesOnly", "true", "boolean, got string"),
        ("users", "bob", "array, got string"),
        ("users", [1], "string, got number"),
    ):
        answer = admin.post("rooms.cleanHistory", roomId=room_id, oldest=BEGINNING, latest=END, **{name: value})
        refused(answer, f"Match error: Expected {expected}")


# --- more than one request takes


@pytest.fixture
def few_at_once(monkeypatch):
    from pimentachat.services.messages import cleaning, deleting

    monkeypatch.setattr(cleaning, "_IN_A_REQUEST", 3)
    monkeypatch.setattr(cleaning, "_IN_A_STEP", 4)
    monkeypatch.setattr(cleaning, "_TOGETHER", 7)
    monkeypatch.setattr(cleaning, "_LOOKED_AT_MOST", 20)
    monkeypatch.setattr(deleting, "_FREED_AT_ONCE", 2)


@pytest.mark.usefixtures("few_at_once")
def test_many_go_after_the_answer(admin, alice, bob, talk, deliver):
    room_id, _ = talk
    for number in range(6, 40):
        (bob if number % 2 else alice).says(room_id, f"m{number}")
    deliver()
    # As many as the request looked at.
    assert cleans(admin, room_id, users=["bob"], limit=12) == 10
    assert len(texts(alice, room_id)) == 40
    # Who is impatient calls again: the limit holds for each call.
    deliver()
    assert texts(alice, room_id) == [f"m{number}" for number in range(40) if number % 2 == 0 or number > 23]
    assert alice.get("channels.messages", roomId=room_id)["total"] == 28
    for _ in range(3):
        cleans(admin, room_id)
    deliver()
    assert texts(alice, room_id) == []
    assert "lastMessage" not in room(alice, room_id)
    assert alice.get("channels.messages", roomId=room_id)["total"] == 0


@pytest.mark.usefixtures("few_at_once")
def test_a_message_with_many_replies(admin, alice, bob, talk, deliver):
    room_id, at = talk
    parent = alice.says(room_id, "question")
    for number in range(7):
        bob.says(room_id, f"answer {number}", tmid=parent)
    deliver()
    assert cleans(admin, room_id, oldest=at[5], users=["alice"]) == 1
    deliver()
    answers = alice.get("channels.history", roomId=room_id, oldest=at[5])["messages"]
    assert [message["msg"] for message in reversed(answers)] == [f"answer {number}" for number in range(7)]
    assert not any("tmid" in message for message in answers)
    assert [key for key in about(room_id, parent) if parent in "".join(key)] == []


@pytest.mark.usefixtures("few_at_once")
@pytest.mark.parametrize("files_only", [False, True])
def test_whatever_dies_comes_again(admin, alice, talk, deliver, monkeypatch, resources, files_only):
    """Every call of a store or of the bucket fails once, before it happened and after it."""
    from pimentachat.cloud import files
    from pimentachat.errors.requests import Unavailable
    from pimentachat.services.after import jobs
    from pimentachat.store import table

    room_id, _ = talk
    for number in range(4):
        assert alice.upload(f"rooms.upload/{room_id}", File(f"{number}.txt", b"x")).succeeded
    deliver()
    cleans(admin, room_id, filesOnly=files_only)
    fails: set[int] = set()
    calls = {"count": 0}

    def dying(act: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            calls["count"] += 1
            here = calls["count"]
            if here % 2 and here not in fails:
                fails.add(here)
                raise Unavailable
            done = act(*args, **kwargs)
            if here not in fails:
                fails.add(here)
                raise Unavailable
            return done

        return call

    step = jobs.step

    def stubborn(job_id: str) -> bool:
        for _ in range(500):
            calls["count"] = 0
            try:
                return step(job_id)
            except Unavailable:
                continue
        raise AssertionError("never done")

    monkeypatch.setattr(jobs, "step", stubborn)
    for module, name in ((table, "transact"), (table, "write"), (files, "remove")):
        monkeypatch.setattr(module, name, dying(getattr(module, name)))
    deliver()
    monkeypatch.undo()
    assert fails
    assert files_in(resources["FILES_BUCKET"]) == []
    left = 10 if files_only else 0
    listed = alice.get("channels.messages", roomId=room_id)
    assert (len(listed["messages"]), listed["total"]) == (left, left)
    assert ("lastMessage" in room(alice, room_id)) is files_only
    assert alice.get("channels.files", roomId=room_id)["total"] == 0


@pytest.mark.usefixtures("few_at_once")
def test_a_room_that_is_removed_meanwhile(admin, alice, talk, deliver, grant):
    room_id, _ = talk
    grant("delete-c", "admin", "owner")
    cleans(admin, room_id)
    assert alice.post("channels.delete", roomId=room_id).succeeded
    deliver()
    deliver()
    assert about(room_id) == []


def test_somebody_changes_a_message_while_it_goes(admin, alice, talk, monkeypatch):
    from pimentachat.services.messages import cleaning

    room_id, _ = talk
    message_id = alice.get("channels.messages", roomId=room_id)["messages"][0]["_id"]
    taken = cleaning._withdraw_with

    def slow(message: Any) -> None:
        taken(message)
        if message.id == message_id:
            monkeypatch.setattr(cleaning, "_withdraw_with", taken)
            assert alice.post("chat.react", messageId=message_id, emoji="rose").succeeded

    monkeypatch.setattr(cleaning, "_withdraw_with", slow)
    assert cleans(admin, room_id) == 6
    assert texts(alice, room_id) == []
    assert alice.get("channels.messages", roomId=room_id)["total"] == 0


# --- any history

_steps = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(["alice", "bob"])),
        st.tuples(st.just("delete"), st.integers(0, 9)),
        st.tuples(st.just("clean"), st.integers(0, 9), st.integers(0, 9), st.booleans(), st.integers(0, 3)),
    ),
    max_size=14,
)


@settings(max_examples=12)
@given(steps=_steps, in_a_request=st.sampled_from([0, 100]))
def test_the_room_tells_what_a_list_of_messages_tells(
    admin, alice, bob, clock, deliver, monkeypatch, steps, in_a_request
):
    """Whatever is said, deleted and cleaned, in requests and in jobs: what is left is what a plain list would be left
    with, and the room's numbers and last message agree with it."""
    from pimentachat import ids
    from pimentachat.services.messages import cleaning

    monkeypatch.setattr(cleaning, "_IN_A_REQUEST", in_a_request)
    room_id = alice.creates_channel(f"room{ids.new_id()}", members=["bob"])
    model: list[tuple[str, str, str]] = []
    instants: list[str] = []
    for kind, *facts in steps:
        clock.advance(seconds=1)
        if kind == "say":
            person = {"alice": alice, "bob": bob}[facts[0]]
            message = person.posts(room_id, f"m{len(instants)}")["message"]
            model.append((message["ts"], message["_id"], person.username))
            instants.append(message["ts"])
        elif kind == "delete" and model:
            _, message_id, author = model.pop(facts[0] % len(model))
            assert {"alice": alice, "bob": bob}[author].post("chat.delete", roomId=room_id, msgId=message_id).succeeded
        elif kind == "clean" and instants:
            oldest, latest = (instants[number % len(instants)] for number in facts[:2])
            inclusive, limit = facts[2:]
            within = [
                each for each in model if (oldest <= each[0] <= latest if inclusive else oldest < each[0] < latest)
            ]
            gone = within[:limit] if limit else within
            assert cleans(admin, room_id, oldest=oldest, latest=latest, inclusive=inclusive, limit=limit) == len(gone)
            deliver()
            model = [each for each in model if each not in gone]
        listed = alice.get("channels.messages", roomId=room_id, count=100)
        assert [message["_id"] for message in listed["messages"]] == [each[1] for each in reversed(model)]
        assert listed["total"] == len(model)
        assert room(alice, room_id).get("lastMessage", {}).get("_id") == (model[-1][1] if model else None)


@pytest.mark.hard
def test_ten_thousand_messages(admin, alice, deliver, monkeypatch):
    """Ten thousand messages go in steps that end well before a function's time is over."""
    import time

    from pimentachat import ids
    from pimentachat.models.messages import Message
    from pimentachat.models.messages import Person as Author
    from pimentachat.services.after import jobs
    from pimentachat.store import messages as message_store
    from pimentachat.store import rooms as room_store
    from pimentachat.store import table, writes

    room_id = alice.creates_channel("archive")
    author = Author(alice.id, alice.username)
    for number in range(10_000):
        ts = f"2019-04-11T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.000Z"
        message_store.add(Message(ids.new_id(), room_id, ts, author, ts, f"m{number}", mentions=[], channels=[]))
    table.write(writes.update(room_store.key(room_id), add={"msgs": 10_000, "ordinary": 10_000}))
    begun = time.monotonic()
    assert cleans(admin, room_id) == 10_000
    assert time.monotonic() - begun < 10
    took = []
    step = jobs.step

    def timed(job_id: str) -> bool:
        begun = time.monotonic()
        done = step(job_id)
        took.append(time.monotonic() - begun)
        return done

    monkeypatch.setattr(jobs, "step", timed)
    for _ in range(100):
        # The stream brings the messages first, a thousand at a time.
        deliver()
        if took:
            break
    assert len(took) >= 20
    assert max(took) < 20
    assert texts(alice, room_id) == []
    assert alice.get("channels.messages", roomId=room_id)["total"] == 0
