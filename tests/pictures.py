"""Pictures for tests, and what the bucket holds of them."""

import io
import os
from typing import Any

import boto3
from PIL import Image


def drawn(width: int = 300, height: int = 200, kind: str = "PNG", colour: Any = "#1565c0", **more: Any) -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if isinstance(colour, tuple) and len(colour) == 4 else "RGB"
    Image.new(mode, (width, height), colour).save(out, kind, **more)
    return out.getvalue()


def seen(data: bytes) -> Image.Image:
    """The picture that a client would see; fails for anything that is none."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def bombed() -> bytes:
    """A small file that says it is a picture of 400 million pixels."""
    data = bytearray(drawn(1, 1))
    data[16:24] = (20_000).to_bytes(4) + (20_000).to_bytes(4)
    import zlib

    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4)
    return bytes(data)


def kept(prefix: str = "") -> list[str]:
    """The keys of what lies in the bucket."""
    found = boto3.client("s3").list_objects_v2(Bucket=os.environ["FILES_BUCKET"], Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", [])]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#c00"/></svg>'
EVIL_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)"><script>alert(2)</script>'
    b'<a href="javascript:alert(3)"><circle cx="4" cy="4" r="4"/></a><foreignObject><p>4</p></foreignObject>'
    b'<image href="https://elsewhere.example.org/5.png"/></svg>'
)
NO_PICTURES: dict[str, bytes] = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "text": b"GIF89a is how it begins",
    "cut off": drawn(kind="JPEG")[:-300],
    "half a PNG": drawn(400, 400, colour="#abcdef")[:120],
    "a program": b"\x7fELF" + bytes(200),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
}
