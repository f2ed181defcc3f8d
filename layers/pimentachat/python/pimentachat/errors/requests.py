"""Refusals of any endpoint: the login, parameters, lists."""

from typing import ClassVar

from pimentachat.errors.base import ChatError, Plain, StatusError


class NotLoggedIn(StatusError):
    text = "You must be logged in to do this."


class WrongMethod(StatusError):
    status = 405
    text = "API endpoint does not exist"


class Forbidden(Plain):
    status = 403
    text = "unauthorized"


class NotFound(Plain):
    status = 404
    text = "Resource not found"


class BrokenJson(Plain):
    text = "Invalid JSON"


class BrokenForm(Plain):
    text = "Invalid form data"


class BodyTooLarge(Plain):
    status = 413
    text = "The file is larger than one request can carry."


class CorsDisabled(ChatError):
    status = 405
    text = 'CORS not enabled. Go to "Admin > General > REST Api" to enable it.'


class Unavailable(Plain):
    """A store or service was briefly out of reach: the same call may be sent again."""

    status = 503
    text = "The service is temporarily unavailable, please try again."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class InternalError(Plain):
    """Our own failure. 400 as the contract has it (common.yaml envelopes.internal_failure), without the text of the
    exception."""

    text = "Internal server error"


class MatchError(Plain):
    text = "Match error: {problem}"


class InvalidSort(ChatError):
    code = "error-invalid-sort"
    text = 'Invalid sort parameter provided: "{value}"'


class InvalidFields(ChatError):
    code = "error-invalid-fields"
    text = 'Invalid fields parameter provided: "{value}"'


class InvalidQuery(ChatError):
    code = "error-invalid-query"
    text = 'Invalid query parameter provided: "{value}"'


class QueryTooBroad(ChatError):
    """More rows would have to be looked through than one request may read."""

    code = "error-query-too-broad"
    text = "The query or sort would look through more than {limit} entries, please narrow it"


class TooMuchToRead(QueryTooBroad):
    text = "More than {limit} MB would have to be read, please narrow it or ask for fewer entries"


class QueryTooCostly(QueryTooBroad):
    """What is looked through is few enough, but the query, sort or fields take too many steps (listing/budgets.py)."""

    text = "The query, sort or fields would take more work than one request may, please simplify or narrow it"


class AnswerTooLarge(QueryTooBroad):
    text = "The answer would be larger than {limit} MB, please ask for fewer entries or fields"


class ParamRequired(Plain):
    text = "The '{name}' param is required"


class BodyParamRequired(Plain):
    text = 'The bodyParam "{name}" is required'


class BodyParameterRequired(Plain):
    text = 'Body parameter "{name}" is required.'


class RoomIdQueryParamMissing(ChatError):
    code = "error-roomId-param-not-provided"
    text = 'The required "roomId" query param is missing.'


class RequestParamRequired(Plain):
    text = 'The request param "{name}" is required'


class QueryParamRequired(Plain):
    text = 'The "{name}" query parameter must be provided.'


class InvalidDate(ChatError):
    """Lists that take a moment; the contract's text names another parameter than the one sent in places."""

    code = "error-roomId-param-invalid"
    text = 'The "{name}" query parameter must be a valid date.'


class InvalidUpdatedSince(InvalidDate):
    code = "error-updatedSince-param-invalid"


class EndpointDisabled(ChatError):
    code = "error-endpoint-disabled"
    text = "This endpoint is disabled"


class NotAllowed(ChatError):
    code = "error-not-allowed"
    text = "Not allowed"


class ActionNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Not allowed"


class NotAuthorizedToAdminister(Plain):
    text = "error-not-authorized"


class AnonymousReadOff(ChatError):
    code = "error-not-allowed"
    text = 'Enable "Allow Anonymous Read"'


class NotAuthorized(ChatError):
    code = "error-not-authorized"
    text = "Not authorized"


class TooManyCalls(Plain):
    """Of one endpoint (contract: common.yaml envelopes.too_many)."""

    status = 429
    text = (
        "Error, too many requests. Please slow down. You must wait {seconds} seconds before trying this endpoint "
        "again. [error-too-many-requests]"
    )


class TooManyRequests(Plain):
    """No errorType (contract: authentication.yaml common.too_many_requests)."""

    status = 429
    text = (
        "Error, too many requests. Please slow down. You must wait {seconds} seconds before trying again. "
        "[error-too-many-requests]"
    )
