"""Files that a function carries with it, as browsers fetch them: each by its name, none by a path."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

from pimentachat.api.doorway import Origin, Raw
from pimentachat.api.pictures import tagged
from pimentachat.errors.requests import NotFound
from pimentachat.requests.replies import Media

StaticReply = Annotated[Raw, Media("*/*", statuses=(200, 304))]
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".yaml": "application/yaml",
}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "public, no-cache"
HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NO_VERSION: Final = "/web/-/"
"""What addresses in pages begin with until they are served: then the version of the files is in it."""


@dataclass(frozen=True)
class _File:
    name: str
    data: bytes

    @property
    def type(self) -> str:
        return _TYPES[Path(self.name).suffix]

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()[:20]

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.data, 9, mtime=0)


class StaticFiles:
    """Those of some paths, read once, on first use. What is no file of them is not found, whatever it is called."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths

    @cached_property
    def _files(self) -> Mapping[str, _File]:
        return {path.name: _File(path.name, path.read_bytes()) for path in self._paths}

    @cached_property
    def version(self) -> str:
        """Another one whenever any file is another one."""
        return hashlib.sha256("".join(file.digest for file in self._files.values()).encode()).hexdigest()[:12]

    def file(self, name: str, version: str, origin: Origin) -> Raw:
        """
        Raises:
            NotFound: there is no file of that name.
        """
        # A page of the version before this one gets what there is now, but does not keep it.
        return self._answer(self._find(name), origin, _FOR_GOOD if version == self.version else _ASK_AGAIN, {})

    def page(self, name: str, origin: Origin, *policy: str) -> Raw:
        """A page, with the Content-Security-Policy that it keeps to."""
        page = self._find(name)
        page = _File(name, page.data.replace(NO_VERSION.encode(), f"/web/{self.version}/".encode()))
        return self._answer(page, origin, _ASK_AGAIN, {"Content-Security-Policy": "; ".join(policy)})

    def _find(self, name: str) -> _File:
        found = self._files.get(name)
        if found is None:
            raise NotFound
        return found

    def _answer(self, file: _File, origin: Origin, keeping: str, more: Mapping[str, str]) -> Raw:
        # Weak, since it is the same one packed and unpacked.
        headers = {"ETag": f'W/"{file.digest}"', "Cache-Control": keeping, "Vary": "Accept-Encoding", **HEADERS, **more}
        if tagged(f'"{file.digest}"', origin):
            return Raw(b"", "text/plain", headers, 304)
        if "gzip" not in origin.headers.get("accept-encoding", ""):
            return Raw(file.data, file.type, headers)
        return Raw(file.packed, file.type, {**headers, "Content-Encoding": "gzip"})
