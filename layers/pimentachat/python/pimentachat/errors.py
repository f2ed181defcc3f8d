"""Every refusal, as a class. Raised where it is known, turned into an answer in one place (`api`); an endpoint has
no `try`.

ChatError                400  {success: false, error: "<text> [<code>]", errorType: <code>}
|- Plain                 400  {success: false, error: <text>}                      no errorType, no ending
|  |- MatchError         400  "Match error: ..." for a parameter of the wrong shape
|  |- Forbidden          403  "unauthorized"
|  `- NotFound           404  "Resource not found"
|- Bare                  400  {success: false}
|- StatusError           4xx  {status: error, message: <text>}                     login, missing login, wrong method
`- ... one class for each typed refusal, by family below

Texts and codes are facts of the contract (the `errors` of each endpoint). `{name}` in a text is filled from the
keywords given
when the refusal is raised.
"""

from typing import Any, ClassVar


class ChatError(Exception):
    """A typed refusal. `code` is its errorType; an empty text answers as "[<code>]"."""

    status: ClassVar[int] = 400
    code: ClassVar[str | int] = ""
    text: ClassVar[str] = ""
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, **names: object) -> None:
        self.names = names
        super().__init__(self.message)

    @property
    def message(self) -> str:
        # One pass: what a client wrote is never read as a template.
        return self.text.format(**self.names) if self.names else self.text

    def body(self) -> dict[str, Any]:
        return {"success": False, "error": f"{self.message} [{self.code}]".lstrip(), "errorType": self.code}


class Plain(ChatError):
    def body(self) -> dict[str, Any]:
        return {"success": False, "error": self.message}


class Bare(ChatError):
    def body(self) -> dict[str, Any]:
        return {"success": False}


class Swapped(ChatError):
    """A few answers carry an errorType without repeating it at the end of the text."""

    def body(self) -> dict[str, Any]:
        return {"success": False, "error": self.message, "errorType": self.code}


class StatusError(ChatError):
    status = 401

    def body(self) -> dict[str, Any]:
        return {"status": "error", "message": self.message}


# --- any endpoint


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


class ParamRequired(Plain):
    text = "The '{name}' param is required"


class BodyParamRequired(Plain):
    text = 'The bodyParam "{name}" is required'


class QueryParamRequired(Plain):
    text = 'The "{name}" query parameter must be provided.'


class InvalidDate(ChatError):
    """Lists that take a moment; the contract's text names another parameter than the one sent in places."""

    code = "error-roomId-param-invalid"
    text = 'The "{name}" query parameter must be a valid date.'


class InvalidUpdatedSince(InvalidDate):
    code = "error-updatedSince-param-invalid"


class NotAllowed(ChatError):
    code = "error-not-allowed"
    text = "Not allowed"


class NotAuthorized(ChatError):
    code = "error-not-authorized"
    text = "Not authorized"


class ActionNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "{action} is not allowed"


# --- authentication


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


# --- users


class UserParamMissing(ChatError):
    code = "error-user-param-not-provided"
    text = 'The required "userId" or "username" param was not provided'


class UserNotFound(ChatError):
    code = "error-invalid-user"
    text = 'The required "userId" or "username" param provided does not match any users'


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


# --- rooms: {kind}, {word} and the like come from RoomKind


class RoomParamMissing(ChatError):
    code = "error-roomid-param-not-provided"
    text = 'The parameter "roomId" or "roomName" is required'


class GroupParamMissing(RoomParamMissing):
    code = "error-room-param-not-provided"


class DirectParamMissing(ChatError):
    code = "error-room-param-not-provided"
    text = 'Body param "roomId" or "username" is required'


class RoomNotFound(ChatError):
    code = "error-room-not-found"
    text = 'The required "roomId" or "roomName" param provided does not match any {noun}'


class DirectRoomNotFound(ChatError):
    code = "error-room-not-found"
    text = 'The required "roomId" or "username" param provided does not match any dirct message'


class RoomArchived(ChatError):
    code = "error-room-archived"
    text = "The {title}, {name}, is archived"


class InvalidRoom(ChatError):
    code = "error-invalid-room"
    text = "Invalid room"


class InvalidChannel(ChatError):
    code = "invalid-channel"


class NameParamRequired(Plain):
    text = '{place} "name" is required'


class MembersNotAList(Plain):
    text = '{place} "members" must be an array if provided'


class CustomFieldsNotAnObject(Plain):
    text = '{place} "customFields" must be an object if provided'


class NameBlank(ChatError):
    code = "error-invalid-name"
    text = "Invalid name"


class InvalidRoomName(ChatError):
    code = "error-invalid-room-name"
    text = "{name} is not a valid room name."


class RoomNameTaken(ChatError):
    code = "error-duplicate-channel-name"
    text = "A channel with name '{name}' exists"


class ArchivedRoomNameTaken(ChatError):
    code = "error-archived-duplicate-name"
    text = "There's an archived channel with name {name}"


class SameValue(Plain):
    text = "The channel {what} is the same as what it would be {done} to."


class EditingRoomNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Editing room is not allowed"


class EditingDiscussionNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Editing discussion room is not allowed"


