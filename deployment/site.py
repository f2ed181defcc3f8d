"""The documentation site: gathers the Markdown of the project, makes the endpoint reference, builds it with Zensical
and looks at every link of what came out."""

import posixpath
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from deployment.reference import pages
from deployment.sam import PROJECT

_SOURCES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "events/README.md": "events.md",
}
"""Markdown that lies elsewhere than in docs/, and its page."""
_FILES = "files"
"""Where what pages link to and is no page lies in the site."""
_LINK = re.compile(r"(?<!!)\]\(([^)\s]+)\)")
_CODE = re.compile(r"(`+)(?:(?!\1).)*\1")


class SiteFailed(Exception):
    """The site could not be built; the text says why."""


def build(project: Path = PROJECT) -> Path:
    """Builds into .local/site, with what zensical.toml says; returns the folder.

    Raises:
        SiteFailed: a link leads nowhere, or Zensical warned of something.
    """
    source, site = project / ".local" / "site-source", project / ".local" / "site"
    for folder in (source, site):
        shutil.rmtree(folder, ignore_errors=True)
    gather(project, source)
    scripts = project / ".local" / "mermaid" / "mermaid.min.js"
    if scripts.exists():
        (source / "mermaid.min.js").write_bytes(scripts.read_bytes())
    program = project / ".local" / "docs-venv" / "bin" / "zensical"
    ended = subprocess.run([program, "build", "--strict", "--clean"], cwd=project, check=False)
    if ended.returncode:
        raise SiteFailed(f"zensical ended with {ended.returncode}")
    broken = list(broken_links(site))
    if broken:
        raise SiteFailed("\n".join(["Links that lead nowhere:", *broken]))
    return site


def gather(project: Path, into: Path) -> None:
    """Writes the pages, with links that are right there, and the files that they link to.

    Raises:
        SiteFailed: a link names nothing in the project.
    """
    names = {source: page for source, page in _SOURCES.items() if (project / source).exists()}
    names |= {f"docs/{path.name}": path.name for path in sorted((project / "docs").glob("*.md"))}
    for source, page in names.items():
        _write(into / page, _with_links((project / source).read_text("utf-8"), source, page, names, project, into))
    reference = {f"endpoints/{name}": text for name, text in pages.pages(openapi(project)).items()}
    # As if they lay in docs/, where nobody keeps them.
    names |= {f"docs/{page}": page for page in reference}
    for page, text in reference.items():
        _write(into / page, _with_links(text, f"docs/{page}", page, names, project, into))


def openapi(project: Path = PROJECT) -> Any:
    """openapi.yaml, read."""
    # The loader in Python takes seconds for it.
    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((project / "openapi.yaml").read_text("utf-8"), safe)  # noqa: S506


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _with_links(text: str, source: str, page: str, names: dict[str, str], project: Path, into: Path) -> str:
    def placed(found: re.Match[str]) -> str:
        target, hash_, anchor = found.group(1).partition("#")
        if not target or "://" in target:
            return found.group()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        there = names.get(path)
        if there is None:
            if not (project / path).is_file():
                raise SiteFailed(f"{source}: {target} is no file")
            there = f"{_FILES}/{path}"
            copy = into / there
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / path, copy)
        return f"]({posixpath.relpath(there, posixpath.dirname(page) or '.')}{hash_}{anchor})"

    lines, fenced = [], False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        lines.append(line if fenced else _outside_code(line, placed))
    return "\n".join(lines)


def _outside_code(line: str, placed: Callable[[re.Match[str]], str]) -> str:
    """Links alone are changed: code may look like one."""
    codes: list[str] = []

    def hidden(code: re.Match[str]) -> str:
        codes.append(code.group())
        return f"\0{len(codes) - 1}\0"

    changed = _LINK.sub(placed, _CODE.sub(hidden, line))
    return re.sub(r"\0(\d+)\0", lambda number: codes[int(number.group(1))], changed)


class _Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name == "id":
                self.anchors.add(value)
            elif value and ((tag, name) == ("a", "href") or name == "src"):
                self.links.append(value)


def broken_links(site: Path) -> Iterator[str]:
    """`page: link` of every link within a built site that leads to no file or to no anchor."""
    found: dict[Path, _Page] = {}
    for path in sorted(site.rglob("*.html")):
        found[path] = _Page()
        found[path].feed(path.read_text("utf-8"))
    for path, page in found.items():
        for link in dict.fromkeys(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchors = found[target].anchors if target in found else {parts.fragment}
            if not target.exists() or (parts.fragment and parts.fragment not in anchors):
                yield f"{path.relative_to(site)}: {link}"
