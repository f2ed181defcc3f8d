"""Highlights: words by which a message counts as a mention of those who chose them (contract: chat.yaml mentions)."""

from typing import Any

import pytest

from tests.users.conftest import mails
from tests.voice.conftest import delays
from tests.workers.test_mails import arrived, receivers, sent
from tests.workers.test_preferences_followed import prefers
from tests.workers.test_pushes import has_phone, ring
from tests.workers.test_repairs import stored_only
from tests.workspace import Person

__all__ = ["arrived", "delays", "mails", "ring", "sent"]

GENERAL = "GENERAL"


@pytest.fixture
def team(alice: Person, bob: Person, carol: Person, deliver: Any) -> str:
    """A room in which Bob wants to hear of roses, and has read everything."""
    room_id = alice.creates_channel("team", members=["bob", "carol"])
    prefers(bob, highlights=["roses", "red tulips"])
    deliver()
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    return room_id


def counted(person: Person, room_id: str) -> tuple[bool, int, int, int]:
    held = person.subscription(room_id)
    return held["alert"], held["unread"], held["userMentions"], held["groupMentions"]


NOTHING = (False, 0, 0, 0)
UNREAD = (True, 0, 0, 0)
MENTIONED = (True, 1, 1, 0)


def heard_of(room_id: str) -> dict[str, list[str]]:
    from pimentachat.store import memberships

    return {each.user_id: list(each.highlights) for each in memberships.listeners(room_id)}


# --- what is counted


def test_a_highlighted_word_counts_as_a_mention_of_who_chose_it(alice, bob, carol, team, deliver):
    assert counted(bob, team) == NOTHING
    alice.says(team, "good morning")
    deliver()
    assert counted(bob, team) == UNREAD
    alice.says(team, "Look at the ROSES, and the red  Tulips")
    deliver()
    assert counted(bob, team) == MENTIONED
    assert bob.subscription(team)["userHighlights"] == ["roses", "red tulips"]
    assert "userHighlights" not in carol.subscription(team)
    assert bob.post("subscriptions.read", rid=team).succeeded
    assert counted(bob, team) == NOTHING


@pytest.mark.parametrize(
    ("chosen", "said", "hit"),
    [
        ("roses", "roses", True),
        ("roses", "(Roses!)", True),
        ("roses", "primroses", True),
        ("roses", "rose", False),
        ("red roses", "RED roses", True),
        ("red roses", "roses red", False),
        ("café", "the CAFÉ is open", True),
        ("café", "the cafe is open", False),
        ("STRASSE", "straße", True),
        ("c++", "I write C++.", True),
        ("c++", "vitamin C", False),
        ("🚀", "and off 🚀🚀", True),
        ("花", "赤い花が咲く", True),
        ("roses", "`roses`", True),
        (":tada:", "well :tada: done", True),
        ("  roses  ", "roses", True),
        ("   ", "roses", False),
        ("", "roses", False),
        (".*", "roses", False),
    ],
)
def test_any_part_of_a_text_without_case(alice, bob, team, deliver, chosen, said, hit):
    prefers(bob, highlights=[chosen])
    deliver()
    alice.says(team, said)
    deliver()
    assert counted(bob, team) == (MENTIONED if hit else UNREAD)


def test_in_a_group(alice, bob, team, deliver):
    room_id = alice.creates_group("garden", members=["bob"])
    alice.says(room_id, "roses")
    deliver()
    assert counted(bob, room_id) == MENTIONED


def test_in_a_direct_room(alice, bob, team, deliver):
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "roses")
    alice.says(room_id, "and more")
    deliver()
    assert counted(bob, room_id) == (True, 2, 1, 0)


def test_one_message_counts_once_for_a_person(alice, bob, team, deliver):
    alice.says(team, "@bob roses, roses and red tulips")
    deliver()
    assert counted(bob, team) == MENTIONED
    assert bob.post("subscriptions.read", rid=team).succeeded
    alice.says(team, "@all roses")
    deliver()
    assert counted(bob, team) == (True, 1, 0, 1)


def test_a_reply_counts_once_for_who_follows_its_thread(alice, bob, carol, team, deliver):
    parent = bob.says(team, "topic")
    alice.says(team, "roses", tmid=parent)
    deliver()
    held = bob.subscription(team)
    assert (held["unread"], held["userMentions"], held["tunread"]) == (1, 1, [parent])
    prefers(carol, highlights=["roses"])
    assert carol.post("subscriptions.read", rid=team).succeeded
    deliver()
    alice.says(team, "more roses", tmid=parent)
    deliver()
    held = carol.subscription(team)
    assert (held["alert"], held["userMentions"], held.get("tunread")) == (True, 1, None)


