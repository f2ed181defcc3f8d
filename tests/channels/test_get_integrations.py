"""channels.getIntegrations and groups.getIntegrations: the webhooks of a room."""

from tests.integrations.conftest import INCOMING
from tests.kinds import both_kinds
from tests.refusals import forbidden, refused

SCOPES = {
    "channels": ("all_public_channels", "includeAllPublicChannels"),
    "groups": ("all_private_groups", "includeAllPrivateGroups"),
}


def bind(admin, name, channel):
    return admin.post("integrations.create", **{**INCOMING, "name": name, "channel": channel})["integration"]


def listed(kind, admin, room_id, **more):
    return [one["name"] for one in kind.get(admin, "getIntegrations", roomId=room_id, **more)["integrations"]]


@both_kinds
def test_those_that_name_the_room_or_all_of_its_kind(kind, admin, clock):
    scope, flag = SCOPES[kind.family]
    garden, other = kind.creates(admin, "garden"), kind.creates(admin, "other")
    for name, channel in (("first", "#garden"), ("both", "#other,#garden"), ("elsewhere", "#other"), ("all", scope)):
        clock.advance(seconds=1)
        made = {**INCOMING, "name": name, "channel": channel}
        if name == "all":
            made |= {"type": "webhook-outgoing", "event": "sendMessage", "urls": ["https://example.org/hook"]}
        assert admin.post("integrations.create", **made).succeeded
    assert listed(kind, admin, garden) == ["first", "both", "all"]
    assert listed(kind, admin, garden, **{flag: "true"}) == ["first", "both", "all"]
    assert listed(kind, admin, garden, **{flag: "false"}) == ["first", "both"]
    assert listed(kind, admin, other, **{flag: "no"}) == ["both", "elsewhere"]
    answer = kind.get(admin, "getIntegrations", roomId=garden, count=1, offset=1)
    assert (answer["count"], answer["offset"], answer["total"]) == (1, 1, 3)
    assert [one["name"] for one in answer["integrations"]] == ["both"]
    newest = kind.get(admin, "getIntegrations", roomName="garden", sort='{"_createdAt": -1}')["integrations"]
    assert [one["name"] for one in newest] == ["all", "both", "first"]


@both_kinds
def test_who_may_and_where(kind, admin, alice):
    room_id = kind.creates(alice, "garden")
    forbidden(alice.get(f"{kind.family}.getIntegrations", roomId=room_id))
    forbidden(alice.get(f"{kind.family}.getIntegrations"))
    kind.refuses_what_is_no_room(lambda **room: admin.get(f"{kind.family}.getIntegrations", **room))
    sort = 'Invalid sort parameter provided: "x" [error-invalid-sort]'
    mine = kind.creates(admin, "mine")
    refused(admin.get(f"{kind.family}.getIntegrations", roomId=mine, sort="x"), sort)
