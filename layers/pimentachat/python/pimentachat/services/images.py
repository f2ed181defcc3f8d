"""What an attachment shows of a picture before it is loaded: its size and a tiny blurred preview."""

import base64
import io
from typing import NamedTuple

_PREVIEW_PIXELS = 32
_PIXELS_MOST = 50_000_000


class Picture(NamedTuple):
    format: str
    width: int
    height: int
    preview: str
    """Base64 of a JPEG of at most 32 x 32 pixels."""


def look_at(data: bytes) -> Picture | None:
    """None for what is no picture we can read, or one so large that reading it would cost more than its preview is
    worth."""
    # Pillow is heavy and only uploads of pictures need it.
    from PIL import Image, ImageFilter, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            kind = (image.format or "").lower()
            width, height = image.size
            if width * height > _PIXELS_MOST:
                return Picture(kind, width, height, "")
            small = image.convert("RGB")
            small.thumbnail((_PREVIEW_PIXELS, _PREVIEW_PIXELS))
            written = io.BytesIO()
            small.filter(ImageFilter.GaussianBlur(1)).save(written, "JPEG", quality=60)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return Picture(kind, width, height, base64.b64encode(written.getvalue()).decode())
