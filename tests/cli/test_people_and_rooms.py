"""user, room, tail and stats, against the handlers."""

import json
import time

import pytest


def test_people(terminal, admin, monkeypatch):
    monkeypatch.setenv("PIMENTACHAT_NEW_PASSWORD", "a long secret")
    made = terminal("user", "create", "dora", "--email", "dora@example.org", "--name", "Dora", "--json", by=admin)
    assert (made.code, made.json["name"]) == (0, "Dora")
    listed = terminal("user", "list", by=admin).out
    assert "dora" in listed
    assert "rocket.cat" in listed
    assert terminal("user", "deactivate", "dora", by=admin).out == "dora is not active any more\n"
    assert terminal("user", "show", "dora", "--json", by=admin).json["active"] is False
    assert terminal("user", "activate", "dora", by=admin).code == 0
    assert terminal("user", "delete", "dora", "--yes", by=admin).out == "dora is deleted\n"
    assert terminal("user", "show", "dora", by=admin).code == 1


def test_a_person_without_a_password_has_one_that_nobody_knows(terminal, admin, anonymous):
    ran = terminal("user", "create", "dora", "--email", "dora@example.org", by=admin)
    assert ran.code == 0
    assert "with a password that nobody knows" in ran.out
    assert anonymous.post("login", user="dora", password="").status == 401


def test_only_who_may(terminal, alice):
    ran = terminal("user", "create", "dora", "--email", "dora@example.org", by=alice)
    assert ran.code == 1
    assert ran.err.startswith("error: ")


def test_rooms(terminal, admin, alice):
    made = terminal("room", "create", "garden", "--member", "alice", "--topic", "Roses", "--json", by=admin)
    assert (made.code, made.json["name"]) == (0, "garden")
    hidden = terminal("room", "create", "cellar", "--private", "--json", by=admin)
    assert hidden.json["t"] == "p"
    alice.opens_direct_room(admin)
    listed = terminal("room", "list", by=admin).out
    assert "garden" in listed
    assert "alice, admin" in listed or "admin, alice" in listed
    assert terminal("room", "show", "#garden", "--json", by=admin).json["topic"] == "Roses"
    assert terminal("room", "archive", "garden", by=admin).out == "garden is archived\n"
    assert terminal("room", "unarchive", made.json["_id"], by=admin).out == "garden is open again\n"
    assert terminal("room", "delete", "cellar", "--yes", by=admin).out == "cellar is deleted\n"
    gone = terminal("room", "show", "cellar", by=admin)
    assert (gone.code, "cellar" in gone.err or "found" in gone.err or "exist" in gone.err) == (1, True)


def test_a_member_whom_nobody_knows(terminal, admin):
    ran = terminal("room", "create", "garden", "--member", "nobody", by=admin)
    assert (ran.code, "nobody cannot be a member" in ran.err) == (1, True)
    assert terminal("room", "show", "garden", by=admin).code == 1


def test_many_people_come_page_by_page(terminal, admin, newcomer):
    for number in range(103):
        newcomer(f"guest{number:03}", joins=False)
    listed = terminal("user", "list", "--json", by=admin).json
    assert len({row["_id"] for row in listed}) == len(listed) == 105


def test_the_end_of_a_room(terminal, alice):
    alice.says("GENERAL", "Water the roses")
    alice.says("GENERAL", "in the \x1b[31mmorning")
    ran = terminal("tail", "general", "-n", "2", "--once", by=alice)
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].endswith("  alice: Water the roses")
    # What somebody wrote is no command for a terminal.
    assert lines[1].endswith("  alice: in the  [31mmorning")


def test_a_room_is_followed_with_growing_pauses_until_ctrl_c(terminal, alice, bob, monkeypatch):
    message = bob.says("GENERAL", "first")
    pauses = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            bob.says("GENERAL", "second")
        if len(pauses) == 4:
            assert bob.post("chat.update", roomId="GENERAL", msgId=message, text="third").succeeded
        if len(pauses) == 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    ran = terminal("tail", "general", "-n", "1", "--json", by=alice)
    assert ran.code == 0
    assert [json.loads(line)["msg"] for line in ran.out.splitlines()] == ["first", "second", "third"]
    assert pauses == [1, 1.5, 2.25, 1, 1, 1.5]


def test_a_room_that_one_may_not_see(terminal, alice, bob):
    bob.creates_group("cellar")
    assert terminal("tail", "cellar", by=alice).code == 1


def test_statistics(terminal, admin, alice):
    alice.says("GENERAL", "hi")
    assert terminal("stats", by=admin).code == 1
    ran = terminal("stats", "--refresh", by=admin)
    assert ran.code == 0
    assert ran.out.split()[:2] == ["people", "3"]
    assert terminal("stats", "--json", by=admin).json["totalUsers"] == 3
    assert terminal("stats", by=alice).code == 1


@pytest.mark.parametrize("command", [[], ["user"], ["room"], ["tail"], ["admin", "create"], ["login"]])
def test_help(terminal, command):
    ran = terminal(*command, "--help")
    assert ran.code == 0
    assert "--json" in ran.out
