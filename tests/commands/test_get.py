"""commands.get, commands.list, commands.preview."""

import pytest

from tests.refusals import refused

UNKNOWN = "The command provided does not exist (or is disabled)."


def test_what_clients_show_of_a_command(alice):
    told = {"command": "me", "params": "your_message", "description": "Displays_action_text"}
    for name in ("me", "ME"):
        answer = alice.get("commands.get", command=name)
        assert answer.body == {"command": told | {"clientOnly": False, "providesPreview": False}, "success": True}
    assert alice.get("commands.get", command="kick")["command"]["permission"] == "remove-user"
    assert "params" not in alice.get("commands.get", command="leave")["command"]


def test_which_command(alice):
    for query in ({}, {"command": " "}):
        refused(alice.get("commands.get", **query), 'The query param "command" must be provided.')
    refused(alice.get("commands.get", command="Dance"), "There is no command in the system by the name of: Dance")


def test_all_commands(alice):
    listed = alice.get("commands.list", count=100).body
    names = [each["command"] for each in listed["commands"]]
    assert names == sorted(names)
    assert listed["total"] == listed["count"] == len(names)
    assert {"archive", "gimme", "invite-all-to", "join", "me", "mute", "part", "topic", "unmute"} <= set(names)
    page = alice.get("commands.list", count=2, offset=1)
    assert ([each["command"] for each in page["commands"]], page["total"]) == (names[1:3], len(names))
    one = alice.get("commands.list", query={"command": "shrug"})
    assert [each["command"] for each in one["commands"]] == ["shrug"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_there_are_no_previews(alice, method):
    call = getattr(alice, method)
    assert call("commands.preview", command="me", roomId="GENERAL").body == {"success": True}
    refused(call("commands.preview", command="dance", roomId="GENERAL"), UNKNOWN)
