"""What people open in a browser: the page at / and the reference of the API."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pimentachat.api import Api, Origin
from pimentachat.api.static import StaticFiles, StaticReply
from pimentachat.requests.web import InvitePlace, RoomPlace, WebFile
from pimentachat.services.files import files as uploads

api = Api("web")


def _swagger_ui() -> Path:
    """Where layers/swagger-ui has put it. Nothing of the package is imported: it is made for Django."""
    package = find_spec("drf_spectacular_sidecar")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("Swagger UI is missing: run `make setup`")
    return Path(package.origin).parent / "static" / "drf_spectacular_sidecar" / "swagger-ui-dist"


_HERE: Final = Path(__file__).parent
_SWAGGER_UI: Final = _swagger_ui()
files: Final = StaticFiles(
    *sorted((_HERE / "static").iterdir()),
    _HERE / "openapi.yaml",
    _SWAGGER_UI / "swagger-ui-bundle.js",
    _SWAGGER_UI / "swagger-ui.css",
)
_OURS: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)


@api.get("/", public=True, still=True)
def page(origin: Origin) -> StaticReply:
    """The page to chat with"""
    return _page(origin)


@api.get("/channel/{name}", public=True, still=True)
@api.get("/group/{name}", public=True, still=True)
@api.get("/direct/{name}", public=True, still=True)
def room_page(params: RoomPlace, origin: Origin) -> StaticReply:
    """The page to chat with, which opens this room there, at a message"""
    return _page(origin)


@api.get("/invite/{id}", public=True, still=True)
def invite_page(params: InvitePlace, origin: Origin) -> StaticReply:
    """The page to chat with, which uses this link into a room"""
    return _page(origin)


@api.get("/api-docs", public=True, still=True)
def reference(origin: Origin) -> StaticReply:
    """The reference of this API, in which one may call it"""
    return files.page("api-docs.html", origin, *_OURS, "style-src 'self'", "img-src 'self' data:", "connect-src 'self'")


@api.get("/api-docs/openapi.yaml", public=True, still=True)
def document(origin: Origin) -> StaticReply:
    """This document"""
    return files.file("openapi.yaml", "", origin)


@api.get("/web/{version}/{file}", public=True, still=True)
def file(params: WebFile, origin: Origin) -> StaticReply:
    """A file of the pages, which is always the same in this version of them"""
    return files.file(params.file, params.version, origin)


def _page(origin: Origin) -> StaticReply:
    """The same one whatever its address shows: who may see that, the API says."""
    # Files are fetched from the bucket and large ones posted to it, by addresses that are signed for it.
    bucket = uploads.place()
    return files.page(
        "index.html",
        origin,
        *_OURS,
        "style-src 'self'",
        f"img-src 'self' {bucket}",
        f"media-src 'self' {bucket}",
        f"connect-src 'self' {bucket.rstrip('/')} {bucket}",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )


handler = api.handler
