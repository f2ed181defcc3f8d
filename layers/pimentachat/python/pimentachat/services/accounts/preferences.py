"""What people prefer: stored as they chose it; effective with the defaults of the workspace (contract: users.yaml
users.setPreferences, authentication.yaml me)."""

from typing import Any, Final

import orjson

from pimentachat import clock, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import MatchError
from pimentachat.errors.users import EditingProfileNotAllowed, EditingUserNotAllowed, OptionalUserNotFound
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.store import jobs
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

FOLLOW_WISHES: Final = "follow_wishes"
"""The job that lets memberships follow what their user prefers (services/after/accounts.py)."""
_SETTING: Final = "Accounts_Default_User_Preferences_"
_BYTES_MOST: Final = 16 * 1024
"""Of everything that one person prefers."""
_FORMER_MODES: Final = {"all": "mentions", "disabled": "nothing"}
"""What older clients call the two modes of mails."""


def names() -> list[str]:
    """The preferences that have a default."""
    return [name.removeprefix(_SETTING) for name in workspace.setting_ids() if name.startswith(_SETTING)]


def effective(user: User) -> Document:
    """The user's own choice or the site's, for every preference that has a setting."""
    space = workspace.current()
    chosen: dict[str, Any] = user.settings.get("preferences") or {}
    return {name: chosen.get(name, space.setting(_SETTING + name)) for name in names()}


def stored(user: User) -> Document:
    """What the user has chosen, and nothing else; with the language."""
    chosen: Document = dict(user.settings.get("preferences") or {})
    return chosen | ({"language": user.language} if user.language else {})


def choose(caller: Caller, user_id: str, chosen: Document) -> User:
    """Stores choices beside those that are there.

    Raises:
        EditingUserNotAllowed: somebody else's, without edit-other-user-info.
        OptionalUserNotFound, EditingProfileNotAllowed.
        MatchError: they would be more than one person may have.
    """
    oneself = not user_id or user_id == caller.id
    if not oneself and not caller.may("edit-other-user-info"):
        raise EditingUserNotAllowed
    may_edit = caller.may("edit-other-user-info") or caller.may("edit-other-user-password")
    if not may_edit and not workspace.current().flag("Accounts_AllowUserProfileChange"):
        raise EditingProfileNotAllowed
    language = chosen.get("language")
    rest = {name: value for name, value in chosen.items() if name != "language" and value is not None}
    if "emailNotificationMode" in rest:
        rest["emailNotificationMode"] = _FORMER_MODES.get(rest["emailNotificationMode"], rest["emailNotificationMode"])

    def edited(user: User) -> User:
        preferences = {**(user.settings.get("preferences") or {}), **rest}
        if len(orjson.dumps(preferences)) > _BYTES_MOST:
            raise MatchError(problem=f"At most {_BYTES_MOST} bytes in field data")
        settings = {**user.settings, "preferences": preferences}
        changes: Document = {"settings": settings, "language": language or user.language}
        if rest.get("emailNotificationMode", "nothing") != "nothing":
            changes["unsubscribed"] = False
        after = user.model_copy(update=changes)
        if after.notification_preferences() == user.notification_preferences():
            return after
        return after.model_copy(update={"wishes_since": clock.now_text()})

    changed = user_store.change(user_id or caller.id, edited, also=_following)
    if changed is None:
        raise OptionalUserNotFound
    return changed


def _following(before: User, after: User) -> list[Write]:
    """Rooms know who wants to hear of every message or of which words (LISTENER#), so each is told. Everything else
    that a membership shows, or a push asks for, looks at the user."""
    return [] if _heard(before) == _heard(after) else [jobs.request(FOLLOW_WISHES, user_id=after.id)]


def _heard(user: User) -> tuple[bool, list[str]]:
    return user.notification_preferences().get("mobilePushNotifications") == "all", user.highlights
