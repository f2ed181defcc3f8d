"""emoji-custom, emoji-custom.list, create, update, delete, and /emoji-custom/{file}."""

import json
from typing import Any

import pytest

from tests.at_once import at_once, outcomes
from tests.pictures import EVIL_SVG, NO_PICTURES, SVG, bombed, drawn, kept, seen
from tests.refusals import refused
from tests.workspace import Answer, File, Person

NOT_ALLOWED = "[not_authorized]"
IN_USE = "The custom emoji or one of its aliases is already in use [Custom_Emoji_Error_Name_Or_Alias_Already_In_Use]"


def picture(data: bytes | None = None, kind: str = "image/png", field: str = "emoji") -> File:
    return File("owl.png", drawn(20, 20) if data is None else data, kind, field)


def makes(person: Person, name: str, aliases: str = "", data: bytes | None = None) -> Answer:
    return person.upload("emoji-custom.create", picture(data), name=name, aliases=aliases)


def emoji(person: Person, **query: Any) -> list[dict[str, Any]]:
    answer = person.get("emoji-custom", **query)
    assert answer.succeeded, answer.text
    return list(answer["emojis"])


@pytest.fixture
def owl(admin) -> str:
    """A custom emoji, by its id."""
    assert makes(admin, "party-owl", "owl, hoot").succeeded
    return str(emoji(admin)[0]["_id"])


# --- making one


def test_an_emoji_is_made(admin, alice, anonymous):
    assert makes(admin, ":party-owl:", "owl hoot, :party-owl: owl").succeeded
    [made] = emoji(alice)
    assert (len(made.pop("_id")), bool(made.pop("_updatedAt"))) == (17, True)
    assert made == {"name": "party-owl", "aliases": ["owl", "hoot"], "extension": "png"}
    answer = anonymous.get("/emoji-custom/party-owl.png")
    assert answer.headers["content-type"] == "image/png"
    assert seen(answer.content).size == (20, 20)


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("GIF", "gif"), ("JPEG", "jpeg"), ("WEBP", "webp")])
def test_the_extension_is_that_of_the_picture(admin, kind, extension):
    # Whatever it was called.
    assert makes(admin, "owl", data=drawn(20, 20, kind)).succeeded
    assert emoji(admin)[0]["extension"] == extension


def test_an_svg_is_cleaned(admin, anonymous):
    assert makes(admin, "owl", data=EVIL_SVG).succeeded
    assert emoji(admin)[0]["extension"] == "svg+xml"
    answer = anonymous.get("/emoji-custom/owl.svg+xml")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "<circle" in answer.text
    for trace in ("script", "onload", "javascript", "foreignObject", "elsewhere"):
        assert trace not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_svgs_that_are_refused(admin):
    none = "The file is no picture that can be read. [error-invalid-file-type]"
    bad = {
        "deep": SVG.replace(b"<circle", b"<g>" * 70 + b"<circle").replace(b"</svg>", b"</g>" * 70 + b"</svg>"),
        "entities": b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG,
        "external": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG,
        "cut off": SVG[:-3],
        "html": b'<html xmlns="http://www.w3.org/1999/xhtml"><script>1</script></html>',
        "no namespace": b"<svg><circle r='1'/></svg>",
    }
    for name, data in bad.items():
        refused(makes(admin, name.replace(" ", "-"), data=data), none)
    large = SVG.replace(b"<circle", b"<!--" + bytes(b"x" * 262_144) + b"--><circle")
    refused(makes(admin, "large", data=large), "File exceeds allowed size of 256 kB. [error-file-too-large]")
    assert kept() == []


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_not_stored(admin, what):
    refused(
        makes(admin, "owl", data=NO_PICTURES[what]),
        "The file is no picture that can be read. [error-invalid-file-type]",
    )
    assert (kept(), emoji(admin)) == ([], [])


def test_pictures_that_are_too_large(admin):
    refused(makes(admin, "owl", data=bombed()), "The picture has more than 50 million pixels. [error-file-too-large]")
    refused(makes(admin, "owl", data=bytes(262_145)), "File exceeds allowed size of 256 kB. [error-file-too-large]")
    assert kept() == []


