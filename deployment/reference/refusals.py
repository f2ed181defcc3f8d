"""How an operation refuses: every status with its body, and an example of each refusal.

They come from the contract; beyond it from fields and services (raised.py), and further.py has the rest. Texts have
`<names>` where a refusal is filled in. A test run holds every refusal against them (tests/declared.py).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from deployment.reference.contract import Listed, facts
from deployment.reference.examples import Example, Examples
from deployment.reference.further import BEYOND
from deployment.reference.raised import listed_as, raised
from deployment.reference.shapes import SCHEMAS, like, shape_of
from pimentachat.api import Api, Endpoint
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import (
    AnswerTooLarge,
    BodyTooLarge,
    BrokenForm,
    BrokenJson,
    CorsDisabled,
    Forbidden,
    InternalError,
    MatchError,
    NotFound,
    NotLoggedIn,
    TooManyCalls,
    Unavailable,
    WrongMethod,
)

_JSON: Final = "application/json"
_TEXT: Final = {"type": "string"}
_REFUSED: Final = "Refused"
SHARED: Final[dict[str, tuple[str, tuple[type[ChatError], ...]]]] = {
    _REFUSED: (
        "`error` says what, `errorType` names it",
        (MatchError, BrokenJson, BrokenForm, AnswerTooLarge, InternalError),
    ),
    "NotLoggedIn": ("Nobody is logged in", (NotLoggedIn,)),
    "Forbidden": ("A permission is missing", (Forbidden,)),
    "NotFound": ("There is no such thing", (NotFound,)),
    "TooLarge": ("The body is larger than a request can carry", (BodyTooLarge,)),
    "TooManyCalls": (
        "This endpoint was called too often; X-RateLimit-Reset says until when, in milliseconds since 1970",
        (TooManyCalls,),
    ),
    "Unavailable": ("Briefly out of reach: the same call may be sent again", (Unavailable,)),
}
"""Responses under `components`. What is in `Refused` no operation lists, because each may answer it."""
_DESCRIPTIONS: Final = {kinds[0].status: said for said, kinds in SHARED.values()}


class Refusals:
    """The refusals of all endpoints of a document."""

    def __init__(self, apis: Iterable[Api]) -> None:
        self._examples = Examples()
        self._shared = {
            name: [self._examples.use(listed_as(kind), "") for kind in kinds] for name, (_, kinds) in SHARED.items()
        }
        self._wrong_method = self._examples.use(listed_as(WrongMethod), "")
        self._by_endpoint = {
            (endpoint.method, endpoint.path): [self._examples.use(listed, api.family) for listed in _listed(endpoint)]
            for api in apis
            for endpoint in api.routes
            if endpoint.envelope != "page"
        }
        self._examples.name()

    def of(self, endpoint: Endpoint) -> dict[str, Any]:
        """Responses by status."""
        names = [_REFUSED, "Unavailable"]
        names += [] if endpoint.public else ["NotLoggedIn"]
        names += ["Forbidden"] if endpoint.permission else []
        names += [] if endpoint.method in {"GET", "HEAD"} else ["TooLarge"]
        found = {self._shared[name][0].status: _shared(name) for name in names}
        if endpoint.envelope == "page":
            statuses = {*found, *(one.status for one in _listed(endpoint))}
            return {str(status): _page(status) for status in sorted(statuses)}
        ours = self._by_endpoint[endpoint.method, endpoint.path]
        for status in {one.status for one in ours}:
            found[status] = self._of_status(status, [one for one in ours if one.status == status])
        return {str(status): found[status] for status in sorted(found)}

    def of_fallback(self) -> dict[str, Any]:
        """What the default route answers, preflights of browsers too."""
        wrong_method = self._response(405, [self._wrong_method])
        wrong_method["content"]["text/plain"] = {"schema": _TEXT, "example": CorsDisabled.text}
        return {
            "200": {"description": "A preflight", "content": {"text/plain": {"schema": _TEXT}}},
            "400": _shared(_REFUSED),
            "404": _shared("NotFound"),
            "405": wrong_method
            | {
                "description": "The path takes other methods, or CORS is not enabled",
                "headers": {"Allow": {"schema": _TEXT}},
            },
            "503": _shared("Unavailable"),
        }

    def components(self) -> dict[str, Any]:
        responses = {}
        for name, (said, kinds) in SHARED.items():
            headers = {header: {"schema": _TEXT} for kind in kinds for header in kind.headers}
            response = {**self._response(kinds[0].status, self._shared[name]), "description": said}
            responses[name] = response | ({"headers": headers} if headers else {})
        return {"schemas": SCHEMAS, "responses": responses, "examples": self._examples.components()}

    def _of_status(self, status: int, examples: list[Example]) -> dict[str, Any]:
        """A shared response where it says the same."""
        for name, shared in self._shared.items():
            if name != _REFUSED and all(one in shared for one in examples):
                return _shared(name)
        return self._response(status, examples)

    def _response(self, status: int, examples: Sequence[Example]) -> dict[str, Any]:
        shapes = [*dict.fromkeys(shape_of(one.body) for one in examples)]
        if status == 400:
            # Beside what it lists, everybody may answer what is in `Refused`.
            shapes = ["Refusal", "PlainRefusal", *(["BareRefusal"] if "BareRefusal" in shapes else [])]
        references = [{"$ref": f"#/components/schemas/{shape}"} for shape in shapes]
        schema = references[0] if len(references) == 1 else {"anyOf": references}
        names = sorted(map(self._examples.name_of, examples))
        named = {name: {"$ref": f"#/components/examples/{name}"} for name in names}
        return {
            "description": _DESCRIPTIONS.get(status, "Refused"),
            "content": {_JSON: {"schema": schema, "examples": named}},
        }


def _page(status: int) -> dict[str, Any]:
    description = _DESCRIPTIONS.get(status, "Refused")
    return {"description": description, "content": {"text/html": {"schema": _TEXT}}}


def _shared(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}


def _listed(endpoint: Endpoint) -> list[Listed]:
    kinds = BEYOND.get(f"{endpoint.method} {endpoint.name}") or BEYOND.get(endpoint.name, ())
    limits = (TooManyCalls,) if endpoint.limited else ()
    listed = [*facts(endpoint.method, endpoint.path).refusals, *raised(endpoint), *map(listed_as, (*kinds, *limits))]
    everywhere = [listed_as(NotLoggedIn), *map(listed_as, SHARED[_REFUSED][1])]
    return [
        one for one in listed if not any(one.status == each.status and like(each.body, one.body) for each in everywhere)
    ]
