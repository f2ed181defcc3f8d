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


# --- changing a user


class EditingUserNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Editing user is not allowed"


class AssigningRolesNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Assign roles is not allowed"


class EditingProfileNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Edit user profile is not allowed"


class EditingUsernameNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Edit username is not allowed"


class EditingNameNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Edit user real name is not allowed"


class EditingEmailNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Edit user email is not allowed"


class EditingPasswordNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Edit user password is not allowed"


class ChangingEmailNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Changing email is not allowed"


class IdentityNotSaved(ChatError):
    """users.update, when the username belongs to somebody else or is kept from everybody."""

    code = "error-could-not-save-identity"
    text = "Could not save user identity"


class NameNotChanged(ChatError):
    code = "error-could-not-change-name"
    text = "Could not change name"


class OwnUsernameTaken(ChatError):
    """users.updateOwnBasicInfo shows the name in bold."""

    code = "error-field-unavailable"
    text = "<strong>{username}</strong> is already in use :("


class PasswordWrong(ChatError):
    code = "error-invalid-password"
    text = "Invalid password"


class LastAdmin(ChatError):
    code = "error-action-not-allowed"
    text = "Leaving the app without admins is not allowed"


class OptionalUserNotFound(ChatError):
    """Where the caller is meant when nobody is named."""

    code = "error-invalid-user"
    text = 'The optional "userId" param provided does not match any users'


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


# --- deleting a user


class LastOwnerOfRoom(ChatError):
    code = "error-user-is-last-owner"
    text = "To delete this user you'll need to set a new owner to the following room: {room}."


class OwnUsernameWrong(ChatError):
    """What somebody without a password confirms with."""

    code = "error-invalid-username"
    text = "Invalid username"


class OwnPasswordMissing(Plain):
    text = 'Body parameter "password" is required.'


# --- links in mails


class LinkNotGood(Plain):
    text = "This link is no longer good: it was used, it is too old, or it is incomplete. You can ask for another one."


class UnsubscribeLinkNotGood(Plain):
    text = "This link is too old, or it is incomplete. You can say in your preferences what you want mails for."


# --- status


class InvalidStatus(ChatError):
    code = "error-invalid-status"
    text = "Valid status types include online, away, offline, and busy."


class ChangingStatusNotAllowed(ChatError):
    code = "error-not-allowed"
    text = "Change status is not allowed"
