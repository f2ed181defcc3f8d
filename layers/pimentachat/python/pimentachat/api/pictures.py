"""Pictures as browsers fetch them by themselves: with a version, so that what they have is not sent again."""

from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Final

from pimentachat import clock
from pimentachat.api.doorway import Origin, Raw
from pimentachat.requests.replies import Media
from pimentachat.services.files.pictures import Served

PictureReply = Annotated[Raw, Media("*/*", statuses=(200, 304))]
PictureOrNothing = Annotated[Raw, Media("*/*", statuses=(200, 304, 404))]
# A picture that somebody opens as a page runs nothing and fetches nothing, whatever is in it.
HARMLESS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def picture(served: Served, origin: Origin) -> Raw:
    """The picture, or 304 for who has this version of it."""
    etag = f'"{served.etag}"'
    scope = "private" if served.private else "public"
    headers = {"ETag": etag, "Cache-Control": f"{scope}, max-age={served.seconds}", **HARMLESS}
    if served.changed_at:
        headers["Last-Modified"] = format_datetime(clock.parse(served.changed_at), usegmt=True)
    if _known(served, etag, origin):
        return Raw(b"", "text/plain", headers, 304)
    found = served.load()
    return Raw(found.data, found.type, headers)


def none_or(served: Served | None, origin: Origin) -> Raw:
    """The picture, or 404 with nothing where there is none."""
    return picture(served, origin) if served else Raw(b"", "text/plain", status=404)


def tagged(etag: str, origin: Origin) -> bool:
    """Whether the client has this version, by If-None-Match."""
    tags = origin.headers.get("if-none-match", "")
    return bool({tag.strip().removeprefix("W/") for tag in tags.split(",")} & {etag, "*"})


def _known(served: Served, etag: str, origin: Origin) -> bool:
    if "if-none-match" in origin.headers:
        return tagged(etag, origin)
    since = origin.headers.get("if-modified-since", "")
    if not since or not served.changed_at:
        return False
    try:
        # The header knows whole seconds.
        return clock.parse(served.changed_at).replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError, OverflowError):
        return False