def test_what_an_emoji_needs(admin, alice):
    refused(admin.upload("emoji-custom.create", picture(field="file"), name="owl"), "[invalid-field]")
    refused(makes(alice, "owl"), NOT_ALLOWED)
    for name in ("", " ", ":"):
        refused(makes(admin, name), "The field Name is required [error-the-field-is-required]")
    refused(admin.upload("emoji-custom.create", picture()), "The field Name is required [error-the-field-is-required]")
    for sign in " ,><&\"'/\\()\t":
        name = f"o{sign}wl"
        refused(makes(admin, name), f"{name} is not a valid name [error-input-is-not-a-valid-field]")
    for sign in "><&|\"'/\\()":
        aliases = f"o{sign}wl"
        refused(makes(admin, "owl", aliases), f"{aliases} is not a valid alias set [error-input-is-not-a-valid-field]")
    refused(admin.upload("emoji-custom.create", name="owl"), "File required")
    refused(makes(admin, "{name}", "<"), "< is not a valid alias set [error-input-is-not-a-valid-field]")
    assert kept() == []


@pytest.mark.parametrize(("name", "aliases"), [("party-owl", ""), ("owl", ""), ("x", "hoot"), ("x", "y,party-owl")])
def test_names_are_there_once(admin, owl, name, aliases):
    refused(makes(admin, name, aliases), IN_USE)
    assert len(kept()) == 1


def test_one_name_at_once(admin):
    answers = at_once(*[lambda number=number: makes(admin, f"n{number}", "owl") for number in range(6)])
    assert outcomes(answers) == {"ok": 1, "Custom_Emoji_Error_Name_Or_Alias_Already_In_Use": 5}
    assert len(emoji(admin)) == len(kept()) == 1


def test_others_that_come_at_once_are_all_kept(admin):
    answers = at_once(*[lambda number=number: makes(admin, f"n{number}") for number in range(6)])
    assert outcomes(answers) == {"ok": 6}
    assert [one["name"] for one in emoji(admin)] == [f"n{number}" for number in range(6)]


def test_there_are_only_so_many(admin, monkeypatch):
    from pimentachat.services.files import emoji as service

    monkeypatch.setattr(service, "EMOJI_MOST", 1)
    assert makes(admin, "first").succeeded
    refused(makes(admin, "second"), "A workspace has at most 1 custom emoji [error-too-many-emoji]")


# --- changing one


def changes(person: Person, emoji_id: str, *files: File, **fields: str) -> Answer:
    return person.upload("emoji-custom.update", *files, _id=emoji_id, **fields)


def test_names_change_and_the_picture_stays(admin, anonymous, owl):
    before = kept()
    assert changes(admin, owl, name="night-owl", aliases="hoot").succeeded
    [now] = emoji(admin)
    assert (now["_id"], now["name"], now["aliases"], now["extension"]) == (owl, "night-owl", ["hoot"], "png")
    assert kept() == before
    assert seen(anonymous.get("/emoji-custom/night-owl.png").content)
    assert "?</text>" in anonymous.get("/emoji-custom/party-owl.png").text
    # Missing aliases empty them.
    assert changes(admin, owl, name="night-owl").succeeded
    assert emoji(admin)[0]["aliases"] == []


def test_the_picture_changes_and_the_old_one_goes(admin, anonymous, owl, deliver):
    etag = anonymous.get("/emoji-custom/party-owl.png").headers["etag"]
    assert changes(admin, owl, picture(drawn(30, 30, "GIF")), name="party-owl").succeeded
    assert emoji(admin)[0]["extension"] == "gif"
    answer = anonymous.get("/emoji-custom/party-owl.gif")
    assert (seen(answer.content).size, answer.headers["content-type"]) == ((30, 30), "image/gif")
    assert answer.headers["etag"] != etag
    assert len(kept()) == 2
    deliver()
    assert len(kept()) == 1


def test_what_a_change_needs(admin, alice, owl):
    missing = '[The required "_id" query param is missing.]'
    answer = admin.upload("emoji-custom.update", name="x")
    assert (answer.status, answer.error, answer.error_type) == (400, missing, missing.strip("[]"))
    answer = changes(admin, "nowhere", name="x")
    assert (answer.status, answer.error, answer.error_type) == (400, "[Emoji not found.]", "Emoji not found.")
    refused(changes(alice, owl, name="x"), NOT_ALLOWED)
    refused(changes(admin, owl), "The field Name is required [error-the-field-is-required]")
    refused(changes(admin, owl, name="x y"), "x y is not a valid name [error-input-is-not-a-valid-field]")
    refused(changes(admin, owl, name="x", aliases="<"), "< is not a valid alias set [error-input-is-not-a-valid-field]")
    refused(changes(admin, owl, picture(field="file"), name="x"), "[invalid-field]")
    refused(
        changes(admin, owl, picture(b"text"), name="x"),
        "The file is no picture that can be read. [error-invalid-file-type]",
    )
    assert makes(admin, "other").succeeded
    refused(changes(admin, owl, name="other"), IN_USE)
    assert emoji(admin)[1]["name"] == "party-owl"


# --- deleting one