def test_ones_own_words_and_those_of_who_is_ignored_do_not(alice, bob, carol, team, deliver, ring):
    has_phone(bob)
    bob.says(team, "my roses")
    assert bob.get("chat.ignoreUser", rid=team, userId=carol.id, ignore=True).succeeded
    carol.says(team, "roses")
    assert ring() == []
    assert counted(bob, team) == UNREAD
    assert bob.get("chat.ignoreUser", rid=team, userId=carol.id, ignore=False).succeeded
    carol.says(team, "more roses")
    assert [text for text, _ in ring()] == ["carol: more roses"]
    assert counted(bob, team) == MENTIONED


def test_what_a_room_says_itself_and_an_edit_do_not(alice, bob, team, deliver):
    message = alice.says(team, "hello")
    assert alice.post("channels.setTopic", roomId=team, topic="roses").succeeded
    assert alice.post("chat.update", roomId=team, msgId=message, text="roses").succeeded
    deliver()
    assert counted(bob, team) == UNREAD


def test_who_is_deactivated_is_left_alone(alice, bob, team, deliver):
    from pimentachat.store import users as user_store

    user_store.change(bob.id, lambda user: user.model_copy(update={"active": False}))
    alice.says(team, "roses")
    deliver()
    user_store.change(bob.id, lambda user: user.model_copy(update={"active": True}))
    assert counted(bob, team) == UNREAD


# --- pushes and mails


def test_it_rings_and_mails_as_a_mention_does(alice, bob, carol, team, ring, arrived):
    has_phone(bob)
    has_phone(carol)
    alice.says(team, "plain")
    alice.says(team, "roses")
    [mail] = arrived()
    assert [text for text, _ in ring()] == ["alice: roses"]
    assert receivers([mail]) == ["bob"]
    assert mail.subject == "[pimentaCHAT] You have been mentioned by alice in #team"
    assert "roses" in mail.text
    assert "plain" not in mail.text


@pytest.mark.parametrize(
    ("chosen", "rings"),
    [
        ({"disableNotifications": "1"}, []),
        ({"mobilePushNotifications": "nothing", "emailNotifications": "nothing"}, []),
        ({"muteGroupMentions": "1"}, ["alice: @all roses", "alice: roses"]),
        ({"mobilePushNotifications": "mentions"}, ["alice: @all roses", "alice: roses"]),
    ],
)
def test_who_muted_the_room_is_counted_but_not_rung(alice, bob, team, ring, arrived, chosen, rings):
    has_phone(bob)
    assert bob.post("rooms.saveNotification", roomId=team, notifications=chosen).succeeded
    alice.says(team, "roses")
    alice.says(team, "@all roses")
    assert receivers(arrived()) == (["bob"] if rings else [])
    assert [text for text, _ in ring()] == rings
    assert counted(bob, team) == (True, 2, 1, 1)


def test_settings_of_a_room_leave_them_alone(alice, bob, team, deliver):
    for chosen in ("all", "default"):
        wish = {"mobilePushNotifications": chosen}
        assert bob.post("rooms.saveNotification", roomId=team, notifications=wish).succeeded
        assert heard_of(team) == {bob.id: ["roses", "red tulips"]}
    alice.says(team, "roses")
    deliver()
    assert counted(bob, team) == MENTIONED


# --- whatever the worker goes through


def test_however_often_the_worker_comes_by(alice, bob, team, worker, clock):
    alice.says(team, "roses")
    stored_only(alice, team, "more roses")
    for _ in range(3):
        assert worker.run(worker.records()) == {"batchItemFailures": []}
        assert counted(bob, team) == (True, 2, 2, 0)
        clock.advance(minutes=2)
    assert bob.post("subscriptions.read", rid=team).succeeded
    worker.run(worker.records())
    assert counted(bob, team) == NOTHING


def test_a_batch_that_failed_in_between_counts_once(alice, bob, carol, team, worker, monkeypatch):
    from pimentachat.errors.requests import Unavailable
    from pimentachat.store import memberships

    prefers(carol, highlights=["roses"])
    assert carol.post("subscriptions.read", rid=team).succeeded
    worker.run(worker.records())
    worker.carry_out(*worker.effects())
    message = alice.says(team, "roses")
    count = memberships.count_mention
    done = []

    def failing(*some: Any, **more: Any) -> bool:
        if done:
            raise Unavailable
        done.append(some)
        return count(*some, **more)

    with monkeypatch.context() as out_of_reach:
        out_of_reach.setattr(memberships, "count_mention", failing)
        assert worker.run(worker.records(message))["batchItemFailures"]
    assert sorted([counted(bob, team), counted(carol, team)]) == [UNREAD, MENTIONED]
    assert worker.run(worker.records(message)) == {"batchItemFailures": []}
    assert [counted(bob, team), counted(carol, team)] == [MENTIONED, MENTIONED]


