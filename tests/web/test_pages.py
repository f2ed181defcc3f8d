"""The page at /, the reference of the API and the files of both."""

import gzip
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
import yaml

from functions.web import app
from local.places import REPOSITORY
from pimentachat import defaults
from pimentachat.cloud import files
from tests.workspace import Answer

STATIC = REPOSITORY / "functions" / "web" / "static"
ROOMS = ("/channel/garden?msg=rose", "/group/s%C3%A9ance", "/direct/bob", "/invite/of-alice")
"""Where mails, quotes and links that invite lead to."""
PAGES = ("/", "/api-docs", *ROOMS)


def policy(answer: Answer) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {name: sources for name, *sources in parts}


def linked(page: str) -> set[str]:
    return set(re.findall(r'(?:src|href)="(/web/[^"#]+)', page))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_but_our_files(anonymous, path):
    answer = anonymous.get(path)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    found = policy(answer)
    assert found["default-src"] == found["base-uri"] == found["frame-ancestors"] == ["'none'"]
    assert found["script-src"] == found["style-src"] == ["'self'"]
    bucket = files.place()
    for name, sources in found.items():
        assert set(sources) <= {"'self'", "'none'", "'script'", "data:", bucket, bucket.rstrip("/")}, name


class Inline(HTMLParser):
    """What of a page would need a policy that lets anything run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.found += [name for name in given if name.startswith("on") or name == "style"]
        self.found += [tag] if tag == "style" or (tag == "script" and "src" not in given) else []
        for name in ("src", "href", "action"):
            if given.get(name, "/")[0] not in "/#" or given.get(name, "").startswith("//"):
                self.found.append(given[name])


@pytest.mark.parametrize("page", sorted(STATIC.glob("*.html")), ids=lambda page: page.name)
def test_pages_have_nothing_inline_and_nothing_of_others(page):
    seen = Inline()
    seen.feed(page.read_text("utf-8"))
    assert seen.found == []


@pytest.mark.parametrize("path", PAGES)
def test_every_file_of_a_page_is_there_and_kept_for_good(anonymous, path):
    answer = anonymous.get(path)
    assert "/web/-/" not in answer.text
    assert linked(answer.text)
    for address in linked(answer.text):
        file = anonymous.get(address)
        assert file.status == 200, address
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert file.headers["x-content-type-options"] == "nosniff"


def test_modules_import_what_is_there(anonymous):
    for module in STATIC.glob("*.js"):
        for name in re.findall(r'from "\./([\w.-]+)"', module.read_text("utf-8")):
            answer = anonymous.get(f"/web/-/{name}")
            assert answer.headers["content-type"] == "text/javascript; charset=utf-8", name


def test_what_one_has_is_not_sent_again(workspace):
    for path in (*PAGES, "/web/-/app.js", "/api-docs/openapi.yaml"):
        first = workspace.send("GET", path)
        again = workspace.send("GET", path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert workspace.send("GET", path, headers={"if-none-match": '"another"'}).status == 200


def test_files_of_another_version_are_asked_for_again(anonymous):
    answer = anonymous.get("/web/of-yesterday/app.js")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, no-cache"
    assert anonymous.get("/").headers["cache-control"] == "public, no-cache"


def test_files_are_packed_for_those_who_unpack(workspace):
    plain = workspace.send("GET", "/web/-/app.js")
    packed = workspace.send("GET", "/web/-/app.js", headers={"accept-encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.content) == plain.content == (STATIC / "app.js").read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "app.py",
        "nothing.js",
        "..%2Fapp.py",
        "%2e%2e%2fapp.py",
        "..%5Capp.py",
        "%2Fetc%2Fpasswd",
        "static%2Fapp.js",
        "LICENSE",
        "%00",
    ],
)
def test_nothing_else_is_a_file(anonymous, name):
    answer = anonymous.get(f"/web/-/{name}")
    assert (answer.status, answer.body) == (404, {"success": False, "error": "Resource not found"})


def test_the_document_is_that_of_this_version(workspace):
    packed = workspace.send("GET", "/api-docs/openapi.yaml", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-type"] == "application/yaml"
    assert len(packed.content) < 200_000
    assert gzip.decompress(packed.content) == (REPOSITORY / "openapi.yaml").read_bytes()
    whole = workspace.send("GET", "/api-docs/openapi.yaml")
    # A function answers six million bytes, as base64.
    assert len(whole.content) < 4_000_000
    assert yaml.load(whole.text, yaml.CSafeLoader)["paths"].keys() >= {"/", "/api-docs", "/api/v1/login"}


@pytest.mark.parametrize("path", ROOMS)
def test_what_rooms_there_are_is_not_told_to_strangers(anonymous, path):
    answer, page = anonymous.get(path), anonymous.get("/")
    assert answer.content == page.content
    assert answer.headers["content-security-policy"] == page.headers["content-security-policy"]
    assert answer.headers["etag"] == page.headers["etag"]


def test_links_of_invites_and_discussions_lead_to_the_page(alice, anonymous):
    room_id = alice.creates_group("garden")
    invite = alice.post("findOrCreateInvite", rid=room_id, days=1, maxUses=5)["url"]
    message_id = alice.says(room_id, "Who waters the roses?")
    made = alice.post("rooms.createDiscussion", prid=room_id, pmid=message_id, t_name="Water")["discussion"]
    quoted = alice.get("groups.history", roomId=made["_id"])["messages"][-1]["attachments"][0]["message_link"]
    for link in (invite, quoted):
        path = urlsplit(link).path
        assert path.startswith(("/invite/", "/group/"))
        assert anonymous.get(path).content == anonymous.get("/").content


@pytest.mark.parametrize("path", ["/channel", "/channel/", "/channel/garden/roses", "/room/garden", "/invite"])
def test_other_addresses_are_no_pages(anonymous, path):
    assert anonymous.get(path).status == 404


def test_pages_need_no_tables(anonymous, monkeypatch):
    monkeypatch.setattr("pimentachat.store.table.client", lambda: 1 / 0)
    for path in (*PAGES, "/web/-/style.css", "/api-docs/openapi.yaml"):
        assert anonymous.get(path).status == 200


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_the_policy_names_the_bucket_as_signed_addresses_do(resources, monkeypatch, region):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_REGION", region)
    files._client.cache_clear()
    try:
        assert files.place().startswith("https://s3.")
        assert files.address("a", "a.png", "image/png", seconds=9).startswith(files.place())
        assert files.form("a", "image/png", most=9).url == files.place().rstrip("/")
    finally:
        files._client.cache_clear()


def test_all_files_of_the_folder_have_a_type():
    assert len(app.files.version) == 12
    for path in STATIC.iterdir():
        assert app.files._find(path.name).type


def test_emoji_that_are_offered_exist():
    text = (STATIC / "emoji.js").read_text("utf-8")
    offered = re.search(r"OFFERED = new Map\(\[(.*?)\]\);", text, re.DOTALL)
    assert offered
    names = re.findall(r'\["([\w+-]+)", ', offered[1])
    assert len(names) == 56
    assert [name for name in names if not defaults.is_emoji(name)] == []