def test_an_emoji_is_deleted(admin, anonymous, alice, owl, deliver):
    refused(alice.post("emoji-custom.delete", emojiId=owl), NOT_ALLOWED)
    refused(admin.post("emoji-custom.delete"), 'The "emojiId" params is required!')
    refused(admin.post("emoji-custom.delete", emojiId="nowhere"), "Invalid emoji [Custom_Emoji_Error_Invalid_Emoji]")
    assert admin.post("emoji-custom.delete", emojiId=owl).succeeded
    assert emoji(admin) == []
    assert "?</text>" in anonymous.get("/emoji-custom/party-owl.png").text
    deliver()
    assert kept() == []
    refused(admin.post("emoji-custom.delete", emojiId=owl), "Invalid emoji [Custom_Emoji_Error_Invalid_Emoji]")
    # Its names are free.
    assert makes(admin, "owl").succeeded


# --- listing them


def test_a_query_for_what_changed(admin, alice, clock):
    assert makes(admin, "first").succeeded
    clock.advance(minutes=1)
    moment = clock.now_text()
    clock.advance(minutes=1)
    assert makes(admin, "second").succeeded
    for date in (moment, int(clock.parse(moment).timestamp() * 1000)):
        found = emoji(alice, query={"_updatedAt": {"$gt": {"$date": date}}})
        assert [one["name"] for one in found] == ["second"]
    assert [one["name"] for one in emoji(alice, count=1, offset=1)] == ["first", "second"]
    refused(alice.get("emoji-custom", query="{"), 'Invalid query parameter provided: "{" [error-invalid-query]')
    refused(alice.get("emoji-custom.list", query="{"), 'Invalid query parameter provided: "{" [error-invalid-query]')


def test_the_changes_since_a_moment(admin, alice, owl, clock):
    [known] = emoji(alice)
    assert alice.get("emoji-custom.list")["emojis"] == {"update": [known], "remove": []}
    clock.advance(minutes=1)
    moment = clock.now_text()
    assert alice.get("emoji-custom.list", updatedSince=moment)["emojis"] == {"update": [], "remove": []}
    clock.advance(minutes=1)
    assert makes(admin, "new").succeeded
    assert admin.post("emoji-custom.delete", emojiId=owl).succeeded
    found = alice.get("emoji-custom.list", updatedSince=moment)["emojis"]
    assert [one["name"] for one in found["update"]] == ["new"]
    [gone] = found["remove"]
    assert gone.pop("_deletedAt") > moment
    assert gone == known
    assert [one["name"] for one in alice.get("emoji-custom.list", query='{"name": "new"}')["emojis"]["update"]] == [
        "new"
    ]
    refused(
        alice.get("emoji-custom.list", updatedSince="yesterday"),
        'The "updatedSince" query parameter must be a valid date. [error-roomId-param-invalid]',
    )


def test_needs_a_login(anonymous):
    assert anonymous.get("emoji-custom").status == anonymous.get("emoji-custom.list").status == 401


# --- showing and using them


def test_an_emoji_nobody_knows_is_a_question_mark(anonymous):
    answer = anonymous.get("/emoji-custom/nobody.png")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "?</text>" in answer.text
    assert answer.headers["cache-control"] == "public, max-age=0"
    refused(anonymous.get("/emoji-custom/.png"), "Forbidden", 403)


def test_a_picture_is_not_sent_twice(anonymous, owl):
    first = anonymous.get("/emoji-custom/owl.png")
    assert first.headers["cache-control"] == "public, max-age=3600"
    again = anonymous.workspace.send("GET", "/emoji-custom/party-owl", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["party-owl", ":party-owl:", "hoot"])
def test_people_react_with_it(admin, alice, owl, name):
    message = alice.says("GENERAL", "hi")
    assert alice.post("chat.react", messageId=message, emoji=name).succeeded
    shown = alice.get("chat.getMessage", msgId=message)["message"]["reactions"]
    assert [*shown] == [f":{name.strip(':')}:"]
    # One that is gone may still be taken back, and not given.
    assert admin.post("emoji-custom.delete", emojiId=owl).succeeded
    assert alice.post("chat.react", messageId=message, emoji=name).succeeded
    refused(alice.post("chat.react", messageId=message, emoji=name), "Invalid emoji provided. [error-not-allowed]")


def test_looking_one_up_reads_nothing_more(alice, owl, monkeypatch):
    """Settings and emoji come with the version, in one query after a change."""
    from pimentachat.store import workspace as workspace_store

    emoji(alice)
    monkeypatch.setattr(workspace_store, "stored", None)
    assert [one["name"] for one in emoji(alice)] == ["party-owl"]
    assert json.loads(alice.get("emoji-custom.list").text)["success"]
