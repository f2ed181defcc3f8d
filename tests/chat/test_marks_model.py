"""Whatever three people do to the messages of a room, in any order: pins, stars, reactions, what the room says, its
numbers and its last message tell one story, that of a small model."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from tests.refusals import refused
from tests.workspace import Answer, Person

NOT_AUTHORIZED = "Not Authorized [not-authorized]"
GONE = 'The provided "messageId" does not match any existing message. [error-message-not-found]'
PEOPLE = st.sampled_from(["alice", "bob", "carol"])
NAMES = count()
EMOJI = st.sampled_from(["smile", "wave"])


@dataclass
class Said:
    """A message as it should be."""

    author: str
    text: str
    pinned: bool = False
    starred: set[str] = field(default_factory=set)
    reactions: dict[str, list[str]] = field(default_factory=dict)


class Marks(RuleBasedStateMachine):
    """A channel of alice, in which bob and carol are members."""

    said = Bundle("said")
    deleted = Bundle("deleted")

    def __init__(self, alice: Person, bob: Person, carol: Person, clock: Any) -> None:
        super().__init__()
        self.people = {"alice": alice, "bob": bob, "carol": carol}
        self.clock = clock
        self.room_id = str(alice.creates_channel(f"room{next(NAMES)}", members=["bob", "carol"]))
        self.there: dict[str, Said] = {}
        """In the order in which they were said."""
        self.told: list[str] = []
        """The texts of what was pinned."""
        self.counted = 0

    def post(self, who: str, endpoint: str, message_id: str, **more: Any) -> Answer:
        self.clock.advance(seconds=1)
        return self.people[who].post(endpoint, messageId=message_id, **more)

    @rule(target=said, who=PEOPLE)
    def say(self, who: str) -> str:
        self.clock.advance(seconds=1)
        self.counted += 1
        text = f"number {self.counted}"
        message_id = self.people[who].says(self.room_id, text)
        self.there[message_id] = Said(who, text)
        return message_id

    @rule(who=PEOPLE, message_id=said)
    def pin(self, who: str, message_id: str) -> None:
        answer = self.post(who, "chat.pinMessage", message_id)
        if who != "alice":
            refused(answer, NOT_AUTHORIZED)
            return
        message = self.there[message_id]
        assert answer["message"]["attachments"][0]["text"] == message.text
        message.pinned = True
        self.told.append(message.text)
        self.counted += 1

    @rule(who=PEOPLE, message_id=said)
    def unpin(self, who: str, message_id: str) -> None:
        answer = self.post(who, "chat.unPinMessage", message_id)
        if who != "alice":
            refused(answer, NOT_AUTHORIZED)
            return
        assert answer.body == {"success": True}
        self.there[message_id].pinned = False

    @rule(who=PEOPLE, message_id=said, starred=st.booleans())
    def star(self, who: str, message_id: str, starred: bool) -> None:
        answer = self.post(who, "chat.starMessage" if starred else "chat.unStarMessage", message_id)
        assert answer.body == {"success": True}
        (self.there[message_id].starred.add if starred else self.there[message_id].starred.discard)(who)

    @rule(who=PEOPLE, message_id=said, emoji=EMOJI, wanted=st.sampled_from([None, True, False]))
    def react(self, who: str, message_id: str, emoji: str, wanted: bool | None) -> None:
        more = {} if wanted is None else {"shouldReact": wanted}
        assert self.post(who, "chat.react", message_id, emoji=emoji, **more).succeeded
        names = self.there[message_id].reactions.setdefault(f":{emoji}:", [])
        if who in names and wanted is not True:
            names.remove(who)
        elif who not in names and wanted is not False:
            names.append(who)

    @rule(who=PEOPLE, message_id=said)
    def edit(self, who: str, message_id: str) -> None:
        self.clock.advance(seconds=1)
        message = self.there[message_id]
        text = f"{message.text}!"
        answer = self.people[who].post("chat.update", roomId=self.room_id, msgId=message_id, text=text)
        if who in {message.author, "alice"}:
            assert answer["message"]["msg"] == text
            message.text = text
        else:
            refused(answer, "Message editing not allowed [error-action-not-allowed]")

    @rule(target=deleted, message_id=consumes(said))
    def delete(self, message_id: str) -> str:
        self.clock.advance(seconds=1)
        assert self.people["alice"].post("chat.delete", roomId=self.room_id, msgId=message_id).succeeded
        del self.there[message_id]
        return message_id

    @rule(message_id=deleted, endpoint=st.sampled_from(["chat.pinMessage", "chat.unPinMessage", "chat.starMessage"]))
    def mark_what_is_gone(self, message_id: str, endpoint: str) -> None:
        refused(self.post("alice", endpoint, message_id), GONE)

    @invariant()
    def lists_flags_and_numbers_agree(self) -> None:
        ids = [*self.there][::-1]
        for name, person in self.people.items():
            pinned = [message_id for message_id in ids if self.there[message_id].pinned]
            starred = [message_id for message_id in ids if name in self.there[message_id].starred]
            for endpoint, wanted in (("chat.getPinnedMessages", pinned), ("chat.getStarredMessages", starred)):
                listed = person.get(endpoint, roomId=self.room_id)
                assert [each["_id"] for each in listed["messages"]] == wanted
                assert listed["total"] == len(wanted)
        self.history_agrees(ids)

    def history_agrees(self, ids: list[str]) -> None:
        carol = self.people["carol"]
        page = carol.get("channels.messages", roomId=self.room_id, count=100)
        told = [each for each in page["messages"] if each.get("t") == "message_pinned"]
        assert [each["attachments"][0]["text"] for each in told] == self.told[::-1]
        messages = [each for each in page["messages"] if "t" not in each]
        assert [each["_id"] for each in messages] == ids
        for each in messages:
            message = self.there[each["_id"]]
            reactions = {emoji: {"usernames": names} for emoji, names in message.reactions.items() if names}
            starred = [{"_id": carol.id}] if "carol" in message.starred else None
            assert (each["msg"], each["u"]["username"]) == (message.text, message.author)
            assert each.get("pinned", False) == message.pinned
            assert (each.get("reactions", {}), each.get("starred") or None) == (reactions, starred)
        assert page["total"] == len(ids) + len(self.told)
        room = carol.get("channels.info", roomId=self.room_id)["channel"]
        assert room["msgs"] == self.counted
        assert room.get("lastMessage") == (messages[0] if messages else None)


def test_marks_tell_one_story(alice: Person, bob: Person, carol: Person, clock: Any) -> None:
    run_state_machine_as_test(
        lambda: Marks(alice, bob, carol, clock),  # type: ignore[arg-type]
        settings=settings(max_examples=8, stateful_step_count=12),
    )
