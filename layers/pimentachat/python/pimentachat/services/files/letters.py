"""The picture of whoever has none: a letter on a colour, drawn anew each time."""

import hashlib
import html
from typing import Final

from pimentachat.services.files import pictures
from pimentachat.services.files.pictures import SVG, Picture

SIZE: Final = 200
"""Pixels, where nothing else is asked for."""
_SIZE_MOST: Final = 1024
_COLOURS: Final = (
    "#c62828", "#ad1457", "#6a1b9a", "#4527a0", "#283593", "#1565c0", "#00838f",
    "#00695c", "#2e7d32", "#558b2f", "#9e6a00", "#bf4d00", "#6d4c41", "#546e7a",
)  # fmt: skip
"""White can be read on each of them."""
_RASTERS: Final = {
    "png": ("PNG", "image/png"),
    "jpg": ("JPEG", "image/jpeg"),
    "jpeg": ("JPEG", "image/jpeg"),
    "ico": ("ICO", "image/x-icon"),
}


def drawn(name: str, *, size: int | None = None, width: int | None = None, kind: str = "") -> Picture:
    """The first letter of a name, on a colour that is always the same for it; `kind` is png, jpg, jpeg, ico, or an SVG.
    A square, where no `width` is given."""
    edge = max(1, min(size or SIZE, _SIZE_MOST))
    letter, colour = _letter(name), _colour(name)
    return _raster(letter, colour, width or edge, edge, kind) if kind in _RASTERS else _vector(letter, colour, edge)


def _letter(name: str) -> str:
    plain = next((sign for sign in name if sign.isascii() and sign.isalnum()), "")
    return (plain or next((sign for sign in name if sign.isalnum()), "?")).upper()[:1]


def _colour(name: str) -> str:
    return _COLOURS[hashlib.sha256(name.lower().encode()).digest()[0] % len(_COLOURS)]


def _vector(letter: str, colour: str, edge: int) -> Picture:
    return Picture(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="{edge}" height="{edge}">'
            f'<rect width="200" height="200" fill="{colour}"/>'
            '<text x="100" y="100" dy="0.36em" text-anchor="middle" font-family="Helvetica, Arial, sans-serif" '
            f'font-size="125" fill="#ffffff">{html.escape(letter)}</text></svg>'
        ).encode(),
        SVG,
    )


def _raster(letter: str, colour: str, width: int, height: int, kind: str) -> Picture:
    from PIL import Image, ImageDraw, ImageFont

    name, media_type = _RASTERS[kind]
    image = Image.new("RGB", (width, height), colour)
    font = ImageFont.load_default(max(1, min(width, height) * 5 // 8))
    ImageDraw.Draw(image).text((width / 2, height / 2), letter, "white", font, anchor="mm")
    return Picture(pictures.written(image, name), media_type, width, height)
