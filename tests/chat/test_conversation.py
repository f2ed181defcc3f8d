"""Two people post, react, edit, delete and read in any order; a simple model says what each of them must see."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PEOPLE = ("alice", "bob")
TEXTS = ("hi", "@alice look", "@bob look", "@all look", "@here look", "@alice @bob @all")
EMOJI = ("smile", "+1", "heart")


@dataclass
class Said:
    id: str
    author: str
    text: str
    edited_by: str = ""
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Reader:
    unread: int = 0
    named: int = 0
    alls: int = 0


@dataclass
class Model:
    people: dict[str, Any]
    room_id: str
    said: list[Said] = field(default_factory=list)
    posted: int = 0
    readers: dict[str, Reader] = field(default_factory=lambda: {name: Reader() for name in PEOPLE})

    def post(self, who: str, text: str) -> None:
        self.said.append(Said(self.people[who].says(self.room_id, text), who, text))
        self.posted += 1
        self.readers[who] = Reader()
        [other] = set(PEOPLE) - {who}
        held = self.readers[other]
        held.unread += 1
        everybody = "@all" in text or "@here" in text
        held.alls += everybody
        held.named += f"@{other}" in text and not everybody

    def react(self, who: str, which: int, emoji: str, wanted: bool | None) -> None:
        message = self._one(which)
        asked = {} if wanted is None else {"shouldReact": wanted}
        assert self.people[who].post("chat.react", messageId=message.id, emoji=emoji, **asked).succeeded
        names = message.reactions.setdefault(f":{emoji}:", [])
        there = who in names
        if there and wanted is not True:
            names.remove(who)
        if not there and wanted is not False:
            names.append(who)
        if not names:
            del message.reactions[f":{emoji}:"]

    def edit(self, which: int, text: str) -> None:
        message = self._one(which)
        fields = {"roomId": self.room_id, "msgId": message.id, "text": text}
        assert self.people[message.author].post("chat.update", **fields).succeeded
        if message.text != text:
            message.text, message.edited_by = text, message.author

    def delete(self, which: int) -> None:
        message = self._one(which)
        fields = {"roomId": self.room_id, "msgId": message.id}
        assert self.people[message.author].post("chat.delete", **fields).succeeded
        self.said.remove(message)

    def read(self, who: str) -> None:
        assert self.people[who].post("subscriptions.read", rid=self.room_id).succeeded
        self.readers[who] = Reader()

    def _one(self, which: int) -> Said:
        return self.said[which % len(self.said)]

    def check(self) -> None:
        history = self.people["bob"].reads(self.room_id)
        assert [self._seen(message) for message in history] == [self._wanted(said) for said in reversed(self.said)]
        room = self.people["alice"].get("channels.info", roomId=self.room_id)["channel"]
        assert (room.get("lastMessage"), room["msgs"]) == (history[0] if history else None, self.posted)
        for name, held in self.readers.items():
            told = self.people[name].subscription(self.room_id)
            assert (told["unread"], told["userMentions"], told["groupMentions"]) == (held.unread, held.named, held.alls)
            assert told["alert"] is bool(held.unread)

    @staticmethod
    def _seen(message: dict[str, Any]) -> Any:
        reactions = {emoji: who["usernames"] for emoji, who in message.get("reactions", {}).items()}
        editor = message.get("editedBy", {}).get("username", "")
        return message["_id"], message["u"]["username"], message["msg"], editor, reactions

    @staticmethod
    def _wanted(said: Said) -> Any:
        return said.id, said.author, said.text, said.edited_by, said.reactions


who, which, text, emoji = st.sampled_from(PEOPLE), st.integers(0, 9), st.sampled_from(TEXTS), st.sampled_from(EMOJI)
ACTIONS = st.one_of(
    st.tuples(st.just("post"), who, text),
    st.tuples(st.just("post"), who, text),
    st.tuples(st.just("react"), who, which, emoji, st.sampled_from([None, True, False])),
    st.tuples(st.just("edit"), which, text),
    st.tuples(st.just("delete"), which),
    st.tuples(st.just("read"), who),
)


@pytest.mark.parametrize("late", [False, True], ids=["worker idle", "worker busy"])
def test_a_conversation(alice, bob, deliver, setting, late):
    setting("Unread_Count", "all_messages")
    number = iter(range(1000))

    @settings(max_examples=12)
    @given(st.lists(ACTIONS, min_size=5, max_size=30))
    def converse(actions: list[Any]) -> None:
        room_id = alice.creates_channel(f"room{next(number)}", members=["bob"])
        model = Model({"alice": alice, "bob": bob}, room_id)
        for person in PEOPLE:
            model.read(person)
        for verb, *given_to_it in actions:
            if verb in {"react", "edit", "delete"} and not model.said:
                continue
            getattr(model, verb)(*given_to_it)
            if late:
                deliver()
            model.check()

    converse()
