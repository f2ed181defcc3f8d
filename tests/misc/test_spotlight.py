"""spotlight: at most five people and five channels, as far as the caller may see them."""

import pytest

from tests.refusals import refused


def found(answer):
    assert answer.succeeded, answer.text
    assert set(answer.body) == {"users", "rooms", "success"}
    return [user["username"] for user in answer["users"]], [room["name"] for room in answer["rooms"]]


def test_people_and_channels(alice, bob, newcomer):
    albert = newcomer("albert", name="Albert Example")
    albums = bob.creates_channel("albums")
    last = bob.says(albums, "hello")

    answer = alice.get("spotlight", query="al")

    assert answer["users"] == [
        {"_id": albert.id, "name": "Albert Example", "username": "albert", "status": "offline"},
        {"_id": alice.id, "name": "Alice", "username": "alice", "status": "offline"},
    ]
    [room] = answer["rooms"]
    assert room.pop("lastMessage")["_id"] == last
    assert room == {"_id": albums, "name": "albums", "t": "c", "joinCodeRequired": False}


def test_a_sign_asks_for_one_of_the_two(alice, bob):
    bob.creates_channel("bobs")
    assert found(alice.get("spotlight", query="bob")) == (["bob"], ["bobs"])
    assert found(alice.get("spotlight", query="@bob")) == (["bob"], [])
    assert found(alice.get("spotlight", query="#bob")) == ([], ["bobs"])


def test_case_and_the_words_of_a_name(alice, newcomer):
    newcomer("mlopez", name="Maria Lopez")
    for query in ("MARIA", "lop", "mlo", "maria lo"):
        assert found(alice.get("spotlight", query=query))[0] == ["mlopez"]


def test_five_of_each(alice, bob, newcomer):
    for number in range(6):
        newcomer(f"zoe{number}", joins=False)
        bob.creates_channel(f"zoo{number}")
    people, rooms = found(alice.get("spotlight", query="zo"))
    assert people == [f"zoe{number}" for number in range(5)]
    assert rooms == [f"zoo{number}" for number in range(5)]


def test_the_order_is_by_name_where_names_are_shown(alice, newcomer, setting):
    newcomer("tom1", name="Zoe Tomson")
    newcomer("tom2", name="Ada Tomson")
    assert found(alice.get("spotlight", query="tom"))[0] == ["tom1", "tom2"]
    setting("UI_Use_Real_Name", True)
    assert found(alice.get("spotlight", query="tom"))[0] == ["tom2", "tom1"]


def test_the_fields_searched_are_a_setting(alice, newcomer, setting):
    newcomer("mlopez", name="Maria Lopez")
    setting("Accounts_SearchFields", "username")
    assert found(alice.get("spotlight", query="maria"))[0] == []
    assert found(alice.get("spotlight", query="mlopez"))[0] == ["mlopez"]


def test_neither_inactive_people_nor_rooms_that_are_joined_or_private(alice, bob):
    from pimentachat.store import users as user_store

    bob.creates_group("bobs-secrets")
    joined = bob.creates_channel("bobs-own")
    assert alice.post("channels.join", roomId=joined).succeeded
    user_store.change(bob.id, lambda user: user.model_copy(update={"active": False}))
    assert found(alice.get("spotlight", query="bob")) == ([], [])


def test_only_the_sign(alice, bob):
    bob.creates_channel("ops")
    assert found(alice.get("spotlight", query="@")) == (["alice", "bob", "rocket.cat"], [])
    assert found(alice.get("spotlight", query="#")) == ([], ["ops"])
    assert found(alice.get("spotlight", query="")) == (["alice", "bob", "rocket.cat"], ["ops"])


def test_what_cannot_be_a_name(alice):
    for query in ("(((", "\u0000", "x" * 2000, "🌶", "%"):
        assert found(alice.get("spotlight", query=query)) == ([], [])


@pytest.mark.parametrize(
    ("permission", "people", "rooms"),
    [("view-outside-room", [], []), ("view-d-room", [], ["bobs"]), ("view-c-room", ["bob"], [])],
)
def test_permissions(alice, bob, grant, permission, people, rooms):
    bob.creates_channel("bobs")
    assert found(alice.get("spotlight", query="bob")) == (["bob"], ["bobs"])
    grant(permission, "admin")
    assert found(alice.get("spotlight", query="bob")) == (people, rooms)


def test_the_last_message_needs_the_preview(alice, bob, grant):
    bob.says(bob.creates_channel("bobs"), "hello")
    assert "lastMessage" in alice.get("spotlight", query="bob")["rooms"][0]
    grant("preview-c-room", "admin")
    assert "lastMessage" not in alice.get("spotlight", query="bob")["rooms"][0]


def test_without_a_query(alice):
    refused(alice.get("spotlight"), "Match error: Missing key 'query'")


def test_parameters_of_later_clients_are_ignored(alice, bob):
    assert found(alice.get("spotlight", query="@bob", usernames="", type="", rid="GENERAL"))[0] == ["bob"]


def test_needs_a_login(anonymous, workspace):
    assert anonymous.get("spotlight", query="x").status == 401


def test_who_has_no_name_is_found_without_one(alice, newcomer):
    nemo = newcomer("nemo", name=None)
    [found] = alice.get("spotlight", query="nemo")["users"]
    assert found == {"_id": nemo.id, "username": "nemo", "status": "offline"}
