"""Whatever three people do in a room, in any order: the number of members, their list, their subscriptions, their roles
and the system messages tell one story, that of a small model."""

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
INVALID_ROOM = "error-invalid-room"
LAST_OWNER_KEPT = "error-remove-last-owner"
ROLES = ("owner", "moderator", "leader")

VERBS = ("add", "remove")

steps = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(
            ["join", "invite", "kick", "leave", *(f"{verb}{role.capitalize()}" for verb in VERBS for role in ROLES)]
        ),
        st.sampled_from(PEOPLE),
    ),
    max_size=25,
)


@dataclass
class Model:
    """Who is in the room with which roles, and what was said about it; each verb returns the refusal, or "ok"."""

    kind: Kind
    members: dict[str, set[str]]
    told: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def owners(self) -> set[str]:
        return {name for name, roles in self.members.items() if "owner" in roles}

    def keeps_order(self, who: str) -> bool:
        return bool(self.members.get(who, set()) & {"owner", "moderator"})

    def step(self, who: str, verb: str, whom: str) -> str:
        if self.kind is GROUP and verb != "invite" and who not in self.members:
            return NOT_FOUND
        for change in VERBS:
            if verb.startswith(change):
                role = verb.removeprefix(change).lower()
                return {"add": self.add, "remove": self.remove}[change](who, whom, role)
        return {"join": self.join, "invite": self.invite, "kick": self.kick, "leave": self.leave}[verb](who, whom)

    def join(self, who: str, _: str) -> str:
        if who not in self.members:
            self.enter(who, who, "uj")
        return "ok"

    def invite(self, who: str, whom: str) -> str:
        if not self.keeps_order(who):
            return NOT_ALLOWED
        if whom not in self.members:
            self.enter(whom, who, "au")
        return "ok"

    def enter(self, whom: str, by: str, told: str) -> None:
        self.members[whom] = set()
        self.told.append((told, whom, by))

    def kick(self, who: str, whom: str) -> str:
        if not self.keeps_order(who):
            return NOT_ALLOWED
        return self.exit(whom, who, "ru")

    def leave(self, who: str, _: str) -> str:
        return self.exit(who, who, "ul")

    def exit(self, whom: str, by: str, told: str) -> str:
        if whom not in self.members:
            return NOT_IN_ROOM
        if self.owners == {whom}:
            return LAST_OWNER
        del self.members[whom]
        self.told.append((told, whom, by))
        return "ok"

    def add(self, who: str, whom: str, role: str) -> str:
        if who not in self.owners:
            return NOT_ALLOWED
        if whom not in self.members:
            return NOT_IN_ROOM
        if role in self.members[whom]:
            return f"error-user-already-{role}"
        self.members[whom].add(role)
        self.told.append(("subscription-role-added", whom, who))
        return "ok"

    def remove(self, who: str, whom: str, role: str) -> str:
        if who not in self.owners:
            return NOT_ALLOWED
        if whom not in self.members:
            return NOT_IN_ROOM if role == "leader" else INVALID_ROOM
        if role not in self.members[whom]:
            return f"error-user-not-{role}"
        if role == "owner" and self.owners == {whom}:
            return LAST_OWNER_KEPT
        self.members[whom].remove(role)
        self.told.append(("subscription-role-removed", whom, who))
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
    model = Model(kind, {name: {"owner"} if name == creator else set() for name in {creator, *first}})
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
    with_roles = {name: sorted(roles) for name, roles in model.members.items() if roles}
    listed_roles = kind.get(witness, "roles", roomId=room_id)["roles"]
    assert [(row["u"]["username"], row["roles"]) for row in listed_roles] == sorted(with_roles.items())
    moderators = [row["username"] for row in kind.get(witness, "moderators", roomId=room_id)["moderators"]]
    assert moderators == sorted(name for name, roles in model.members.items() if "moderator" in roles)
    for name, person in people.items():
        held = person.subscription(room_id)
        assert bool(held) == (name in model.members)
        assert held.get("roles", []) == sorted(model.members.get(name, ()))
        assert (room_id in [each["rid"] for each in person.get("subscriptions.get")["update"]]) == bool(held)
        assert (room_id in [each["_id"] for each in person.get("rooms.get")["update"]]) == bool(held)
