"""users.setAvatar, users.resetAvatar and users.getAvatar."""

from typing import Any

import pytest

from tests.pictures import NO_PICTURES, SVG, bombed, drawn, kept, seen
from tests.refusals import forbidden, refused
from tests.stranger import Says, stranger
from tests.workspace import Answer, File, Person


def sets(person: Person, data: bytes, *, field: str = "image", kind: str = "image/png", **fields: str) -> Answer:
    return person.upload("users.setAvatar", File("me.png", data, kind, field), **fields)


def shown(anyone: Any, username: str) -> Any:
    """The picture at a person's address, or None for a letter."""
    answer = anyone.get(f"/avatar/{username}")
    assert answer.status == 200
    return None if answer.headers["content-type"] == "image/svg+xml" else seen(answer.content)


@pytest.fixture
def elsewhere(setting):
    """Another server, which the workspace trusts."""
    with stranger() as server:
        setting("SSRF_Allowlist", server.host)
        yield server


# --- by multipart


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_file_becomes_the_picture(alice, anonymous, kind):
    assert sets(alice, drawn(300, 200, kind)).succeeded
    picture = shown(anonymous, "alice")
    # Fitted into a white square.
    assert (picture.format, picture.size) == ("JPEG", (200, 200))
    assert min(picture.getpixel((100, 4))) > 250
    red, green, blue = picture.getpixel((100, 100))
    assert max(abs(red - 0x15), abs(green - 0x65), abs(blue - 0xC0)) < 12


def test_what_is_transparent_is_white(alice, anonymous):
    assert sets(alice, drawn(50, 50, colour=(0, 0, 0, 0))).succeeded
    assert shown(anonymous, "alice").getpixel((100, 100)) == (255, 255, 255)


def test_photographs_stand_upright(alice, anonymous):
    from PIL import Image

    turned = Image.Exif()
    turned[0x0112] = 6
    assert sets(alice, drawn(400, 100, "JPEG", exif=turned)).succeeded
    picture = shown(anonymous, "alice")
    assert picture.getpixel((100, 4))[2] > 150
    assert min(picture.getpixel((4, 100))) > 250


def test_the_edge_is_a_setting(alice, anonymous, setting):
    setting("Accounts_AvatarSize", 64)
    assert sets(alice, drawn()).succeeded
    assert shown(anonymous, "alice").size == (64, 64)
    setting("Accounts_AvatarSize", 1_000_000)
    assert sets(alice, drawn()).succeeded
    assert shown(anonymous, "alice").size == (1024, 1024)


def test_pictures_may_stay_as_they_are(alice, anonymous, setting):
    setting("Accounts_AvatarResize", False)
    data = drawn(300, 200, "GIF")
    assert sets(alice, data).succeeded
    answer = anonymous.get("/avatar/alice")
    # Of the type that it is, not of the one that was said.
    assert (answer.content, answer.headers["content-type"]) == (data, "image/gif")
    refused(sets(alice, drawn(1000, 1000, "BMP")), "File exceeds allowed size of 976.6 kB. [error-file-too-large]")


@pytest.mark.parametrize("resized", [True, False])
@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_not_stored(alice, setting, what, resized):
    setting("Accounts_AvatarResize", resized)
    refused(sets(alice, NO_PICTURES[what]), "The file is no picture that can be read. [error-invalid-file-type]")
    assert kept() == []


def test_an_svg_is_no_picture_of_a_person(alice):
    refused(
        sets(alice, SVG, kind="image/svg+xml"), "The file is no picture that can be read. [error-invalid-file-type]"
    )
    assert kept() == []


@pytest.mark.parametrize("resized", [True, False])
def test_a_picture_of_too_many_pixels(alice, setting, resized):
    setting("Accounts_AvatarResize", resized)
    refused(sets(alice, bombed()), "The picture has more than 50 million pixels. [error-file-too-large]")
    assert kept() == []


def test_a_file_that_is_too_large(alice):
    refused(sets(alice, bytes(4_450_000)), "File exceeds allowed size of 4.2 MB. [error-file-too-large]")


def test_the_field_is_named_image(alice):
    refused(sets(alice, drawn(), field="avatar"), "[invalid-field]")
    assert kept() == []


