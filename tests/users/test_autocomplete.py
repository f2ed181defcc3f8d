"""users.autocomplete."""

import json

from tests.refusals import refused


def found(person, **selector):
    return [item["username"] for item in person.get("users.autocomplete", selector=json.dumps(selector))["items"]]


def test_by_the_beginning_of_any_word(alice, bob, newcomer, admin):
    newcomer("robert", name="Bob Marley")
    newcomer("bobby")
    assert found(alice, term="bo") == ["bob", "bobby", "robert"]
    assert found(alice, term="@BO", exceptions=["bob", 7]) == ["bobby", "robert"]
    assert found(alice, term="nobody") == []
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False)
    assert found(alice, term="bo") == ["bobby", "robert"]
    assert "alice" in found(alice)


def test_what_is_shown(alice, bob):
    [item] = alice.get("users.autocomplete", selector='{"term": "bob", "conditions": {}}')["items"]
    assert item == {"_id": bob.id, "username": "bob", "name": "Bob", "status": "offline"}


def test_ten_at_most(alice, newcomer):
    for number in range(12):
        newcomer(f"crowd{number:02}")
    assert found(alice, term="crowd") == [f"crowd{number:02}" for number in range(10)]


def test_nobody_without_the_permission(alice, bob, admin, grant):
    grant("view-outside-room", "admin")
    assert found(alice, term="bob") == []
    assert found(admin, term="bob") == ["bob"]


def test_a_selector_is_needed(alice):
    refused(alice.get("users.autocomplete"), "The 'selector' param is required")
    for text in ("[", "7"):
        refused(
            alice.get("users.autocomplete", selector=text),
            "Match error: Expected object, got string in field selector",
        )
