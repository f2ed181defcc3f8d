"""Pictures as browsers fetch them by themselves: with a version, so that what they have is not sent again."""

from typing import Annotated, Final

from pimentachat.api.doorway import Origin, Raw
from pimentachat.requests.replies import Media
from pimentachat.services.files.pictures import Served

PictureReply = Annotated[Raw, Media("*/*", statuses=(200, 304))]
# A picture that somebody opens as a page runs nothing and fetches nothing, whatever is in it.
_HARMLESS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def picture(served: Served, origin: Origin) -> Raw:
    """The picture, or 304 for who has this version of it."""
    etag = f'"{served.etag}"'
    scope = "private" if served.private else "public"
    headers = {"ETag": etag, "Cache-Control": f"{scope}, max-age={served.seconds}", **_HARMLESS}
    known = {tag.strip().removeprefix("W/") for tag in origin.headers.get("if-none-match", "").split(",")}
    if known & {etag, "*"}:
        return Raw(b"", "text/plain", headers, 304)
    found = served.load()
    return Raw(found.data, found.type, headers)