def test_without_a_file(alice):
    refused(alice.upload("users.setAvatar", userId=alice.id), "File required")
    refused(alice.post("users.setAvatar"), "File required")


def test_the_picture_of_somebody_else(alice, bob, admin, grant):
    refused(sets(alice, drawn(), userId=bob.id), "Not allowed [error-not-allowed]")
    refused(sets(alice, drawn(), username="bob"), "Not allowed [error-not-allowed]")
    assert sets(alice, drawn(), username="Alice").succeeded
    for permission, other in (
        ("edit-other-user-avatar", "edit-other-user-info"),
        ("edit-other-user-info", "edit-other-user-avatar"),
    ):
        grant(other)
        grant(permission, "admin")
        assert sets(admin, drawn(), userId=bob.id).succeeded
    assert bob.get("me").succeeded
    assert shown(alice, "bob")


def test_nobody_of_this_name(admin):
    refused(
        sets(admin, drawn(), username="nobody"),
        'The optional "userId" or "username" param provided does not match any users [error-invalid-user]',
    )
    assert kept() == []


def test_changing_pictures_may_be_switched_off(alice, setting):
    setting("Accounts_AllowUserAvatarChange", False)
    refusal = "Change avatar is not allowed [error-not-allowed]"
    refused(sets(alice, drawn()), refusal)
    refused(alice.post("users.setAvatar", avatarUrl="https://example.org/a.png"), refusal)
    refused(alice.post("users.resetAvatar", userId=alice.id), "Not allowed [error-not-allowed]")
    assert kept() == []


def test_the_old_picture_goes_afterwards(alice, deliver):
    assert sets(alice, drawn()).succeeded
    [first] = kept()
    assert sets(alice, drawn(colour="red")).succeeded
    assert len(kept()) == 2
    deliver()
    [second] = kept()
    assert second != first
    assert alice.post("users.resetAvatar", userId=alice.id).succeeded
    assert kept() == [second]
    deliver()
    assert kept() == []


def test_a_user_who_goes_meanwhile_leaves_nothing(alice, admin, monkeypatch):
    from pimentachat.cloud import files
    from pimentachat.store import table, writes
    from pimentachat.store import users as user_store

    store = files.save

    def save_while_somebody_deletes(*args: Any, **more: Any) -> str:
        table.write(writes.delete(user_store.key(alice.id)))
        return store(*args, **more)

    monkeypatch.setattr(files, "save", save_while_somebody_deletes)
    sets(admin, drawn(), userId=alice.id)
    assert kept() == []


def test_what_others_are_told(alice, bob, admin):
    assert "avatarETag" not in alice.get("users.info", username="alice")["user"]
    assert sets(alice, drawn()).succeeded
    version = bob.get("users.info", username="alice")["user"]["avatarETag"]
    assert version
    assert admin.get("users.info", username="alice")["user"]["avatarOrigin"] == "rest"
    assert "avatarOrigin" not in bob.get("users.info", username="alice")["user"]
    assert sets(alice, drawn()).succeeded
    assert bob.get("users.info", username="alice")["user"]["avatarETag"] != version


# --- by address


def test_an_address_becomes_the_picture(alice, admin, anonymous, elsewhere):
    elsewhere.answers["/me"] = Says(drawn(), headers={"content-type": "image/png"})
    elsewhere.answers["/moved"] = Says(status=302, headers={"location": "/me"})
    assert alice.post("users.setAvatar", avatarUrl=f"{elsewhere.url}/moved").succeeded
    assert shown(anonymous, "alice").size == (200, 200)
    assert admin.get("users.info", username="alice")["user"]["avatarOrigin"] == "url"