class JoinCodeWrong(ChatError):
    code = "error-code-invalid"
    text = "Invalid Room Password"


class UserNotInRoom(ChatError):
    code = "error-user-not-in-room"
    text = "User is not in this room"


class CallerNotInRoom(ChatError):
    code = "error-user-not-in-room"
    text = "You are not in this room"


class LastOwner(ChatError):
    code = "error-you-are-last-owner"
    text = "You are the last owner. Please set new owner before leaving the room."


class AlreadyInRole(ChatError):
    """Raised as `AlreadyInRole(role="owner", article="an")`."""

    text = "User is already {article} {role}"

    def body(self) -> dict[str, Any]:
        code = f"error-user-already-{self.names['role']}"
        return {"success": False, "error": f"{self.message} [{code}]", "errorType": code}


class DirectToSelfNotAllowed(ChatError):
    code = "error-invalid-user"
    text = "Invalid user"


class TargetCannotReceive(ChatError):
    code = "error-not-allowed"
    text = "Target user not allowed to receive messages"


# --- messages


class MessageParamMissing(ChatError):
    code = "error-invalid-params"
    text = 'The "message" parameter must be provided.'


class MessageRoomMissing(Plain):
    text = "The 'rid' property on the message object is missing."


class ThreadsDisabled(ChatError):
    code = "error-not-allowed"
    text = "not-allowed"


class ThreadParentNotFound(ChatError):
    code = "error-invalid-message"
    text = "Invalid message"


class TimestampOutOfSync(ChatError):
    code = "error-message-ts-out-of-sync"
    text = "Message timestamp is out of sync"


class MessageTooLong(ChatError):
    code = "error-message-size-exceeded"
    text = "Message size exceeds Message_MaxAllowedSize"


class PostTooLong(Plain):
    text = "error-message-size-exceeded"


class SendingNotAllowed(Plain):
    text = "error-not-allowed"


class RoomBlocked(Plain):
    text = "room_is_blocked"


class Muted(Plain):
    text = "You_have_been_muted"


class RoomReadOnly(Plain):
    text = "You can't send messages because the room is readonly."


class SystemTypeNotAllowed(Plain):
    text = "Cannot send system messages using 'chat.sendMessage'"


class InvalidLink(Plain):
    text = "Invalid href value provided"


class NothingSent(Plain):
    text = "unknown-error"


class GroupMentionNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Notify {whom} in this room not allowed"


class GroupMentionTooWide(ChatError):
    code = "error-action-not-allowed"
    text = "Group mentions `@all` and `@here` have been disabled for rooms with more than {limit} members."


class NoSuchMessageId(Plain):
    text = 'No message found with the id of "{message_id}".'


class MessageOfAnotherRoom(Plain):
    text = "The room id provided does not match where the message is from."


class EditingMessageNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Message editing not allowed"


class EditingMessageBlocked(ChatError):
    code = "error-message-editing-blocked"
    text = "Message editing is blocked"


class DeletingMessageNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Not allowed"


class DeletingMessageBlocked(ChatError):
    code = "error-message-deleting-blocked"
    text = "Message deleting is blocked"


class ForceDeleteNeeded(Plain):
    text = 'Unauthorized. You must have the permission "force-delete-message" to delete other\'s message as them.'


class MessageIdMissing(ChatError):
    code = "error-messageid-param-not-provided"
    text = 'The required "messageId" param is missing.'


class MessageNotFound(ChatError):
    code = "error-message-not-found"
    text = 'The provided "messageId" does not match any existing message.'


class EmojiMissing(ChatError):
    code = "error-emoji-param-not-provided"
    text = 'The required "emoji" param is missing.'


class InvalidEmoji(ChatError):
    code = "error-not-allowed"
    text = "Invalid emoji provided."


# --- files


class FileRequired(Plain):
    text = "File required"


class OneFileOnly(Plain):
    text = "Just 1 file is allowed"


class WrongFileField(ChatError):
    code = "invalid-field"


class NoFileUploaded(ChatError):
    code = "No file uploaded"


class NoSuchFile(ChatError):
    code = "invalid-file"


class UploadsDisabled(ChatError):
    code = "error-file-upload-disabled"
    text = "File uploads are disabled."


class DirectUploadsDisabled(ChatError):
    code = "error-direct-message-file-upload-not-allowed"
    text = "File sharing not allowed in direct messages."


class FileTooLarge(ChatError):
    code = "error-file-too-large"
    text = "File exceeds allowed size of {limit}."


class FileTypeRefused(ChatError):
    code = "error-invalid-file-type"
    text = "File type is not accepted."


class FileForbidden(Plain):
    status = 403
    text = "Forbidden"


# --- push


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


# --- settings and permissions


class SettingUnknown(Plain):
    text = "Setting not found"


class SettingBlocked(Bare):
    pass


class EditingPermissionsNotAllowed(Swapped):
    code = "error-edit-permissions-not-allowed"
    text = "Editing permissions is not allowed"


class InvalidPermission(Swapped):
    code = "error-invalid-permission"
    text = "Invalid permission"


class InvalidRole(Swapped):
    code = "error-invalid-role"
    text = "Invalid role"
