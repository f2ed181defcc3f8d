"""A folder or a zip file that somebody gives us, read without trust: nothing is unpacked, nothing outside is touched,
and everything has its bound."""

import stat
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

import orjson

from pimentachat_cli.failures import Misused

_MEMBERS_MOST = 1_000_000
_DOCUMENT_MOST = 64 * 1024 * 1024
"""Of a file that is read as one piece of JSON."""
_LINE_MOST = 4 * 1024 * 1024
_RATIO_MOST = 500
"""A text is not packed better than this; a bomb is."""
_SMALL = 1024 * 1024


class Archive(ABC):
    """
    Raises:
        Misused: from making one and from reading it: it is not what it should be.
    """

    def __init__(self, place: Path) -> None:
        self.place = place

    @abstractmethod
    def names(self) -> set[str]:
        """Of its files, with `/` between folders."""

    @abstractmethod
    def size(self, name: str) -> int: ...

    @abstractmethod
    def _open(self, name: str) -> IO[bytes]: ...

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._open(name) as held:
                yield held
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as problem:
            raise Misused(f"{name} in {self.place} is damaged: {problem}") from problem

    def read(self, name: str, most: int) -> bytes:
        if self.size(name) > most:
            raise Misused(f"{name} in {self.place} is larger than {most // 1024 // 1024} MB")
        with self.opened(name) as held:
            return held.read(most + 1)[:most]

    def document(self, name: str) -> Any:
        try:
            return orjson.loads(self.read(name, _DOCUMENT_MOST))
        except orjson.JSONDecodeError as problem:
            raise Misused(f"{name} in {self.place} is no JSON: {problem}") from problem

    def list_of(self, name: str) -> list[dict[str, Any]]:
        """A file that holds a JSON array of objects."""
        found = self.document(name)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise Misused(f"{name} in {self.place} is no list of records")
        return found

    def records(self, name: str) -> Iterator[dict[str, Any]]:
        """A file with a JSON object on each line, or one array of them (mongoexport, with --jsonArray)."""
        with self.opened(name) as held:
            first = held.read(1)
        if first == b"[":
            yield from self.list_of(name)
            return
        with self.opened(name) as held:
            number = 0
            while line := held.readline(_LINE_MOST + 1):
                number += 1
                if len(line) > _LINE_MOST:
                    raise Misused(f"line {number} of {name} in {self.place} is longer than a record can be")
                if not line.strip():
                    continue
                try:
                    found = orjson.loads(line)
                except orjson.JSONDecodeError as problem:
                    raise Misused(f"line {number} of {name} in {self.place} is no JSON: {problem}") from problem
                if not isinstance(found, dict):
                    raise Misused(f"line {number} of {name} in {self.place} is no record")
                yield found


def opened(place: Path) -> Archive:
    if place.is_dir():
        return _Folder(place)
    if place.is_file() and zipfile.is_zipfile(place):
        return _Zip(place)
    raise Misused(f"{place} is neither a folder nor a zip file")


def _checked(name: str, place: Path) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or ":" in path.parts[0]:
        raise Misused(f"{place} holds {name!r}, which leads out of it: this is no export")
    return name


class _Folder(Archive):
    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._names: set[str] = set()
        for path in place.rglob("*"):
            if path.is_symlink():
                raise Misused(f"{path} is a link: an export holds none")
            if path.is_file():
                self._names.add(path.relative_to(place).as_posix())
            if len(self._names) > _MEMBERS_MOST:
                raise Misused(f"{place} holds more than {_MEMBERS_MOST:,} files")

    def names(self) -> set[str]:
        return self._names

    def size(self, name: str) -> int:
        return (self.place / name).stat().st_size

    def _open(self, name: str) -> IO[bytes]:
        return (self.place / name).open("rb")


class _Zip(Archive):
    def __init__(self, place: Path) -> None:
        super().__init__(place)
        try:
            self._zip = zipfile.ZipFile(place)
        except zipfile.BadZipFile as problem:
            raise Misused(f"{place} is a damaged zip file: {problem}") from problem
        self._infos: dict[str, zipfile.ZipInfo] = {}
        infos = self._zip.infolist()
        if len(infos) > _MEMBERS_MOST:
            raise Misused(f"{place} holds more than {_MEMBERS_MOST:,} files")
        for info in infos:
            _checked(info.filename, place)
            if stat.S_ISLNK(info.external_attr >> 16):
                raise Misused(f"{place} holds the link {info.filename}: an export holds none")
            if info.flag_bits & 0x1:
                raise Misused(f"{place} is encrypted: unpack it first, and name the folder")
            if info.file_size > _SMALL and info.file_size > _RATIO_MOST * max(1, info.compress_size):
                raise Misused(f"{info.filename} in {place} is packed as no export is: it would fill the machine")
            if not info.is_dir():
                self._infos[info.filename] = info

    def names(self) -> set[str]:
        return set(self._infos)

    def size(self, name: str) -> int:
        return self._infos[name].file_size

    def _open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._infos[name])
