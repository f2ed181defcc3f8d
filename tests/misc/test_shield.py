"""shield.svg: badges for pages elsewhere."""

from typing import Any
from xml.etree import ElementTree

import pytest

from tests.refusals import refused


def badge(anyone: Any, **query: str) -> Any:
    """Texts, colours, widths and the picture of a badge."""
    answer = anyone.get("shield.svg", **query)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml;charset=utf-8")
    tree = ElementTree.fromstring(answer.content)
    parts = {"text": [], "rect": [], "image": []}
    for element in tree.iter():
        kind = element.tag.rpartition("}")[2]
        if kind in parts:
            parts[kind].append(element)
    return (
        [element.text for element in parts["text"]],
        [(int(element.get("width")), element.get("fill")) for element in parts["rect"]],
        [element.get("href") for element in parts["image"]],
    )


def test_an_invitation(anonymous):
    texts, sides, pictures = badge(anonymous)
    assert texts == ["JOIN CHAT"]
    assert sides == [(24, "#555"), (9 * 6 + 20, "#4c1")]
    assert pictures == ["https://chat.example.org/assets/favicon.svg"]
    assert badge(anonymous, type="nonsense")[0] == ["JOIN CHAT"]


def test_a_channel_and_a_name(anonymous):
    texts, sides, pictures = badge(anonymous, type="channel", channel="garden", name="Chat", icon="false")
    assert texts == ["Chat", "#garden"]
    assert sides == [(7 + 4 * 6 + 7, "#555"), (7 * 6 + 20, "#4c1")]
    assert pictures == []


def test_texts_are_escaped(anonymous):
    evil = "</text><script>alert(1)</script>&\"'"
    assert badge(anonymous, type="channel", channel=evil, name=evil)[0] == [evil, f"#{evil}"]


@pytest.mark.parametrize(
    ("status", "colour"), [("online", "#1fb31f"), ("away", "#dc9b01"), ("busy", "#bc2031"), ("offline", "#a5a1a1")]
)
def test_a_user(anonymous, newcomer, setting, status, colour):
    zoe = newcomer("zoe", name="Zoe <3", status_connection=status)
    texts, sides, _ = badge(anonymous, type="user", username="zoe")
    assert (texts, sides[1][1]) == (["@zoe"], colour)
    setting("UI_Use_Real_Name", True)
    assert badge(anonymous, type="user", userId=zoe.id)[0] == ["Zoe <3"]


def test_who_is_online(anonymous, newcomer, clock):
    # Rocket.Cat always is.
    assert badge(anonymous, type="online")[0] == ["1 Online"]
    for status in ("online", "away", "busy", "offline"):
        newcomer(f"{status}-one", status_connection=status)
    assert badge(anonymous, type="online")[0] == ["1 Online"]
    clock.advance(seconds=61)
    assert badge(anonymous, type="online")[0] == ["4 Online"]


def test_what_a_badge_needs(anonymous):
    refused(anonymous.get("shield.svg", icon="false"), "Name cannot be empty when icon is hidden")
    refused(anonymous.get("shield.svg", type="channel"), 'Shield channel is required for type "channel"')
    refused(
        anonymous.get("shield.svg", type="user"),
        'The required "userId" or "username" param was not provided [error-user-param-not-provided]',
    )
    refused(
        anonymous.get("shield.svg", type="user", username="nobody"),
        'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
    )


def test_badges_may_be_switched_off(anonymous, setting):
    setting("API_Enable_Shields", False)
    refused(anonymous.get("shield.svg"), "This endpoint is disabled [error-endpoint-disabled]")


def test_kinds_may_be_switched_off(anonymous, setting):
    setting("API_Shield_Types", "channel, user")
    refused(anonymous.get("shield.svg", type="online"), "This shield type is disabled [error-shield-disabled]")
    assert badge(anonymous, type="channel", channel="garden")
    assert badge(anonymous)[0] == ["JOIN CHAT"]