def test_many_are_counted_page_by_page(alice, bob, carol, team, worker, monkeypatch):
    from pimentachat.services.after import mentions

    monkeypatch.setattr(mentions, "_PAGE", 1)
    prefers(carol, highlights=["roses"])
    worker.run(worker.records())
    worker.carry_out(*worker.effects())
    assert carol.post("subscriptions.read", rid=team).succeeded
    message = alice.says(team, "roses")
    worker.run(worker.records(message))
    first, second = sorted([bob, carol], key=lambda person: person.id)
    assert [counted(first, team), counted(second, team)] == [MENTIONED, UNREAD]
    [more] = [effect for effect in worker.effects() if effect["effect"] == mentions.COUNT_HIGHLIGHTED]
    for _ in range(2):
        assert worker.carry_out(more) == {"batchItemFailures": []}
        assert [counted(first, team), counted(second, team)] == [MENTIONED, MENTIONED]
    assert not [effect for effect in worker.effects() if effect["effect"] == mentions.COUNT_HIGHLIGHTED]
    assert alice.post("chat.delete", roomId=team, msgId=message).succeeded
    assert worker.carry_out(more) == {"batchItemFailures": []}


# --- who is looked for


def test_changed_and_taken_back(alice, bob, team, deliver, clock):
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    prefers(bob, highlights=["lilies"])
    assert {each["rid"] for each in bob.get("subscriptions.get", updatedSince=since)["update"]} == {team, GENERAL}
    assert bob.subscription(team)["userHighlights"] == ["lilies"]
    # The room does not know yet; he does not want to hear of roses any more all the same.
    alice.says(team, "roses")
    deliver()
    assert heard_of(team) == {bob.id: ["lilies"]}
    assert counted(bob, team) == UNREAD
    alice.says(team, "lilies")
    deliver()
    assert counted(bob, team) == MENTIONED
    assert bob.post("subscriptions.read", rid=team).succeeded
    prefers(bob, highlights=[])
    deliver()
    assert heard_of(team) == heard_of(GENERAL) == {}
    assert "userHighlights" not in bob.subscription(team)
    alice.says(team, "lilies and roses")
    deliver()
    assert counted(bob, team) == UNREAD


def test_with_a_wish_to_hear_everything(alice, bob, team, deliver, ring):
    has_phone(bob)
    prefers(bob, mobileNotifications="all")
    deliver()
    alice.says(team, "plain")
    alice.says(team, "roses")
    assert [text for text, _ in ring()] == ["alice: plain", "alice: roses"]
    prefers(bob, highlights=[])
    deliver()
    alice.says(team, "more roses")
    assert [text for text, _ in ring()] == ["alice: more roses"]
    assert counted(bob, team) == MENTIONED
    assert heard_of(team) == {bob.id: []}


def test_joining_and_leaving(alice, bob, team, deliver):
    room_id = alice.creates_channel("garden")
    assert heard_of(room_id) == {}
    assert bob.post("channels.join", roomId=room_id).succeeded
    assert heard_of(room_id) == {bob.id: ["roses", "red tulips"]}
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    alice.says(room_id, "roses")
    deliver()
    assert counted(bob, room_id) == MENTIONED
    assert bob.post("channels.leave", roomId=room_id).succeeded
    assert heard_of(room_id) == {}
    alice.says(room_id, "more roses")
    deliver()
    assert bob.subscription(room_id) == {}


def test_what_is_stored_agrees(alice, bob, team, deliver):
    from pimentachat.services.server import integrity
    from pimentachat.store import memberships, table, writes

    deliver()
    assert list(integrity.verify()) == []
    held = memberships.find(bob.id, team)
    assert held
    [entry] = [write for write in memberships.additions(held) if "LISTENER" in write.key.sk]
    table.write(writes.delete(entry.key))
    [finding] = integrity.verify()
    assert finding.mend
    assert finding.mend()
    assert heard_of(team) == {bob.id: ["roses", "red tulips"]}


@pytest.mark.parametrize(
    ("highlights", "error"),
    [
        (["x"] * 21, "Match error: At most 20 elements in field data.highlights"),
        (["x" * 51], "Match error: At most 50 bytes in field data.highlights"),
        ([1], "Match error: Expected string, got number in field data.highlights"),
    ],
)
def test_how_many_there_may_be(bob, highlights, error):
    answer = bob.post("users.setPreferences", data={"highlights": highlights})
    assert answer.status == 400
    assert answer.error.startswith(error), answer.text
    prefers(bob, highlights=[f"{number} {'é' * 20}" for number in range(20)])


def test_beyond_the_bounds_what_came_from_elsewhere_does_nothing(alice, newcomer):
    chosen = ["x" * 51, 7, " ", *(f"word{number}" for number in range(30))]
    dora = newcomer("dora", settings={"preferences": {"highlights": chosen}})
    room_id = alice.creates_channel("garden", members=["dora"])
    assert heard_of(room_id) == {dora.id: [f"word{number}" for number in range(20)]}
