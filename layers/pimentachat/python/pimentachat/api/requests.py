"""What a request carries, from JSON, form, multipart or query, as one mapping of raw parameters.

Rules (contract: common.yaml base, authentication.yaml common.bodies): GET reads the query string; POST, PUT and
DELETE read the body, JSON or form-encoded, whatever the Content-Type says; a body field `payload` holding JSON
replaces the body on endpoints that require a login; multipart forms give their fields and `files`.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pimentachat.errors import BodyTooLarge, BrokenForm, BrokenJson
from pimentachat.models.uploads import FilePart

_MULTIPART: Final = "multipart/form-data"
_FORM: Final = "application/x-www-form-urlencoded"
# The event of a Lambda function is at most 6 MB, of which base64 leaves this much to a body.
_BODY_MOST: Final = 4_400_000


@dataclass
class Call:
    """A request, read but not yet checked."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    raw: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    place: dict[str, str] = field(default_factory=dict)
    """Parameters in the path: they win over those of the same name elsewhere."""

    @property
    def token(self) -> str:
        return self.headers.get("x-auth-token", "")

    @property
    def user_id(self) -> str:
        return self.headers.get("x-user-id", "")


async def read(request: Request) -> Call:
    """The call that a request makes.

    Raises:
        BrokenJson: the body is meant to be JSON and is none.
        BodyTooLarge: the body is larger than a Lambda function could be given.
    """
    # From the scope: `request.url` would trip over a broken Host header.
    query = _single(parse_qs(request.scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True))
    call = Call(
        method=request.method,
        path=request.scope["path"],
        headers={name.lower(): value for name, value in request.headers.items()},
        cookies=request.cookies,
        query=query,
        place=dict(request.path_params),
    )
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        call.raw = dict(query)
        return call
    length = call.headers.get("content-length", "")
    if length.isdecimal() and int(length) > _BODY_MOST:
        raise BodyTooLarge
    body = await _multipart(request) if _MULTIPART in call.headers.get("content-type", "") else await _body(request)
    # Some HTTP clients cannot send a body with DELETE.
    call.raw = {**query, **body} if request.method == "DELETE" else body
    return call


def _single(values: dict[str, list[str]]) -> dict[str, Any]:
    """One text for each name; a list only where a name is repeated or ends in []."""
    return {name: texts if len(texts) > 1 or name.endswith("[]") else texts[0] for name, texts in values.items()}


async def _body(request: Request) -> dict[str, Any]:
    data = await request.body()
    if len(data) > _BODY_MOST:
        raise BodyTooLarge
    if not data.strip():
        return {}
    # curl -d '{"json": true}' says it sends a form.
    if _FORM in request.headers.get("content-type", "") and not data.lstrip().startswith(b"{"):
        return _single(parse_qs(data.decode("utf-8", "replace"), keep_blank_values=True))
    return parse_json(data)


def parse_json(text: bytes | str) -> dict[str, Any]:
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BrokenJson from None
    if not isinstance(parsed, dict):
        raise BrokenJson
    return parsed


async def _multipart(request: Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    files: list[FilePart] = []
    try:
        async with request.form(max_files=8, max_fields=64) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    kind = value.content_type or "application/octet-stream"
                    files.append(FilePart(name, value.filename or "file", kind, await value.read()))
                else:
                    fields[name] = value
    except HTTPException as problem:
        # A boundary is missing, a part is cut off, or there are too many of them.
        raise BrokenForm from problem
    return {**fields, "files": files} if files else dict(fields)
