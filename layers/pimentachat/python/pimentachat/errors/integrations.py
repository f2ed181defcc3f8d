"""Refusals about integrations and webhooks (contract: integrations.yaml)."""

from typing import Any

from pimentachat.errors.base import ChatError, Plain


class IntegrationTypeInvalid(Plain):
    text = "Invalid integration type."


class IntegrationNotAllowed(ChatError):
    code = "not_authorized"
    text = "Unauthorized"


class OutgoingIntegrationNotAllowed(ChatError):
    code = "not_authorized"


class IntegrationChannelMissing(ChatError):
    code = "error-invalid-channel"
    text = "Invalid channel"


class IntegrationChannelRefused(ChatError):
    code = "error-invalid-channel"
    text = "Invalid Channel"


class IntegrationChannelSign(ChatError):
    code = "error-invalid-channel-start-with-chars"
    text = "Invalid channel. Start with @ or #"


class IntegrationUsernameMissing(ChatError):
    code = "error-invalid-username"
    text = "Invalid username"


class IntegrationUserUnknown(ChatError):
    code = "error-invalid-user"
    text = "Invalid user"


class OutgoingUserUnknown(ChatError):
    code = "error-invalid-user"
    text = "Invalid user (did you delete the `rocket.cat` user?)"


class EventInvalid(ChatError):
    code = "error-invalid-event-type"
    text = "Invalid event type"


class UrlsInvalid(ChatError):
    code = "error-invalid-urls"
    text = "Invalid URLs"


class TargetRoomMissing(ChatError):
    code = "error-invalid-targetRoom"
    text = "Invalid Target Room"


class TriggerWordsInvalid(ChatError):
    code = "error-invalid-triggerWords"
    text = "Invalid triggerWords"


class EventNotAllowed(ChatError):
    code = "error-invalid-permissions"
    text = "Invalid permission for required Integration creation."


class ScriptsNotSupported(ChatError):
    """Ours: nothing here runs JavaScript, and a script that is silently left out would be worse (docs/decisions.md)."""

    code = "error-scripts-not-supported"
    text = "Integration scripts are not supported on this server: leave script empty or set scriptEnabled to false"


class TooManyIntegrations(ChatError):
    code = "error-too-many-integrations"
    text = "There may be {limit} integrations at most"


class IntegrationIdMissing(Plain):
    text = "Invalid integration id."


class IntegrationNotNamed(Plain):
    text = "An integrationId or target_url needs to be provided."


class IntegrationNotFound(Plain):
    text = "No integration found."


class IntegrationNotOwned(ChatError):
    code = "error-invalid-integration"
    text = "Invalid integration"


# --- hooks


class HookUnknown(Plain):
    status = 404
    text = "Invalid integration id or token provided."


class HookDisabled(ChatError):
    """The contract has a JSON text as the body."""

    status = 503
    text = "Service Unavailable"

    def body(self) -> Any:
        return self.message


class HookPayloadBroken(Plain):
    text = "{problem}"


class HookRefused(Plain):
    """The name of a refusal alone, as hooks answer it."""

    text = "{code}"


class HookSentNothing(Plain):
    text = "unknown-error"
