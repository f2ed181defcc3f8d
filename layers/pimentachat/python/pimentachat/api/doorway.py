"""From a call to its outcome: the caller, the prelude, the parameters, the endpoint, the envelope. Knows no HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from pimentachat import workspace
from pimentachat.api import pages, prelude
from pimentachat.api.endpoints import Endpoint, Envelope
from pimentachat.api.pages import Page
from pimentachat.auth import callers, rates
from pimentachat.auth.callers import Caller
from pimentachat.auth.rates import Pace
from pimentachat.cloud import metrics
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import Forbidden, InternalError, NotLoggedIn, TooManyCalls, Unavailable
from pimentachat.services.accounts import presence
from pimentachat.store import table

logger: Final = Logger()


@dataclass(frozen=True)
class Origin:
    """Where a call comes from."""

    address: str = ""
    """Of the client, as far as it is known."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""


@dataclass(frozen=True)
class Call:
    """What somebody asks for, whatever way it came."""

    raw: Mapping[str, Any]
    """Parameters by the API's names, not checked yet."""
    token: str = ""
    user_id: str = ""
    origin: Origin = Origin()


@dataclass(frozen=True)
class Raw:
    """Bytes or a page, as an endpoint answers them."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Redirect:
    """Sends the client to another address (302 unless said otherwise)."""

    location: str
    status: int = 302
    as_json: bool = False
    """Whether the body is the address as JSON text, instead of nothing."""


@dataclass(frozen=True)
class Outcome:
    """What came of a call: a JSON body, or what an endpoint answers in its own way."""

    body: Any
    """JSON values, `Raw` or `Redirect`."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cross_origin: bool = False
    """Whether pages of other sites may read it (setting API_Enable_CORS)."""


def answer(endpoint: Endpoint, call: Call) -> Outcome:
    """The outcome of a call of an endpoint. Never raises: what is no refusal is logged with its trace and tells the
    caller nothing."""
    if not endpoint.public and not (call.token and call.user_id):
        # Nobody calls, nothing is read.
        return refuse(endpoint, NotLoggedIn())
    paces: list[Pace] = []
    with table.request_view():
        outcome = outcome_of(
            endpoint.name, lambda: Outcome(_enveloped(_reply(endpoint, call, paces.append), endpoint.envelope))
        )
        for pace in paces:
            outcome = replace(outcome, headers={**outcome.headers, **pace.headers})
        return _finished(_told(endpoint, outcome), workspace.current, endpoint)


def refuse(endpoint: Endpoint, problem: Exception) -> Outcome:
    """The outcome of a call that does not get to its endpoint, such as a request that cannot be read."""

    def fail() -> Outcome:
        raise problem

    return _finished(_told(endpoint, outcome_of(endpoint.name, fail)), workspace.known, endpoint)


def _told(endpoint: Endpoint, outcome: Outcome) -> Outcome:
    """The outcome in a form for those who called: people who look at a page are told on a page."""
    if endpoint.envelope != "page" or not isinstance(outcome.body, dict):
        return outcome
    page = pages.refusal(str(outcome.body.get("error", "")))
    told = Raw(pages.rendered(page), pages.MEDIA_TYPE, pages.HEADERS, outcome.status)
    return replace(outcome, body=told)


def outcome_of(name: str, respond: Callable[[], Outcome]) -> Outcome:
    """What `respond` answers, or the outcome of what it raises."""
    try:
        return respond()
    except ChatError as refusal:
        logger.info("refused", endpoint=name, status=refusal.status, refusal=type(refusal).__name__)
        return refused(refusal)
    except (BotoCoreError, ClientError) as problem:
        logger.exception("service out of reach", endpoint=name)
        return refused(Unavailable()) if _passes(problem) else _failed()
    except Exception:
        logger.exception("failed", endpoint=name)
        return _failed()


def _failed() -> Outcome:
    """Counted, since its status is that of a refusal and no metric of AWS tells them apart."""
    metrics.count_internal_error()
    return refused(InternalError())


