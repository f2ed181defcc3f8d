"""What an attachment shows of a picture before it is loaded: its size and a tiny blurred preview."""

import base64
import io
from typing import NamedTuple

_PREVIEW_PIXELS = 32
_PIXELS_MOST = 50_000_000
# Named, because Pillow knows formats that hand a file on to other programs (EPS to Ghostscript).
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")


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
    from PIL import Image, ImageFilter

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            kind = (image.format or "").lower()
            width, height = image.size
            if width * height > _PIXELS_MOST:
                return Picture(kind, width, height, "")
            small = image.convert("RGB")
            small.thumbnail((_PREVIEW_PIXELS, _PREVIEW_PIXELS))
            written = io.BytesIO()
            small.filter(ImageFilter.GaussianBlur(1)).save(written, "JPEG", quality=60)
    except Exception:
        # Pillow's readers stumble over a broken file in as many ways as there are formats (struct.error, EOFError,
        # KeyError ...), and a picture without a preview is still a file.
        return None
    return Picture(kind, width, height, base64.b64encode(written.getvalue()).decode())
