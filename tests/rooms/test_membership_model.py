"""Whatever three people do in a room, in any order: the number of members, their list, their subscriptions, the owners
and the system messages tell one story, that of a model of a dozen lines."""

from dataclasses import dataclass, field
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kinds import CHANNEL, GROUP, Kind
from tests.workspace import Answer, Person

PEOPLE = ("alice", "bob", "carol")
NAMES = count()

NOT_ALLOWED = "error-not-allowed"
NOT_IN_ROOM = "error-user-not-in-room"
NOT_FOUND = "error-room-not-found"
LAST_OWNER = "error-you-are-last-owner"
ALREADY_OWNER = "error-user-already-owner"

steps = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(["join", "invite", "kick", "leave", "addOwner"]),
        st.sampled_from(PEOPLE),
    ),
    max_size=20,
)


@dataclass
class Model:
    """Who is in the room and what was said about it; each verb returns the refusal, or "ok"."""

    kind: Kind
    members: set[str]
    owners: set[str]
    told: list[tuple[str, str, str]] = field(default_factory=list)

    def step(self, who: str, verb: str, whom: str) -> str:
        if self.kind is GROUP and verb != "invite" and who not in self.members:
            return NOT_FOUND
        acts = {"join": self.join, "invite": self.invite, "kick": self.kick, "leave": self.leave}
        return {**acts, "addOwner": self.add_owner}[verb](who, whom)

    def join(self, who: str, _: str) -> str:
        if who not in self.members:
            self.enter(who, who, "uj")
        return "ok"

    def invite(self, who: str, whom: str) -> str:
        if who not in self.owners:
            return NOT_ALLOWED
        if whom not in self.members:
            self.enter(whom, who, "au")
        return "ok"

    def enter(self, whom: str, by: str, told: str) -> None:
        self.members.add(whom)
        self.told.append((told, whom, by))

    def kick(self, who: str, whom: str) -> str:
        if who not in self.owners:
            return NOT_ALLOWED
        return self.exit(whom, who, "ru")

    def leave(self, who: str, _: str) -> str:
        return self.exit(who, who, "ul")

    def exit(self, whom: str, by: str, told: str) -> str:
        if whom not in self.members:
            return NOT_IN_ROOM
        if self.owners == {whom}:
            return LAST_OWNER
        self.members.remove(whom)
        self.owners.discard(whom)
        self.told.append((told, whom, by))
        return "ok"

    def add_owner(self, who: str, whom: str) -> str:
        if who not in self.owners:
            return NOT_ALLOWED
        if whom not in self.members:
            return NOT_IN_ROOM
        if whom in self.owners:
            return ALREADY_OWNER
        self.owners.add(whom)
        self.told.append(("subscription-role-added", whom, who))
        return "ok"


def does(kind: Kind, person: Person, verb: str, whom: Person, room_id: str) -> Answer:
    named = {} if verb in {"join", "leave"} else {"userId": whom.id}
    return kind.tries(person, verb, roomId=room_id, **named)


@settings(max_examples=20)
@given(st.sampled_from([CHANNEL, GROUP]), st.sampled_from(PEOPLE), st.sets(st.sampled_from(PEOPLE)), steps)
def test_members_subscriptions_owners_and_messages_agree(
    alice, bob, carol, kind: Kind, creator: str, first: set[str], sequence: list[tuple[str, str, str]]
):
    people = {"alice": alice, "bob": bob, "carol": carol}
    room_id = kind.creates(people[creator], f"room{next(NAMES)}", members=sorted(first))
    model = Model(kind, members={creator, *first}, owners={creator})
    for who, verb, whom in sequence:
        if kind is GROUP and verb == "join":
            continue
        expected = model.step(who, verb, whom)
        answer = does(kind, people[who], verb, people[whom], room_id)
        assert ("ok" if answer.succeeded else answer.error_type) == expected, (who, verb, whom)
    witness = people[min(model.owners)]
    room = kind.info(witness, room_id)
    assert (room["usersCount"], room["msgs"]) == (len(model.members), len(model.told))
    listed = kind.get(witness, "members", roomId=room_id)
    assert [member["username"] for member in listed["members"]] == sorted(model.members)
    assert listed["total"] == len(model.members)
    assert sorted(kind.system_messages(witness, room_id)) == sorted(model.told)
    for name, person in people.items():
        held = person.subscription(room_id)
        assert bool(held) == (name in model.members)
        assert ("owner" in held.get("roles", [])) == (name in model.owners)
        assert (room_id in [each["rid"] for each in person.get("subscriptions.get")["update"]]) == bool(held)
        assert (room_id in [each["_id"] for each in person.get("rooms.get")["update"]]) == bool(held)
