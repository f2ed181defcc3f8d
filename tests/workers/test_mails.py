"""Mails about messages that somebody missed: who gets one, when, and what it says."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.users.conftest import mails
from tests.voice.conftest import delays
from tests.workers.test_pushes import chooses, prefers
from tests.workspace import File, Person

__all__ = ["delays", "mails"]

GENERAL = "GENERAL"


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    html: str
    text: str
    headers: dict[str, str]
    configuration_set: str | None


@pytest.fixture
def sent(mails: Any, delays: Any) -> Any:
    """SES with a sender: every mail that was given to it, whole."""
    from pimentachat.cloud import mail

    found: list[Mail] = []

    def note(params: Any, **_: Any) -> None:
        simple = params["Content"]["Simple"]
        [to] = params["Destination"]["ToAddresses"]
        found.append(
            Mail(
                to,
                simple["Subject"]["Data"],
                simple["Body"]["Html"]["Data"],
                simple["Body"].get("Text", {}).get("Data", ""),
                {header["Name"]: header["Value"] for header in simple.get("Headers", [])},
                params.get("ConfigurationSetName"),
            )
        )

    mail._client().meta.events.register("provide-client-params.sesv2.SendEmail", note)
    return found


@pytest.fixture
def arrived(sent: list[Mail], deliver: Any, clock: Any) -> Callable[[], list[Mail]]:
    """What comes a quarter of an hour later, since the last time; in order of receivers."""
    seen = 0

    def later() -> list[Mail]:
        nonlocal seen
        clock.advance(minutes=15, seconds=1)
        deliver()
        fresh = sorted(sent[seen:], key=lambda mail: mail.to)
        seen = len(sent)
        return fresh

    return later


@pytest.fixture(autouse=True)
def at_the_beginning_of_a_window(workspace: Any, clock: Any) -> None:
    """What a test says in a few seconds belongs together."""
    clock.advance(seconds=600 - clock.epoch_seconds() % 600)


def receivers(some: list[Mail]) -> list[str]:
    return [mail.to.partition("@")[0] for mail in some]


# --- who


def test_who_is_named_gets_one(alice, bob, carol, arrived):
    alice.says(GENERAL, "@bob coffee?")
    [mail] = arrived()
    assert mail.to == "bob@example.org"
    assert mail.subject == "[pimentaCHAT] You have been mentioned by alice in #general"
    assert "@bob coffee?" in mail.html
    assert "@bob coffee?" in mail.text


def test_who_is_written_to_gets_one(alice, bob, arrived):
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "coffee?")
    [mail] = arrived()
    assert (mail.to, mail.subject) == ("bob@example.org", "[pimentaCHAT] You have been direct messaged by alice")


def test_an_ordinary_message_mails_nobody(alice, bob, carol, arrived, sent, worker):
    alice.says(GENERAL, "good morning")
    alice.says(GENERAL, "@all good morning")
    alice.says(GENERAL, "@here good morning")
    assert arrived() == []


def test_who_follows_a_thread_gets_its_replies(alice, bob, carol, arrived):
    first = bob.says(GENERAL, "who brings cake?")
    carol.says(GENERAL, "me", tmid=first)
    [mail] = arrived()
    assert (receivers([mail]), "me" in mail.text) == (["bob"], True)
    assert mail.subject == "[pimentaCHAT] You have been mentioned by carol in #general"


def test_who_wants_every_message_gets_them(alice, bob, carol, arrived):
    assert bob.post("rooms.saveNotification", roomId=GENERAL, notifications={"emailNotifications": "all"}).succeeded
    alice.says(GENERAL, "good morning")
    [mail] = arrived()
    assert receivers([mail]) == ["bob"]
    assert mail.subject == "alice has posted a message in #general"
    alice.says(GENERAL, "@all coffee")
    assert receivers(arrived()) == ["bob"]
    bob.post("rooms.saveNotification", roomId=GENERAL, notifications={"muteGroupMentions": "1"})
    alice.says(GENERAL, "@all coffee")
    assert arrived() == []


@pytest.mark.parametrize("chosen", [{"emailNotifications": "nothing"}, {"disableNotifications": True}])
def test_what_somebody_chose_for_a_room(alice, bob, arrived, chosen):
    prefers(bob, GENERAL, **chosen)
    alice.says(GENERAL, "@bob coffee?")
    assert arrived() == []


@pytest.mark.parametrize(
    ("mode", "expected"), [("nothing", []), ("mentions", ["bob"]), ("default", ["bob"]), ("disabled", [])]
)
def test_what_somebody_prefers_everywhere(alice, bob, arrived, mode, expected):
    chooses(bob, preferences={"emailNotificationMode": mode})
    alice.says(GENERAL, "@bob coffee?")
    assert receivers(arrived()) == expected


def test_a_room_follows_what_somebody_prefers_by_now(alice, bob, arrived):
    chooses(bob, preferences={"emailNotificationMode": "mentions"})
    room_id = alice.creates_channel("team", members=["bob"])
    chooses(bob, preferences={"emailNotificationMode": "nothing"})
    alice.says(room_id, "@bob coffee?")
    assert arrived() == []
    prefers(bob, room_id, emailNotifications="mentions", emailPrefOrigin="subscription")
    alice.says(room_id, "@bob coffee?")
    assert receivers(arrived()) == ["bob"]


def test_what_the_workspace_prefers(alice, bob, arrived, setting):
    setting("Accounts_Default_User_Preferences_emailNotificationMode", "nothing")
    alice.says(GENERAL, "@bob coffee?")
    assert arrived() == []
    chooses(bob, preferences={"emailNotificationMode": "mentions"})
    alice.says(GENERAL, "@bob coffee?")
    assert receivers(arrived()) == ["bob"]


def test_never_the_author_nor_for_whom_one_ignores(alice, bob, carol, arrived):
    prefers(bob, GENERAL, ignored=[alice.id])
    alice.says(GENERAL, "@alice @bob @carol coffee?")
    assert receivers(arrived()) == ["carol"]


def test_never_who_is_deactivated_or_left(alice, bob, carol, arrived):
    room_id = alice.creates_group("team", members=["bob", "carol"])
    alice.says(room_id, "@bob @carol coffee?")
    chooses(bob, active=False)
    assert carol.post("groups.leave", roomId=room_id).succeeded
    assert arrived() == []


def test_never_to_an_address_that_nobody_confirmed(alice, bob, arrived):
    chooses(bob, emails=[{"address": "bob@example.org", "verified": False}])
    alice.says(GENERAL, "@bob coffee?")
    assert arrived() == []


def test_an_address_that_is_none_is_marked(alice, bob, carol, arrived):
    from pimentachat.store import users

    chooses(bob, emails=[{"address": "böb@example.org", "verified": True}])
    alice.says(GENERAL, "@bob @carol coffee?")
    assert receivers(arrived()) == ["carol"]
    assert users.find(bob.id).undeliverable == ["böb@example.org"]


def test_many_at_once_come_page_by_page(alice, bob, carol, arrived, worker, monkeypatch, clock):
    from pimentachat.services.mail import digests

    monkeypatch.setattr(digests, "_PAGE", 1)
    alice.says(GENERAL, "@bob @carol @alice coffee?")
    assert receivers(arrived()) == ["bob", "carol"]


# --- when


def test_no_sooner_than_five_minutes_and_no_later_than_fifteen(alice, bob, sent, worker, delays, clock):
    def waits() -> int:
        worker.run(worker.records(alice.says(GENERAL, "@bob coffee?")))
        return delays[-1]

    assert waits() in range(890, 901)
    clock.advance(minutes=9)
    assert waits() in range(350, 361)
    clock.advance(minutes=1)
    assert waits() in range(890, 901), "another window"


def test_what_came_at_once_is_one_mail(alice, bob, sent, worker, delays, clock):
    room_id = alice.opens_direct_room(bob)
    for number in range(30):
        alice.says(room_id, f"message {number}")
    worker.run(worker.records())
    effects = worker.effects()
    assert [effect["effect"] for effect in effects].count("mail") == 1
    clock.advance(minutes=15, seconds=1)
    for _ in range(2):
        assert worker.carry_out(*effects) == {"batchItemFailures": []}
    [mail] = sent
    assert re.findall(r"message \d+", mail.text) == [f"message {number}" for number in range(20)]
    assert "There are more messages." in mail.text
    assert "There are more messages." in mail.html


def test_who_is_asked_too_early_waits(alice, bob, sent, worker, clock, delays):
    alice.says(GENERAL, "@bob coffee?")
    worker.run(worker.records())
    [effect] = [effect for effect in worker.effects() if effect["effect"] == "mail"]
    worker.carry_out(effect)
    assert sent == []
    [again] = worker.effects()
    assert again == effect
    clock.advance(minutes=15, seconds=1)
    worker.carry_out(again)
    assert len(sent) == 1


def test_another_window_is_another_mail(alice, bob, arrived):
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "one")
    [one] = arrived()
    alice.says(room_id, "two")
    [two] = arrived()
    assert ("one" in one.text, "one" in two.text, "two" in two.text) == (True, False, True)


def test_who_has_read_it_gets_none(alice, bob, arrived):
    from pimentachat.store import memberships
    from pimentachat.store import rooms as room_store

    alice.says(GENERAL, "@bob coffee?")
    # As read from a phone that gives no sign of life.
    held, room = memberships.find(bob.id, GENERAL), room_store.find(GENERAL)
    assert room
    memberships.mark_read(bob.id, GENERAL, held.of_others(room))
    assert arrived() == []


def test_who_was_there_since_gets_none_of_what_was_before(alice, bob, arrived, clock):
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "while away")
    clock.advance(seconds=5)
    assert bob.get("me").succeeded
    clock.advance(seconds=5)
    assert arrived() == []
    alice.says(room_id, "before")
    clock.advance(seconds=5)
    assert bob.get("me").succeeded
    clock.advance(seconds=5)
    alice.says(room_id, "after")
    [mail] = arrived()
    assert ("before" in mail.text, "after" in mail.text) == (False, True)


def test_who_has_a_connection_gets_none(alice, bob, arrived):
    alice.says(GENERAL, "@bob coffee?")
    chooses(bob, status_connection="online")
    assert arrived() == []


def test_what_is_gone_is_not_told(alice, bob, arrived):
    message_id = alice.says(GENERAL, "@bob oops")
    assert alice.post("chat.delete", roomId=GENERAL, msgId=message_id).succeeded
    assert arrived() == []


def test_however_busy_a_room_is(alice, bob, carol, arrived, monkeypatch):
    from pimentachat.services.mail import digests

    monkeypatch.setattr(digests, "_LOOKED_AT_MOST", 3)
    for number in range(5):
        carol.says(GENERAL, f"chatter {number}")
    alice.says(GENERAL, "@bob coffee?")
    [mail] = arrived()
    assert "@bob coffee?" in mail.text
    assert "chatter" not in mail.text


def test_without_a_sender_nothing_is_asked_for(alice, bob, worker):
    alice.says(GENERAL, "@bob coffee?")
    worker.run(worker.records())
    assert [effect["effect"] for effect in worker.effects()] == ["push"]


def test_an_ordinary_message_costs_no_more_with_a_sender(alice, bob, worker, setting, mails):
    from pimentachat.store import table
    from tests.api.test_nothing_is_read import calls_of

    def settled() -> list[str]:
        message = alice.says(GENERAL, "good morning")
        with calls_of(table.client()) as calls:
            worker.run(worker.records(message))
        return [name for name, _ in calls]

    setting("From_Email", "")
    settled()
    without = settled()
    setting("From_Email", "chat@example.org")
    settled()
    assert settled() == without


# --- once


def test_once_however_often_the_stream_brings_it(alice, bob, sent, worker, clock):
    alice.says(GENERAL, "@bob coffee?")
    records = worker.records()
    worker.run(records)
    effects = worker.effects()
    clock.advance(minutes=15, seconds=1)
    worker.run(records)
    for _ in range(3):
        assert worker.carry_out(*effects, *effects) == {"batchItemFailures": []}
    assert len(sent) == 1


def test_ses_is_out_of_reach_for_a_while(alice, bob, carol, sent, worker, clock, monkeypatch):
    """One that fails comes again; its neighbours do not wait for it."""
    from pimentachat.cloud import mail

    alice.says(GENERAL, "@bob @carol coffee?")
    worker.run(worker.records())
    effects = [effect for effect in worker.effects() if effect["effect"] == "mail"]
    clock.advance(minutes=15, seconds=1)
    real = mail.send

    def flaky(sender: str, receiver: str, *rest: Any, **more: Any) -> None:
        if receiver.startswith("bob"):
            raise mail.MailFailed("TooManyRequestsException")
        real(sender, receiver, *rest, **more)

    with monkeypatch.context() as broken:
        broken.setattr(mail, "send", flaky)
        failed = [each["itemIdentifier"] for each in worker.carry_out(*effects)["batchItemFailures"]]
    assert receivers(sent) == ["carol"]
    [again] = [effects[int(number)] for number in failed]
    assert worker.carry_out(again) == {"batchItemFailures": []}
    assert receivers(sent) == ["carol", "bob"]


def test_a_worker_that_dies_before_sending_loses_nothing(alice, bob, sent, worker, clock, monkeypatch):
    from pimentachat.cloud import mail

    alice.says(GENERAL, "@bob coffee?")
    worker.run(worker.records())
    effects = [effect for effect in worker.effects() if effect["effect"] == "mail"]
    clock.advance(minutes=15, seconds=1)

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(mail, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            worker.carry_out(*effects)
    # Its claim lasts for a minute.
    assert len(worker.carry_out(*effects)["batchItemFailures"]) == 1
    clock.advance(minutes=1, seconds=1)
    for _ in range(2):
        assert worker.carry_out(*effects) == {"batchItemFailures": []}
    assert len(sent) == 1


# --- what


def test_what_a_mail_carries(alice, bob, arrived, monkeypatch):
    from pimentachat import config

    monkeypatch.setenv("MAIL_CONFIGURATION_SET", "mails")
    config.reload()
    room_id = alice.creates_channel("garden", members=["bob"])
    message_id = alice.says(room_id, "@bob the roses\nbloom")
    alice.upload(f"rooms.upload/{room_id}", File("plan.txt", b"x"), msg="")
    [mail] = arrived()
    link = f"https://chat.example.org/channel/garden?msg={message_id}"
    assert link in mail.text
    assert f'<a href="{link}">Read them in pimentaCHAT</a>' in mail.html
    assert "the roses<br>bloom" in mail.html
    assert "plan.txt" not in mail.text, "nobody named Bob there"
    leave = re.search(r"https://chat\.example\.org/unsubscribe/[\w-]{43}", mail.text)[0]
    assert f'<a href="{leave}">' in mail.html
    assert mail.headers == {
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    assert mail.configuration_set == "mails"


@pytest.mark.parametrize(("kind", "path"), [("group", "group/garden"), ("direct", "direct/alice")])
def test_where_it_leads(alice, bob, arrived, kind, path):
    room_id = alice.creates_group("garden", members=["bob"]) if kind == "group" else alice.opens_direct_room(bob)
    message_id = alice.says(room_id, "@bob")
    [mail] = arrived()
    assert f"https://chat.example.org/{path}?msg={message_id}" in mail.text


def test_a_file_is_told_by_its_name_and_a_long_text_is_cut(alice, bob, arrived):
    room_id = alice.opens_direct_room(bob)
    assert alice.upload(f"rooms.upload/{room_id}", File("plan.txt", b"x")).succeeded
    alice.says(room_id, "x" * 5000)
    [mail] = arrived()
    assert "plan.txt" in mail.text
    assert f"{'x' * 1000}…" in mail.text
    assert "x" * 1001 not in mail.text


def test_subjects_are_settings(alice, bob, arrived, setting):
    for name in ("Offline_DM_Email", "Offline_Mention_Email", "Offline_Mention_All_Email"):
        setting(name, f"{name} of [User] in [Room] at [Site_Name]")
    prefers(bob, GENERAL, emailNotifications="all")
    _listens(bob)
    alice.says(alice.opens_direct_room(bob), "hi")
    alice.says(GENERAL, "hi")
    assert sorted(mail.subject for mail in arrived()) == [
        "Offline_DM_Email of alice in at pimentaCHAT",
        "Offline_Mention_All_Email of alice in general at pimentaCHAT",
    ]
    setting("UI_Use_Real_Name", True)
    alice.says(GENERAL, "hi")
    alice.says(GENERAL, "@bob hi")
    [mail] = arrived()
    assert mail.subject == "Offline_Mention_Email of Alice in general at pimentaCHAT"


def _listens(person: Person) -> None:
    from tests.workers.test_pushes import _listens

    _listens(person, GENERAL)


class _Read(HTMLParser):
    """What a mail program shows, and of which tags it is made."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"href"}
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.text += data


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)


@example("<script>alert(1)</script>", "\r\nBcc: eve@example.org")
@example('"><img src=x onerror=alert(1)>', "[User] [Site_Name] \u2028\u0085\x00")
@given(said=TEXTS, called=TEXTS)
def test_nothing_that_people_write_becomes_a_header_or_markup(workspace, said, called):
    from pimentachat.models.messages import Message, Person
    from pimentachat.services.accounts import mails
    from pimentachat.services.mail import digests

    message = Message("m", GENERAL, "2026-11-24T12:00:00.000Z", Person("a", called), "2026-11-24T12:00:00.000Z", said)
    told = [(digests._called(message.author), digests._time(message.sent_at), digests._text_of(message))]
    read = _Read(digests._html(told, "", "https://chat.example.org/x", "https://chat.example.org/y"))
    assert read.tags == {"p", "b", "small", "br", "a", "hr"}
    assert digests._text_of(message) in read.text
    subject = mails.subject_of("[[Site_Name]] by [User] in #[Room]", {"User": called, "Room": said})
    assert len(subject.splitlines()) == 1
    assert not set(subject) & set("\r\n\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