_PASSING: Final = ("Throttl", "Internal", "ServiceUnavailable", "SlowDown", "RequestLimitExceeded", "TooManyRequests")


def _passes(problem: Exception) -> bool:
    """Whether the same call may do later: no connection, a fault of the service, too many calls. What a service takes
    from nobody, or not with our rights, stays as it is."""
    if not isinstance(problem, ClientError):
        return True
    status = problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or problem.response["Error"]["Code"].startswith(_PASSING)


def refused(refusal: ChatError) -> Outcome:
    return Outcome(refusal.body(), refusal.status, refusal.headers)


def _finished(outcome: Outcome, space: Callable[[], workspace.Workspace], endpoint: Endpoint) -> Outcome:
    if endpoint.open_to_pages:
        return Outcome(outcome.body, outcome.status, outcome.headers, cross_origin=True)
    if endpoint.still:
        return outcome
    try:
        open_to_all = space().flag("API_Enable_CORS")
    except Exception:
        # Only the settings could not be read; the outcome itself stands.
        logger.exception("settings not readable")
        open_to_all = workspace.known().flag("API_Enable_CORS")
    return Outcome(outcome.body, outcome.status, outcome.headers, open_to_all)


def _enveloped(reply: Any, envelope: Envelope) -> Any:
    if isinstance(reply, Page):
        return Raw(pages.rendered(reply), pages.MEDIA_TYPE, pages.HEADERS)
    if isinstance(reply, Raw | Redirect) or envelope == "bare":
        return reply
    if envelope == "status":
        return {"status": "success", "data": reply}
    return {**(reply or {}), "success": True}


def _reply(endpoint: Endpoint, call: Call, note: Callable[[Pace], None]) -> Any:
    """`note` hears how the caller stands, where there is a limit."""
    if not endpoint.still:
        prelude.fetch(call.token, call.user_id, endpoint.params.references(call.raw))
    caller, problem = _caller(endpoint, call)
    pace = _pace(endpoint, call, caller)
    if pace:
        note(pace)
        if pace.over:
            raise TooManyCalls(seconds=pace.wait)
    act = partial(_act, endpoint, call, caller, problem)
    # Beside the call, so that nobody waits for it.
    beside: list[Callable[[], None]] = []
    if pace and pace.tell:
        beside.append(pace.tell)
    if caller and presence.due(caller.user):
        beside.append(partial(presence.note, caller.user))
    return table.side_by_side(act, *beside)[0]


def _caller(endpoint: Endpoint, call: Call) -> tuple[Caller | None, NotLoggedIn | None]:
    """Who calls, or why nobody does."""
    if endpoint.public and not endpoint.knows_caller:
        return None, None
    try:
        return callers.identify(call.token, call.user_id), None
    except NotLoggedIn as problem:
        return None, None if endpoint.public else problem


def _pace(endpoint: Endpoint, call: Call, caller: Caller | None) -> Pace | None:
    """Counts the call: somebody's own, so that nobody uses up what others may; else that of an address."""
    if not endpoint.limited or (caller and caller.may("api-bypass-rate-limit")):
        return None
    who = caller.id if caller else rates.of_address(call.origin.address)
    return rates.count(f"{endpoint.method} {endpoint.path}", who)


def _act(endpoint: Endpoint, call: Call, caller: Caller | None, problem: NotLoggedIn | None) -> Any:
    if problem:
        raise problem
    arguments: dict[str, Any] = {}
    if endpoint.knows_caller:
        arguments["caller"] = caller
    elif caller:
        logger.append_keys(user_id=caller.id)
        _check_permission(endpoint, caller)
        arguments["caller"] = caller
    if endpoint.params.model_fields:
        arguments["params"] = endpoint.params.of(call.raw)
    if endpoint.knows_origin:
        arguments["origin"] = call.origin
    return endpoint.call(**arguments)


def _check_permission(endpoint: Endpoint, caller: Caller) -> None:
    permissions = (endpoint.permission,) if isinstance(endpoint.permission, str) else endpoint.permission
    if permissions and not any(caller.may(permission) for permission in permissions):
        raise Forbidden
