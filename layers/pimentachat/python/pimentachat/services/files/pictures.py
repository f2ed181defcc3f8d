"""Pictures that stand for something: people, emoji, the workspace. What may be one, made ready to be served from our
own address, where nothing may be that a browser would run."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from pimentachat.cloud import files
from pimentachat.errors.files import FileTooLarge, NoPicture, TooManyPixels

if TYPE_CHECKING:
    from PIL.Image import Image

REMOVE_FILE: Final = "remove_file"
"""The effect that takes a file away which nothing names any more (services/after/effects.py)."""
PIXELS_MOST: Final = 50_000_000
"""A photograph of today's phones; one byte of a file may stand for thousands of them."""
SVG_BYTES_MOST: Final = 256 * 1024
_SVG_LEVELS_MOST: Final = 64
"""The sanitiser indents what it writes: deeper ones would grow with the square of their depth."""
SVG: Final = "image/svg+xml"
# By Pillow's names, which must be named: it knows formats that hand a file on to other programs (EPS to Ghostscript).
_TYPES: Final = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "ICO": "image/x-icon",
}


@dataclass(frozen=True)
class Picture:
    """A picture of which it is known that it is one."""

    data: bytes
    type: str
    width: int = 0
    height: int = 0
    """Pixels; 0 for an SVG, which has none."""


@dataclass(frozen=True)
class Served:
    """A picture as it is answered to whoever asks for its address."""

    etag: str
    load: Callable[[], Picture]
    """Not called for those who have this version already."""
    seconds: int = 0
    """For which it may be shown without asking again."""
    changed_at: str = ""
    """Since when it is this version, where that is known."""
    private: bool = False
    """Whether it is for this caller alone."""


def checked(data: bytes) -> Picture:
    """A picture that was sent to us, as it is; an SVG without all that a browser would run or fetch.

    Raises:
        NoPicture, TooManyPixels, FileTooLarge.
    """
    if is_svg(data):
        return Picture(_sanitised(data), SVG)
    return _read(data, lambda image, kind: Picture(data, kind, *image.size))


def fitted(data: bytes, edge: int) -> Picture:
    """A picture in the middle of a white square of `edge` pixels, as JPEG.

    Raises:
        NoPicture, TooManyPixels.
    """

    def fit(image: "Image", kind: str) -> Picture:
        del kind
        from PIL import ImageOps

        # A large photograph is read at a fraction of its size.
        image.draft("RGB", (edge * 2, edge * 2))
        upright = ImageOps.exif_transpose(image)
        small = ImageOps.contain(upright.convert("RGBA"), (edge, edge))
        from PIL import Image

        square = Image.new("RGB", (edge, edge), "white")
        square.paste(small, ((edge - small.width) // 2, (edge - small.height) // 2), small)
        return Picture(written(square, "JPEG"), _TYPES["JPEG"], edge, edge)

    return _read(data, fit)


def converted(picture: Picture, wanted: str) -> Picture:
    """The picture as png, jpg or jpeg; as it is where nothing else is asked for, and where it is an SVG."""
    kind = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}.get(wanted)
    if kind is None or picture.type in {SVG, _TYPES[kind]}:
        return picture
    mode = "RGBA" if kind == "PNG" else "RGB"
    return _read(picture.data, lambda image, _: Picture(written(image.convert(mode), kind), _TYPES[kind], *image.size))


def written(image: "Image", kind: str) -> bytes:
    out = io.BytesIO()
    more: dict[str, Any] = {"quality": 90} if kind == "JPEG" else {}
    image.save(out, kind, **more)
    return out.getvalue()


def _read(data: bytes, use: Callable[["Image", str], Picture]) -> Picture:
    # Pillow is heavy, and only who changes or converts a picture needs it.
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=tuple(_TYPES)) as image:
            if image.width * image.height > PIXELS_MOST:
                raise TooManyPixels(limit=PIXELS_MOST // 1_000_000)
            found = use(image, _TYPES[image.format or ""])
            # Whatever was used of it, all of it must be there.
            image.load()
    except Image.DecompressionBombError:
        raise TooManyPixels(limit=PIXELS_MOST // 1_000_000) from None
    except TooManyPixels:
        raise
    except Exception as problem:
        # Pillow's readers stumble over a broken file in as many ways as there are formats (struct.error, EOFError,
        # KeyError ...).
        raise NoPicture from problem
    return found


def is_svg(data: bytes) -> bool:
    """Whether it is meant to be one: text, where every other picture begins with bytes of its own."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _sanitised(data: bytes) -> bytes:
    from py_svg_hush import filter_svg

    if len(data) > SVG_BYTES_MOST:
        raise FileTooLarge.beyond(SVG_BYTES_MOST)
    _check_plain(data)
    try:
        return filter_svg(data, {"image": ["png", "jpeg", "gif", "webp"]})
    except ValueError as problem:
        raise NoPicture from problem


def _check_plain(data: bytes) -> None:
    """
    Raises:
        NoPicture: no well-formed SVG, deeper than any that was drawn, or one that declares entities.
    """
    levels = 0

    def enter(name: str, _: Any) -> None:
        nonlocal levels
        levels += 1
        if levels > _SVG_LEVELS_MOST or (levels == 1 and name.rpartition(":")[2] != "svg"):
            raise NoPicture

    def leave(_: str) -> None:
        nonlocal levels
        levels -= 1

    def declare(*_: Any) -> None:
        raise NoPicture

    parser = expat.ParserCreate()
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.EntityDeclHandler = declare
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise NoPicture from problem


def stored(key: str) -> Picture | None:
    """A picture in the bucket; None: it is gone."""
    found = files.read(key)
    return Picture(*found) if found else None
