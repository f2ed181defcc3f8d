"""users.getUsernameSuggestion."""

import pytest


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Dora Example", "dora.example"),
        ("Zoë Müller", "zoe.muller"),
        ("Anna Maria Groß", "anna.maria.gross"),
        ("all", "aall"),
        ("..", "dora"),
        ("名前", "dora"),
    ],
)
def test_of_the_name_else_of_the_address(newcomer, name, suggested):
    dora = newcomer("dora2", name=name)
    from pimentachat.store import users

    address = [{"address": "dora@example.org", "verified": True}]
    users.change(dora.id, lambda user: user.model_copy(update={"emails": address}))
    assert dora.get("users.getUsernameSuggestion").body == {"result": suggested, "success": True}


def test_the_next_one_when_it_is_taken(newcomer):
    first = newcomer("dora.example", name="Dora Example")
    assert first.get("users.getUsernameSuggestion")["result"] == "dexample"
    newcomer("dexample")
    assert first.get("users.getUsernameSuggestion")["result"] == "dorae"
    newcomer("dorae")
    assert first.get("users.getUsernameSuggestion")["result"] == "dora.example.example"
    newcomer("dora.example.example")
    assert first.get("users.getUsernameSuggestion")["result"] == "dora.example-0"


def test_as_the_settings_say(newcomer, setting):
    setting("UTF8_Names_Slugify", False)
    setting("UTF8_Names_Validation", "[^ ]+")
    assert newcomer("dora", name="Zoë").get("users.getUsernameSuggestion")["result"] == "Zoë"
    setting("Accounts_DefaultUsernamePrefixSuggestion", "guest")
    eve = newcomer("eve", name=None)
    from pimentachat.store import users

    users.change(eve.id, lambda user: user.model_copy(update={"emails": []}))
    assert eve.get("users.getUsernameSuggestion")["result"] == "guest-0"
