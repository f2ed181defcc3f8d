"""Channels, groups and direct rooms by the Python client, over real HTTP."""

from pathlib import Path
from typing import Any

import pytest
from rocketchat_API.APIExceptions.RocketExceptions import RocketApiException

from tests.clients.rocketchat_api.surface import Client

ENVELOPES = {"channels": "channel", "groups": "group"}


def info(client: Client, kind: str, room: str) -> dict[str, Any]:
    found: dict[str, Any] = client.of(kind).info(room_id=room)[ENVELOPES[kind]]
    return found


def usernames(people: Any) -> set[str]:
    return {person["username"] for person in people}


def test_who_is_in_a_room(admin: Client, bob: Client, carol: Client, kind: str, room: str) -> None:
    carol_id = carol.me()["_id"]
    admin.of(kind).invite(room, carol_id)
    assert usernames(carol.of(kind).members(room_id=room)) == {"admin", "bob", "carol"}
    assert "carol" in usernames(carol.of(kind).online(room)["online"])
    admin.of(kind).kick(room, carol_id)
    bob.of(kind).leave(room)
    assert usernames(admin.of(kind).members(room_id=room)) == {"admin"}


def test_roles_in_a_room(admin: Client, bob: Client, kind: str, room: str) -> None:
    bob_id = bob.me()["_id"]

    def roles() -> Any:
        each = {one["u"]["username"]: one["roles"] for one in admin.of(kind).roles(room_id=room)["roles"]}
        return each.get("bob", [])

    admin.of(kind).add_moderator(room, bob_id)
    assert usernames(bob.of(kind).moderators(room_id=room)["moderators"]) == {"bob"}
    admin.of(kind).add_owner(room, bob_id)
    admin.of(kind).add_leader(room, bob_id)
    assert sorted(roles()) == ["leader", "moderator", "owner"]
    admin.of(kind).remove_moderator(room, bob_id)
    admin.of(kind).remove_owner(room, bob_id)
    admin.of(kind).remove_leader(room, bob_id)
    assert roles() == []


def test_what_is_written_about_a_room(admin: Client, kind: str, room: str, name: str) -> None:
    admin.of(kind).set_topic(room, "Roses")
    admin.of(kind).set_description(room, "Trees and benches")
    admin.of(kind).set_announcement(room, "Closed at night")
    admin.of(kind).set_read_only(room, True)
    admin.of(kind).rename(room, f"new-{name}")
    shown = info(admin, kind, room)
    assert (shown["topic"], shown["description"], shown["announcement"]) == (
        "Roses",
        "Trees and benches",
        "Closed at night",
    )
    assert shown["ro"] is True
    assert shown["name"] == f"new-{name}"


def test_custom_fields(admin: Client, name: str) -> None:
    channel = admin.channels_create(name)["channel"]["_id"]
    admin.channels_set_custom_fields(channel, {"trees": 12})
    assert admin.channels_info(channel=name)["channel"]["customFields"] == {"trees": 12}
    group = admin.groups_create(f"{name}-too")["group"]["_id"]
    admin.groups_set_custom_fields({"trees": 3}, room_id=group)
    assert admin.groups_info(room_name=f"{name}-too")["group"]["customFields"] == {"trees": 3}


def test_a_room_is_put_away_and_deleted(admin: Client, bob: Client, kind: str, room: str) -> None:
    bob.of(kind).close(room)
    assert bob.subscriptions_get_one(room)["subscription"]["open"] is False
    bob.of(kind).open(room)
    assert bob.subscriptions_get_one(room)["subscription"]["open"] is True
    admin.of(kind).archive(room)
    assert info(admin, kind, room)["archived"] is True
    admin.of(kind).unarchive(room)
    assert info(admin, kind, room)["archived"] is False
    admin.of(kind).delete(room_id=room)
    assert room not in [each["_id"] for each in admin.rooms_get()["update"]]


def test_the_kind_of_a_room_changes(admin: Client, kind: str, room: str) -> None:
    admin.of(kind).set_type(room, {"channels": "p", "groups": "c"}[kind])
    assert admin.rooms_info(room_id=room)["room"]["t"] == {"channels": "p", "groups": "c"}[kind]


def test_lists_of_rooms(admin: Client, bob: Client, name: str) -> None:
    channel = admin.channels_create(name)["channel"]["_id"]
    group = admin.groups_create(f"{name}-too", members=["bob"])["group"]["_id"]

    def listed(rooms: Any) -> set[str]:
        return {each["_id"] for each in rooms}

    assert {channel, "GENERAL"} <= listed(admin.channels_list())
    assert channel in listed(admin.channels_list_joined())
    assert channel not in listed(bob.channels_list_joined())
    assert group in listed(bob.groups_list())
    assert group in listed(admin.groups_list_all())
    assert {channel, group} <= listed(admin.rooms_admin_rooms())
    found = admin.directory({"text": name, "type": "channels"})
    assert channel in listed(found)


