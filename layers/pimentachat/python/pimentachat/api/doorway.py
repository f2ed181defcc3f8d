"""From a call to its answer: the prelude, the caller, the parameters, the endpoint, the envelope."""

from collections.abc import Callable
from typing import Any, Final, NoReturn

from botocore.exceptions import BotoCoreError, ClientError
from starlette.responses import Response

from pimentachat.api.answers import logger, refused, replied, with_cors
from pimentachat.api.endpoints import Endpoint
from pimentachat.api.requests import Call, parse_json
from pimentachat.auth import callers, prelude
from pimentachat.auth.callers import Caller
from pimentachat.errors import ChatError, Forbidden, InternalError, NotLoggedIn, Unavailable
from pimentachat.store import table

_PAYLOAD: Final = "payload"


def answer(endpoint: Endpoint, call: Call) -> Response:
    """The answer to a call of an endpoint. Never raises: what is no refusal is logged with its trace and tells the
    caller nothing."""
    return _answered(endpoint, lambda: replied(_reply(endpoint, call), endpoint.envelope))


def unreadable(endpoint: Endpoint, problem: Exception) -> Response:
    """The answer to a request that could not be read as a call, by the same rules."""

    def fail() -> NoReturn:
        raise problem

    return _answered(endpoint, fail)


def _answered(endpoint: Endpoint, respond: Callable[[], Response]) -> Response:
    with table.request_view():
        try:
            response = respond()
        except ChatError as refusal:
            logger.info("refused", endpoint=endpoint.name, status=refusal.status, refusal=type(refusal).__name__)
            response = refused(refusal)
        except (BotoCoreError, ClientError) as problem:
            logger.exception("service out of reach", endpoint=endpoint.name)
            response = refused(InternalError() if _would_fail_again(problem) else Unavailable())
        except Exception:
            logger.exception("failed", endpoint=endpoint.name)
            response = refused(InternalError())
        return _finished(response)


def _would_fail_again(problem: Exception) -> bool:
    """Whether the service understood the call and takes it from nobody, such as a record that is too large."""
    return isinstance(problem, ClientError) and problem.response["Error"]["Code"] == "ValidationException"


def _finished(response: Response) -> Response:
    try:
        return with_cors(response)
    except Exception:
        # Only the settings could not be read; the answer itself stands.
        logger.exception("no CORS headers")
        return response


def _reply(endpoint: Endpoint, call: Call) -> Any:
    raw = _raw(endpoint, call)
    token, user_id = _credentials(endpoint, call)
    prelude.fetch(token, user_id, endpoint.params.references(raw))
    arguments: dict[str, Any] = {}
    if endpoint.knows_caller:
        arguments["caller"] = _caller_or_nobody(token, user_id)
    elif not endpoint.public:
        caller = callers.identify(token, user_id)
        logger.append_keys(user_id=caller.id)
        _check_permission(endpoint, caller)
        arguments["caller"] = caller
    if endpoint.params.model_fields:
        arguments["params"] = endpoint.params.of(raw)
    return endpoint.call(**arguments)


def _raw(endpoint: Endpoint, call: Call) -> dict[str, Any]:
    raw = call.raw
    if not endpoint.public and isinstance(raw.get(_PAYLOAD), str):
        raw = parse_json(raw[_PAYLOAD])
    return {**raw, **call.place}


def _credentials(endpoint: Endpoint, call: Call) -> tuple[str, str]:
    """Token and user id: the two headers; where a browser fetches a file by itself, also the query or the cookies
    (contract: models.yaml upload.download)."""
    if call.token or not endpoint.browser:
        return call.token, call.user_id
    for source in (call.query, call.cookies):
        if source.get("rc_token"):
            return str(source["rc_token"]), str(source.get("rc_uid", ""))
    return "", ""


def _caller_or_nobody(token: str, user_id: str) -> Caller | None:
    try:
        return callers.identify(token, user_id)
    except NotLoggedIn:
        return None


def _check_permission(endpoint: Endpoint, caller: Caller) -> None:
    permissions = (endpoint.permission,) if isinstance(endpoint.permission, str) else endpoint.permission
    if permissions and not any(caller.may(permission) for permission in permissions):
        raise Forbidden
