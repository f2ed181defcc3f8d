"""The documentation: its links, its reference of endpoints, its numbers."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks import cost, tables
from deployment import site
from deployment.reference import pages


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = site.openapi()
    return found


@pytest.fixture(scope="module")
def gathered(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as Zensical reads them; every link to a file was followed on the way."""
    into = tmp_path_factory.mktemp("site")
    site.gather(project, into)
    return into


def test_every_page_is_in_the_navigation_once(project: Path, gathered: Path) -> None:
    navigation = (project / "zensical.toml").read_text("utf-8")
    named = re.findall(r'"([\w/-]+\.md)"', navigation)
    there = [path.relative_to(gathered).as_posix() for path in gathered.rglob("*.md")]
    assert sorted(named) == sorted(there)


def test_what_pages_link_to_comes_with_them(gathered: Path) -> None:
    assert "](files/deployment/deploy-policy.json)" in (gathered / "deployment.md").read_text("utf-8")
    policy = json.loads((gathered / "files" / "deployment" / "deploy-policy.json").read_text("utf-8"))
    assert policy["Version"] == "2012-10-17"


def test_links_are_those_of_the_site(gathered: Path) -> None:
    assert "](architecture.md)" in (gathered / "index.md").read_text("utf-8")
    assert "](cost.md)" in (gathered / "index.md").read_text("utf-8")


def test_a_link_that_names_no_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "here.md").write_text("`a[0](b)` and [there](there.md)", "utf-8")
    with pytest.raises(site.SiteFailed, match=r"there\.md is no file"):
        site.gather(tmp_path, tmp_path / "into")


def test_a_link_to_no_anchor_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#roses">x</a><a href="#here" id="here">x</a>', "utf-8")
    (tmp_path / "b.html").write_text(
        '<h1 id="tulips">x</h1><a href="c.html">x</a><a href="https://c.org">x</a>', "utf-8"
    )
    assert list(site.broken_links(tmp_path)) == ["a.html: b.html#roses", "b.html: c.html"]


def test_the_reference_has_every_operation_once(document: dict[str, Any]) -> None:
    operations = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and operation.get("tags")
    ]
    made = pages.pages(document)
    anchors = re.findall(r"\{ #(\w+) \}$", "\n".join(made.values()), re.MULTILINE)
    assert sorted(anchors) == sorted(operations)
    assert len(operations) > 200
    assert pages.pages(document) == made


def test_the_reference_says_what_a_caller_needs_to_know(document: dict[str, Any]) -> None:
    chat = pages.pages(document)["chat.md"]
    [post] = re.findall(r"^## `POST chat\.postMessage`.*?(?=^## )", chat, re.MULTILINE | re.DOTALL)
    assert "Needs a login." in post
    assert "| `text` | body | text, at most 131072 |" in post
    assert "- `message`: Message" in post
    assert "| 400 | `You_have_been_muted` |" in post


def test_the_tables_are_those_of_the_last_run() -> None:
    for path, text in tables.written().items():
        assert path.read_text("utf-8") == text, f"{path.name}: run `python -m benchmarks.tables`"


def test_the_costs_of_a_million_messages_are_those_of_the_last_run(project: Path) -> None:
    text = (project / "docs" / "cost.md").read_text("utf-8")
    counted = json.loads((project / "benchmarks" / "results.json").read_text("utf-8"))["usd_for_a_million_posts"]
    for part, usd in counted["alone"].items():
        name = "**all**" if part == "all" else part
        assert f"| {name} | {counted['ten at once'][part]:.2f} | {usd:.2f} |" in text


def test_the_assumptions_are_those_of_the_computation(project: Path) -> None:
    text = " ".join((project / "docs" / "cost.md").read_text("utf-8").split())
    day = cost.DAY
    assert f"each of {cost.DAYS} working days" in text
    assert f"{day['chat.postMessage by roomId']} messages" in text
    assert f"{day['channels.history of 50']} looks into a room (50 messages each) that move the read mark" in text
    assert day["subscriptions.read"] == day["channels.history of 50"]
    assert f"{day['subscriptions.get of 100 rooms']} times the list of 100 rooms, {day['me']} times `me`" in text
    assert cost.POLLS_A_DAY == 2 * 60 * 8, "every half minute, eight hours a day"


def test_the_version_is_that_of_the_changelog(project: Path) -> None:
    version = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert re.findall(r"^## (\d\S*)", (project / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)[0] == version
