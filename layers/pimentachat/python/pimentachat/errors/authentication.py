"""Refusals of logging in, and of tokens."""

from typing import Any, ClassVar

from pimentachat.errors.base import ChatError, StatusError


class LoginRefused(StatusError):
    """`error` beside the message: a number, a word or nothing, as the contract lists them."""

    error: ClassVar[str | int | None] = None

    def body(self) -> dict[str, Any]:
        named = {} if self.error is None else {"error": self.error}
        return {"status": "error", **named, "message": self.message}


class WrongCredentials(LoginRefused):
    # Unknown user and wrong password answer alike, so that nobody can probe for accounts (common.yaml
    # auth.login_failure).
    error = "Unauthorized"
    text = "Unauthorized"


class UnrecognizedLogin(LoginRefused):
    error = 400
    text = "Unrecognized options for login request"


class MalformedLogin(LoginRefused):
    text = "Match error: {problem}"


class WrongHashAlgorithm(LoginRefused):
    text = "Invalid password hash algorithm. Only 'sha-256' is allowed."


class UserNotActivated(LoginRefused):
    error = "error-user-is-not-activated"
    text = "User is not activated"


class UserHasNoRoles(LoginRefused):
    error = "error-user-has-no-roles"
    text = "User has no roles"


class EmailNotVerified(LoginRefused):
    error = "error-invalid-email"
    text = "Invalid email __email__"


class ServiceUnexpected(LoginRefused):
    text = "Unexpected AccessToken service {service}"


class ServiceNotConfigured(LoginRefused):
    text = "Service not configured"


class TokenUnknown(LoginRefused):
    error = 403
    text = "You've been logged out by the server. Please log in again."


class TokenExpired(LoginRefused):
    error = 403
    text = "Your session has expired. Please log in again."


class PersonalTokensNotAllowed(ChatError):
    code = "not-authorized"
    text = "Not Authorized"


class TokenNameTaken(ChatError):
    code = "error-token-already-exists"
    text = "A token with this name already exists"


class NoSuchToken(ChatError):
    code = "error-token-does-not-exists"
    text = "Token does not exist"


class TotpRequired(LoginRefused):
    error = "totp-required"
    text = "TOTP Required"

    def body(self) -> dict[str, Any]:
        # Today's clients read `details` without looking whether it is there.
        details = {"method": "totp", "codeGenerated": False, "availableMethods": ["totp"]}
        return {**super().body(), "details": details}


class TotpInvalid(LoginRefused):
    error = "totp-invalid"
    text = "TOTP Invalid"

    def body(self) -> dict[str, Any]:
        return {**super().body(), "details": {"method": "totp"}}


class TotpCodeWrong(ChatError):
    code = "invalid-totp"


class TotpIsOn(ChatError):
    code = "error-2fa-already-enabled"
    text = "Two-factor authentication is already enabled"


class TwoFactorOff(ChatError):
    code = "error-not-allowed"
    text = "Two-factor authentication is disabled"


# --- by a service


class IdentityNotFetched(LoginRefused):
    text = "Failed to fetch identity from {service}. {reason}"


class RegistrationByServicesDisabled(LoginRefused):
    error = "registration-disabled-authentication-services"
    text = "User registration is disabled for authentication services"


class ServiceDomainNotAllowed(LoginRefused):
    error = "error-invalid-domain"
    text = "[error-invalid-domain]"


class IdentityTaken(ChatError):
    """Somebody with the same identity or address came at this moment; nobody is told."""

    code = "error-identity-taken"
