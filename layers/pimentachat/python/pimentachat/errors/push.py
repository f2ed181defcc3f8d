"""Refusals about devices."""

from pimentachat.errors.base import ChatError, Plain


class PushIdInvalid(ChatError):
    code = "error-id-param-not-valid"
    text = 'The required "id" body param is invalid.'


class PushTypeInvalid(ChatError):
    code = "error-type-param-not-valid"
    text = 'The required "type" body param is missing or invalid.'


class PushValueInvalid(ChatError):
    code = "error-token-param-not-valid"
    text = 'The required "value" body param is missing or invalid.'


class PushTokenInvalid(ChatError):
    code = "error-token-param-not-valid"
    text = 'The required "token" body param is missing or invalid.'


class PushAppNameInvalid(ChatError):
    code = "error-appName-param-not-valid"
    text = 'The required "appName" body param is missing or invalid.'


class PushMessageIdInvalid(ChatError):
    code = "error-id-param-not-valid"
    text = 'The required "id" query param is missing or invalid.'


class PushMessageNotFound(Plain):
    text = "error-message-not-found"


class PushNotAllowed(Plain):
    text = "error-not-allowed"