def test_the_address_of_no_picture(alice, elsewhere):
    elsewhere.answers["/page"] = Says(b"<p>", headers={"content-type": "text/html"})
    elsewhere.answers["/gone"] = Says(drawn(), status=410, headers={"content-type": "image/png"})
    elsewhere.answers["/disguised"] = Says(NO_PICTURES["a page"], headers={"content-type": "image/png"})
    elsewhere.answers["/untyped"] = Says(drawn())
    for path in ("/page", "/gone", "/disguised", "/untyped", "/nowhere"):
        url = elsewhere.url + path
        refused(alice.post("users.setAvatar", avatarUrl=url), f"Invalid avatar URL: {url} [error-avatar-invalid-url]")
    elsewhere.answers["/bomb"] = Says(bombed(), headers={"content-type": "image/png"})
    refused(
        alice.post("users.setAvatar", avatarUrl=f"{elsewhere.url}/bomb"),
        "The picture has more than 50 million pixels. [error-file-too-large]",
    )
    assert kept() == []


def test_an_address_that_cannot_be_fetched(alice, elsewhere):
    elsewhere.answers["/endless"] = Says(b"x" * 8_000_001, headers={"content-type": "image/png"})
    addresses = (
        f"{elsewhere.url}/endless",
        "http://127.0.0.1:9/me.png",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "",
        "{url}",
    )
    for url in addresses:
        refused(
            alice.post("users.setAvatar", avatarUrl=url),
            f"Error while handling avatar setting from a URL ({url}) for alice [error-avatar-url-handling]",
        )
    assert kept() == []


def test_the_address_for_somebody_else(alice, bob, admin, elsewhere):
    elsewhere.answers["/me"] = Says(drawn(), headers={"content-type": "image/png"})
    url = f"{elsewhere.url}/me"
    forbidden(alice.post("users.setAvatar", avatarUrl=url, userId=bob.id))
    forbidden(alice.post("users.setAvatar", avatarUrl=url, username="nobody"))
    refused(
        admin.post("users.setAvatar", avatarUrl=url, username="nobody"),
        'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
    )
    assert elsewhere.received == []
    assert admin.post("users.setAvatar", avatarUrl=url, username="bob").succeeded
    assert shown(alice, "bob")


# --- users.resetAvatar


def test_a_picture_is_taken_away(alice, bob, admin, anonymous):
    for person in (alice, admin):
        assert sets(alice, drawn()).succeeded
        assert shown(anonymous, "alice")
        assert person.post("users.resetAvatar", username="alice").succeeded
        assert shown(anonymous, "alice") is None
    document = admin.get("users.info", username="alice")["user"]
    assert not {"avatarETag", "avatarOrigin"} & document.keys()
    # Nothing is left to take away.
    assert alice.post("users.resetAvatar", userId=alice.id).succeeded
    forbidden(bob.post("users.resetAvatar", username="alice"))


def test_whose_picture_is_taken_away_must_be_said(alice):
    refused(
        alice.post("users.resetAvatar"),
        'The required "userId" or "username" param was not provided [error-user-param-not-provided]',
    )
    refused(
        alice.post("users.resetAvatar", username="nobody"),
        'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
    )


# --- users.getAvatar


def test_where_the_picture_is(anonymous, alice):
    for whom in ({"username": "alice"}, {"userId": alice.id}, {"user": "ALICE"}):
        answer = anonymous.get("users.getAvatar", **whom)
        assert (answer.status, answer.body) == (307, "https://chat.example.org/avatar/alice")
        assert answer.headers["location"] == "https://chat.example.org/avatar/alice"
        assert answer.headers["content-type"] == "application/json"


def test_where_nobodys_picture_is(anonymous):
    refused(
        anonymous.get("users.getAvatar"),
        'The required "userId" or "username" param was not provided [error-user-param-not-provided]',
    )
    refused(
        anonymous.get("users.getAvatar", username="nobody"),
        'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
    )


def test_another_server_may_have_the_pictures(anonymous, alice, setting):
    setting("Accounts_AvatarExternalProviderUrl", "https://faces.example.org/{username}?s=200")
    there = "https://faces.example.org/alice?s=200"
    assert anonymous.get("users.getAvatar", username="alice").headers["location"] == there
    assert alice.get("me")["avatarUrl"] == there
    answer = anonymous.get("/avatar/alice")
    assert (answer.status, answer.headers["location"]) == (302, there)
    setting("Accounts_AvatarExternalProviderUrl", "javascript:alert('{username}')")
    assert anonymous.get("/avatar/alice").status == 200
