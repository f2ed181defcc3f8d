"""assets.setAsset, assets.unsetAsset and the addresses that show them."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import yaml

from local.places import REPOSITORY
from tests.at_once import at_once, outcomes
from tests.pictures import EVIL_SVG, NO_PICTURES, SVG, bombed, drawn, kept, seen
from tests.refusals import refused
from tests.workspace import Answer, File, Person

CONTRACT = yaml.safe_load((REPOSITORY / "tests" / "contract" / "assets.yaml").read_text("utf-8"))["asset_names"]
INVALID = "Invalid asset [error-invalid-asset]"
TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg", "jpg": "image/jpg", "ico": "image/x-icon"}


def sets(person: Person, name: str, data: bytes, kind: str = "image/png", **fields: str) -> Answer:
    return person.upload("assets.setAsset", File("some.picture", data, kind, name), **fields)


def value(anyone: Any, name: str) -> dict[str, Any]:
    [row] = anyone.get("settings.public", _id=f"Assets_{name}")["settings"]
    return dict(row["value"])


def of_kind(extension: str, width: int, height: int) -> bytes:
    if extension == "svg":
        return SVG
    return drawn(width, height, {"png": "PNG", "jpeg": "JPEG", "jpg": "JPEG", "ico": "ICO"}[extension])


@pytest.mark.parametrize("name", CONTRACT)
def test_every_asset_of_the_contract(admin, anonymous, name):
    asset = CONTRACT[name]
    default = {"defaultUrl": asset["defaultUrl"]} if "defaultUrl" in asset else {}
    assert value(anonymous, name) == default
    for extension in asset["extensions"]:
        data = of_kind(extension, asset.get("width", 48), asset.get("height", 48))
        assert sets(admin, name, data, TYPES[extension]).succeeded
        assert value(anonymous, name) == {"url": f"assets/{name}.{extension}", **default}
        answer = anonymous.get(f"/{value(anonymous, name)['url']}")
        assert answer.status == 200
        if extension != "svg":
            assert seen(answer.content).size == (asset.get("width", 48), asset.get("height", 48))
    assert admin.post("assets.unsetAsset", assetName=name).succeeded
    assert value(anonymous, name) == default


def test_an_asset_is_named_beside_the_file(admin, anonymous):
    picture = File("some.picture", drawn(), "image/png", "asset")
    assert admin.upload("assets.setAsset", picture, assetName="logo").succeeded
    assert value(anonymous, "logo")["url"] == "assets/logo.png"
    refused(admin.upload("assets.setAsset", picture, assetName="asset"), INVALID)


@pytest.mark.parametrize("name", [name for name, asset in CONTRACT.items() if "width" in asset])
def test_sizes_that_are_fixed(admin, name):
    width, height = CONTRACT[name]["width"], CONTRACT[name]["height"]
    refused(sets(admin, name, drawn(width + 1, height)), "Invalid file width [error-invalid-file-width]")
    refused(sets(admin, name, drawn(width, height - 1)), "[error-invalid-file-height]")
    assert kept() == []


def test_what_is_no_asset(admin, alice):
    for person in (admin, alice):
        # Before the permission is looked at.
        refused(sets(person, "wallpaper", drawn()), INVALID)
        refused(person.upload("assets.setAsset", refreshAllClients="1"), INVALID)
        refused(person.post("assets.setAsset"), INVALID)
        refused(person.post("assets.unsetAsset", assetName="wallpaper"), INVALID)
        refused(person.post("assets.unsetAsset"), INVALID)


def test_what_it_needs(alice):
    refusal = "Managing assets not allowed [error-action-not-allowed]"
    refused(sets(alice, "logo", drawn()), refusal)
    refused(alice.post("assets.unsetAsset", assetName="logo"), refusal)
    assert kept() == []


def refused_type(answer: Answer, kind: str) -> None:
    assert (answer.status, answer.error, answer.error_type) == (400, f"Invalid file type: {kind} [{kind}]", kind)


def test_types_that_are_not_allowed(admin):
    refused_type(sets(admin, "logo", drawn(kind="GIF"), "image/gif"), "image/gif")
    refused_type(sets(admin, "favicon", drawn(), "image/png"), "image/png")
    refused_type(sets(admin, "favicon_16", SVG, "image/svg+xml"), "image/svg+xml")
    refused_type(sets(admin, "logo", b"<p>", "text/html"), "text/html")
    # What it is counts too.
    refused_type(sets(admin, "logo", drawn(kind="GIF"), "image/png"), "image/gif")
    refused_type(sets(admin, "logo", SVG, "image/png"), "image/svg+xml")
    refused_type(sets(admin, "favicon", drawn(), "image/svg+xml"), "image/png")
    assert kept() == []


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_not_stored(admin, what):
    refused(
        sets(admin, "logo", NO_PICTURES[what]), "The file is no picture that can be read. [error-invalid-file-type]"
    )
    assert kept() == []


def test_pictures_that_are_too_large(admin):
    refused(sets(admin, "logo", bombed()), "The picture has more than 50 million pixels. [error-file-too-large]")
    refused(sets(admin, "logo", bytes(4_000_001)), "File exceeds allowed size of 3.8 MB. [error-file-too-large]")


def test_an_svg_is_cleaned(admin, anonymous):
    assert sets(admin, "logo", EVIL_SVG, "image/svg+xml", refreshAllClients="1").succeeded
    answer = anonymous.get("/assets/logo.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "<circle" in answer.text
    assert "script" not in answer.text
    # It cannot be turned into another kind.
    assert anonymous.get("/assets/logo.png").text == answer.text


def test_other_kinds_are_made_of_it(admin, anonymous):
    assert sets(admin, "logo", drawn(60, 40)).succeeded
    for name, kind in (
        ("logo", "PNG"),
        ("logo.png", "PNG"),
        ("logo.jpg", "JPEG"),
        ("logo.jpeg", "JPEG"),
        ("logo.x", "PNG"),
    ):
        picture = seen(anonymous.get(f"/assets/{name}").content)
        assert (picture.format, picture.size) == (kind, (60, 40)), name


def test_the_old_picture_goes_afterwards(admin, anonymous, deliver):
    assert sets(admin, "logo", drawn(10, 10)).succeeded
    assert sets(admin, "logo", drawn(20, 20)).succeeded
    assert seen(anonymous.get("/assets/logo").content).size == (20, 20)
    assert len(kept()) == 2
    deliver()
    assert len(kept()) == 1
    assert admin.post("assets.unsetAsset", assetName="logo", refreshAllClients=True).succeeded
    deliver()
    assert kept() == []
    assert admin.post("assets.unsetAsset", assetName="logo").succeeded


def test_several_at_once_leave_one(admin, anonymous, deliver):
    answers = at_once(*[lambda edge=edge: sets(admin, "logo", drawn(edge, edge)) for edge in (10, 11, 12, 13)])
    assert outcomes(answers) == {"ok": 4}
    deliver()
    assert len(kept()) == 1
    assert seen(anonymous.get("/assets/logo").content).width in {10, 11, 12, 13}


# --- defaults


@pytest.mark.parametrize("name", [name for name, asset in CONTRACT.items() if "defaultUrl" in asset])
def test_the_default_is_where_the_setting_says(anonymous, name):
    asset = CONTRACT[name]
    for path in (f"/assets/{name}", f"/assets/{name}.png", f"/{asset['defaultUrl']}"):
        answer = anonymous.get(path)
        assert answer.status == 200
        if asset["extensions"][0] == "svg":
            assert answer.headers["content-type"] == "image/svg+xml"
            continue
        picture = seen(answer.content)
        assert picture.format == asset["extensions"][0].upper()
        if "width" in asset:
            assert picture.size == (asset["width"], asset["height"])


@pytest.mark.parametrize("path", ["/assets/wallpaper", "/assets/background", "/images/logo/wallpaper.png"])
def test_what_is_not_there(anonymous, path):
    answer = anonymous.get(path)
    assert (answer.status, answer.text) == (404, "")


# --- caching


def test_a_picture_is_not_sent_twice(admin, anonymous, clock):
    assert sets(admin, "logo", drawn(10, 10)).succeeded
    first = anonymous.get("/assets/logo")
    assert first.headers["cache-control"] == "public, max-age=0"
    changed = first.headers["last-modified"]
    assert changed.endswith(" GMT")

    def again(**headers: str) -> int:
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        return anonymous.workspace.send("GET", "/assets/logo", headers=asked).status

    assert again(if_none_match=first.headers["etag"]) == 304
    assert again(if_none_match='"other"', if_modified_since=changed) == 200
    assert again(if_modified_since=changed) == 304
    earlier = format_datetime(clock.now() - timedelta(minutes=1), usegmt=True)
    assert again(if_modified_since=earlier) == 200
    assert again(if_modified_since="yesterday") == 200
    clock.advance(minutes=1)
    assert sets(admin, "logo", drawn(20, 20)).succeeded
    assert again(if_none_match=first.headers["etag"]) == 200
    assert again(if_modified_since=changed) == 200
