"""`#name` in a text."""

from tests.workspace import Person

GENERAL = "GENERAL"


def test_a_group_is_a_hashtag_for_its_members_only(alice: Person, bob: Person) -> None:
    group, garden = alice.creates_group("secret"), alice.creates_channel("garden")
    text = "#secret is about the #garden"
    told = alice.posts(GENERAL, text)["message"]["channels"]
    assert {each["name"]: each["_id"] for each in told} == {"secret": group, "garden": garden}
    guessed = bob.posts(GENERAL, text)["message"]
    assert guessed["channels"] == [{"_id": garden, "name": "garden"}]
    edited = bob.post("chat.update", roomId=GENERAL, msgId=guessed["_id"], text="#secret!")["message"]
    assert edited["channels"] == []