def test_codes_everybody_and_numbers(admin: Client, bob: Client, carol: Client, name: str) -> None:
    channel = admin.channels_create(name)["channel"]["_id"]
    admin.channels_set_join_code(channel, "sesame")
    bob.channels_join(channel, "sesame")
    assert bob.channels_counters(room_id=channel)["joined"] is True
    admin.channels_add_all(channel)
    assert "carol" in usernames(admin.channels_members(channel=name))
    admin.channels_set_default(channel, True)
    assert admin.channels_info(room_id=channel)["channel"]["default"] is True
    bob.rooms_favorite(room_name=name)
    assert bob.subscriptions_get_one(channel)["subscription"]["f"] is True
    group = admin.groups_create(f"{name}-too")["group"]["_id"]
    admin.groups_set_encrypted(group, True)
    assert admin.groups_info(room_id=group)["group"]["encrypted"] is True


def test_history_of_a_group(admin: Client, bob: Client, name: str) -> None:
    group = admin.groups_create(name, members=["bob"])["group"]["_id"]
    bob.chat_post_message("psst", room_id=group)
    assert "psst" in [message["msg"] for message in admin.groups_history(group, count=20)]
    bob.rooms_leave(group)
    assert usernames(admin.groups_members(group=name)) == {"admin"}


def test_files(admin: Client, kind: str, room: str, plan: Path) -> None:
    file = admin.rooms_media(room, str(plan))["file"]
    admin.rooms_media_confirm(room, file["_id"], msg="the plan")
    listed = list(admin.of(kind).files(room_id=room))
    assert [each["name"] for each in listed] == ["plan.pdf"]


def test_direct_rooms(admin: Client, bob: Client, carol: Client, plan: Path) -> None:
    room = bob.dm_create("carol")["room"]["_id"]
    bob.chat_post_message("Lunch at noon?", room_id=room)
    assert [message["msg"] for message in carol.dm_history(room)] == ["Lunch at noon?"]
    assert [message["msg"] for message in carol.dm_messages(username="bob")] == ["Lunch at noon?"]
    assert room in [each["_id"] for each in carol.dm_list()]
    assert usernames(carol.dm_members(room)) == {"bob", "carol"}
    assert carol.dm_counters(room)["msgs"] == 1
    with_admin = admin.dm_create("carol")["room"]["_id"]
    admin.dm_set_topic(with_admin, "Lunch")  # it takes edit-room, as in other rooms
    assert carol.rooms_info(room_id=with_admin)["room"]["topic"] == "Lunch"
    bob.dm_close(room)
    assert bob.subscriptions_get_one(room)["subscription"]["open"] is False
    bob.dm_open(room)
    assert bob.subscriptions_get_one(room)["subscription"]["open"] is True
    file = bob.rooms_media(room, str(plan))["file"]
    bob.rooms_media_confirm(room, file["_id"])
    assert [each["name"] for each in carol.dm_files(room_id=room)] == ["plan.pdf"]
    assert room in [each["_id"] for each in admin.dm_list_everyone()]
    admin.settings_update("API_Enable_Direct_Message_History_EndPoint", True)
    try:
        assert "Lunch at noon?" in [message["msg"] for message in admin.dm_messages_others(room)]
    finally:
        admin.settings_update("API_Enable_Direct_Message_History_EndPoint", False)


def test_three_in_a_direct_room(admin: Client, bob: Client, carol: Client) -> None:
    room = admin.dm_create_multiple(["bob", "carol"])["room"]["_id"]
    assert usernames(carol.dm_members(room)) == {"admin", "bob", "carol"}
    admin.dm_delete(room)
    assert room not in [each["_id"] for each in carol.dm_list()]


def test_links_that_invite(admin: Client, carol: Client, name: str) -> None:
    group = admin.groups_create(name)["group"]["_id"]
    invite = admin.find_or_create_invite(group, 1, 5)
    assert carol.validate_invite_token(invite["_id"])["valid"] is True
    assert carol.use_invite_token(invite["_id"])["room"]["rid"] == group
    assert usernames(admin.groups_members(room_id=group)) == {"admin", "carol"}
    assert invite["_id"] in [each["_id"] for each in admin.list_invites()]
    admin.remove_invite(invite["_id"])
    assert carol.validate_invite_token(invite["_id"])["valid"] is False


def test_a_refusal_is_an_exception_with_its_text(admin: Client, kind: str) -> None:
    with pytest.raises(RocketApiException, match="error-room-not-found"):
        admin.of(kind).info(room_id="nowhere")
