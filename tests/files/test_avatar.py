"""/avatar/{username} and /avatar/room/{rid}: pictures for <img>, which sends no headers."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures import drawn, seen
from tests.refusals import refused
from tests.workspace import Answer, File

FORBIDDEN = ("Forbidden", 403)


def letter(answer: Answer) -> str:
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
    found = re.search(r">([^<]*)</text>", answer.text)
    assert found
    return found[1]


def asks_again(anyone: Any, path: str, etag: str) -> Answer:
    return anyone.workspace.send("GET", path, headers={**anyone.login, "if-none-match": etag})


def test_who_has_no_picture_is_a_letter(anonymous, newcomer):
    newcomer("zoe", name="Ada Zoe")
    newcomer("_2fast")
    assert letter(anonymous.get("/avatar/zoe")) == "Z"
    assert letter(anonymous.get("/avatar/ZOE")) == "Z"
    assert letter(anonymous.get("/avatar/_2fast")) == "2"
    # So is anybody whom nobody knows: the answer does not tell who is here.
    assert letter(anonymous.get("/avatar/nobody")) == "N"
    assert letter(anonymous.get("/avatar/%D0%B8%D1%80%D0%B0")) == "И"
    assert letter(anonymous.get("/avatar/%3C%3E")) == "?"


def test_the_letter_may_be_that_of_the_name(anonymous, newcomer, setting):
    newcomer("zoe", name="Ada Zoe")
    setting("UI_Use_Name_Avatar", True)
    assert letter(anonymous.get("/avatar/zoe")) == "A"


def test_a_name_behind_an_at_sign_is_always_a_letter(anonymous, alice):
    assert alice.upload("users.setAvatar", File("me.png", drawn(), "image/png", "image")).succeeded
    assert letter(anonymous.get("/avatar/@alice")) == "A"
    assert anonymous.get("/avatar/alice").headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(("kind", "read_as"), [("png", "PNG"), ("jpg", "JPEG"), ("jpeg", "JPEG")])
def test_letters_of_other_kinds_and_sizes(anonymous, kind, read_as):
    assert seen(anonymous.get("/avatar/zoe", format=kind).content).size == (200, 200)
    picture = seen(anonymous.get("/avatar/zoe", format=kind, size="48").content)
    assert (picture.format, picture.size) == (read_as, (48, 48))
    assert len(picture.convert("L").getcolors(256) or range(2)) > 1, "nothing is written on it"


@pytest.mark.parametrize(("asked", "edge"), [("0", 200), ("-5", 1), ("1", 1), ("99999999", 1024), ("large", 200)])
def test_sizes_have_a_bound(anonymous, asked, edge):
    assert f'width="{edge}"' in anonymous.get("/avatar/zoe", size=asked).text
    assert seen(anonymous.get("/avatar/zoe", size=asked, format="png").content).width == edge


@given(st.text(min_size=1, max_size=30))
def test_letters_are_escaped(name):
    from xml.etree import ElementTree

    from pimentachat.services.files import letters

    tree = ElementTree.fromstring(letters.drawn(name).data)
    assert [element.tag.rpartition("}")[2] for element in tree] == ["rect", "text"]
    assert len(tree[1].text or "") >= 1


def test_a_picture_is_not_sent_twice(anonymous, alice):
    assert alice.upload("users.setAvatar", File("me.png", drawn(), "image/png", "image")).succeeded
    for path in ("/avatar/alice", "/avatar/nobody"):
        first = anonymous.get(path)
        etag = first.headers["etag"]
        assert first.headers["cache-control"] == "public, max-age=3600"
        assert "sandbox" in first.headers["content-security-policy"]
        for known in (etag, f'"other", W/{etag}', "*"):
            again = asks_again(anonymous, path, known)
            assert (again.status, again.content, again.headers["etag"]) == (304, b"", etag)
        assert asks_again(anonymous, path, '"other"').status == 200
    etag = anonymous.get("/avatar/alice").headers["etag"]
    assert alice.upload("users.setAvatar", File("me.png", drawn(), "image/png", "image")).succeeded
    assert asks_again(anonymous, "/avatar/alice", etag).status == 200


def test_how_long_it_may_be_kept_is_a_setting(anonymous, setting):
    setting("Accounts_AvatarCacheTime", 60)
    assert anonymous.get("/avatar/zoe").headers["cache-control"] == "public, max-age=60"


def test_a_picture_that_was_just_replaced_is_a_letter(anonymous, alice):
    from pimentachat.cloud import files
    from tests.pictures import kept

    assert alice.upload("users.setAvatar", File("me.png", drawn(), "image/png", "image")).succeeded
    files.remove(*kept("avatars/"))
    assert letter(anonymous.get("/avatar/alice")) == "A"


def test_pictures_may_be_for_those_who_are_logged_in(anonymous, alice, setting):
    setting("Accounts_AvatarBlockUnauthenticatedAccess", True)
    for path in ("/avatar/alice", "/avatar/@alice", "/avatar/nobody", "/avatar/room/GENERAL"):
        refused(anonymous.get(path), *FORBIDDEN)
        refused(anonymous.get(path, rc_uid=alice.id, rc_token="wrong"), *FORBIDDEN)
        assert anonymous.get(path, rc_uid=alice.id, rc_token=alice.token).status == 200
        answer = alice.get(path)
        assert answer.status == 200
        assert answer.headers["cache-control"].startswith("private")


# --- rooms


def test_a_room_is_the_letter_of_its_name_for_those_who_may_see_it(anonymous, alice, bob):
    open_id = alice.creates_channel("xylophones")
    secret_id = alice.creates_group("quiet")
    for person in (alice, bob):
        assert letter(person.get(f"/avatar/room/{open_id}")) == "X"
    assert letter(alice.get(f"/avatar/room/{secret_id}")) == "Q"
    # Nobody else learns whether it exists.
    for anyone in (bob, anonymous):
        assert letter(anyone.get(f"/avatar/room/{secret_id}")) == secret_id[0].upper()
        assert letter(anyone.get("/avatar/room/nowhere")) == "N"
    assert alice.get(f"/avatar/room/{secret_id}").headers["cache-control"].startswith("private")
    assert letter(anonymous.get(f"/avatar/room/{open_id}")) == open_id[0].upper()


def test_a_room_drawn_otherwise(alice):
    picture = seen(alice.get("/avatar/room/GENERAL", format="png", size="32").content)
    assert (picture.format, picture.size) == ("PNG", (32, 32))
