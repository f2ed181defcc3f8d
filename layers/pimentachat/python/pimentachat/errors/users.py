"""Refusals about users."""

from typing import Any

from pimentachat.errors.base import ChatError, Plain, Swapped


class UserParamMissing(ChatError):
    code = "error-user-param-not-provided"
    text = 'The required "userId" or "username" param was not provided'


class UserNotFound(ChatError):
    code = "error-invalid-user"
    text = 'The required "userId" or "username" param provided does not match any users'


class NoSuchUser(Swapped):
    """users.info, in the text that clients read."""

    code = "error-invalid-user"
    text = "User not found."


class UserWithoutUsername(Plain):
    text = 'Failed to get the user data for the userId of "{username}".'


class AddingUserNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Adding user is not allowed"


class InvalidRoleName(ChatError):
    code = "error-action-not-allowed"
    text = "The field Roles consist invalid role name"


class AssigningAdminNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Assigning admin is not allowed"


class ChangingActiveNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Editing user is not allowed"


class FieldRequired(ChatError):
    code = "error-the-field-is-required"
    text = "The field {field} is required"


class InvalidUsername(ChatError):
    code = "error-input-is-not-a-valid-field"
    text = "{username} is not a valid username"


class FieldUnavailable(ChatError):
    code = "error-field-unavailable"
    text = "{value} is already in use :("


class InvalidEmail(ChatError):
    code = "error-invalid-email"
    text = "Invalid email {email}"


class EmailDomainBlocked(ChatError):
    code = "error-email-domain-blacklisted"
    text = "The email domain is blacklisted"


class EmailDomainNotAllowed(ChatError):
    code = "error-invalid-domain"


class CustomFieldRefused(ChatError):
    code = "error-user-registration-custom-field"
    text = "{problem}"


class CustomFieldsNotJson(ChatError):
    code = "error-invalid-customfield-json"
    text = "Invalid JSON for Custom Fields"


class EmailSendFailed(ChatError):
    code = "error-email-send-failed"
    text = "Error trying to send email: {reason}"


class UsernameInUse(Plain):
    text = "Username is already in use"


class RegistrationDisabled(ChatError):
    code = "error-user-registration-disabled"
    text = "User registration is disabled"


class RegistrationSecretWrong(ChatError):
    code = "error-user-registration-secret"
    text = "User registration is only allowed via Secret URL"


class RegisteredEmailTaken(ChatError):
    code = 403
    text = "Email already exists."


class RegisteredUsernameInvalid(ChatError):
    code = "username-invalid"
    text = "{username} is not a valid username, use only letters, numbers, dots, hyphens and underscores"


class PasswordPolicyNotMet(ChatError):
    """One class for the eight rules: the code ends in the rule's name (users.yaml password_policy)."""

    text = "{problem}"

    def __init__(self, rule: str, problem: str) -> None:
        self.rule = rule
        super().__init__(problem=problem)

    def body(self) -> dict[str, Any]:
        code = f"error-password-policy-not-met{'-' + self.rule if self.rule else ''}"
        return {"success": False, "error": f"{self.message} [{code}]", "errorType": code}


class AvatarChangeNotAllowed(ChatError):
    code = "error-not-allowed"
    text = "Change avatar is not allowed"


class AvatarUserNotFound(ChatError):
    code = "error-invalid-user"
    text = 'The optional "userId" or "username" param provided does not match any users'


class AvatarAddressFailed(ChatError):
    code = "error-avatar-url-handling"
    text = "Error while handling avatar setting from a URL ({url}) for {username}"


class AvatarAddressInvalid(ChatError):
    code = "error-avatar-invalid-url"
    text = "Invalid avatar URL: {url}"
