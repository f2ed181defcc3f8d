"""People. Further endpoints of `users.*` are in pimentachat/api/users/, by subject."""

from pimentachat.api import Api, Origin
from pimentachat.api.users import user_endpoints
from pimentachat.auth.callers import Caller
from pimentachat.requests.params import UserParams
from pimentachat.requests.users import (
    ActiveStatusReply,
    Autocomplete,
    ChosenReply,
    CreateUser,
    DeleteOwnAccount,
    FoundPeopleReply,
    ListUsers,
    PreferencesReply,
    Register,
    SetActiveStatus,
    SetPreferences,
    SuggestionReply,
    UpdateOwnBasicInfo,
    UpdateUser,
    UserInfo,
    UserReply,
    UsersReply,
)
from pimentachat.services.accounts import activation, editing, enrolment, preferences, removal, suggestions, users
from pimentachat.services.search import autocomplete

api = Api("users", user_endpoints())


@api.post("users.create")
def create(caller: Caller, params: CreateUser) -> UserReply:
    """Create a user as administrator"""
    return {"user": enrolment.create(caller, params.wanted).document()}


@api.post("users.register", public=True)
def register(params: Register, origin: Origin) -> UserReply:
    """Register oneself"""
    return {"user": enrolment.register(params.application, origin.address).document()}


@api.get("users.info")
def info(caller: Caller, params: UserInfo) -> UserReply:
    """A user's data, limited by the caller's rights"""
    return {"user": users.info(caller, params.whom, params.fields)}


@api.get("users.list")
def list_users(caller: Caller, params: ListUsers) -> UsersReply:
    """Users, paged, filtered and limited by the caller's rights"""
    found = users.every(caller, params.asked)
    return {"users": found.rows, **found.numbers}


@api.post("users.update")
def update(caller: Caller, params: UpdateUser) -> UserReply:
    """Change a user (administrator, or oneself as far as the settings allow)"""
    return {"user": editing.update(caller, params.user_id, params.changes).document()}


@api.post("users.updateOwnBasicInfo")
def update_own_basic_info(caller: Caller, params: UpdateOwnBasicInfo) -> UserReply:
    """Change one's own name, user name, e-mail, password or custom fields"""
    return {"user": editing.update_own(caller, params.changes).document()}


@api.post("users.delete", permission="delete-user")
def delete(caller: Caller, params: UserParams) -> None:
    """Delete a user"""
    removal.delete(users.named(params.whom))


@api.post("users.deleteOwnAccount")
def delete_own_account(caller: Caller, params: DeleteOwnAccount) -> None:
    """Delete the calling user"""
    removal.delete_own(caller, params.password)


@api.post("users.setActiveStatus")
def set_active_status(caller: Caller, params: SetActiveStatus) -> ActiveStatusReply:
    """Activate or deactivate a user"""
    user = activation.set_active(caller, params.user_id, params.active_status)
    return {"user": {"_id": user.id, "active": user.active}}


@api.get("users.getPreferences")
def get_preferences(caller: Caller) -> PreferencesReply:
    """The caller's stored preferences"""
    return {"preferences": preferences.stored(caller.user)}


@api.post("users.setPreferences")
def set_preferences(caller: Caller, params: SetPreferences) -> ChosenReply:
    """Store preferences beside those that are there"""
    user = preferences.choose(caller, params.user_id, params.chosen)
    return {"user": {"_id": user.id, "settings": {"preferences": preferences.stored(user)}}}


@api.get("users.getUsernameSuggestion")
def get_username_suggestion(caller: Caller) -> SuggestionReply:
    """A free user name for the caller"""
    return {"result": suggestions.username_for(caller.user)}


@api.get("users.autocomplete")
def complete(caller: Caller, params: Autocomplete) -> FoundPeopleReply:
    """Find users for mention and member pickers"""
    return {"items": autocomplete.people(caller, params.term, params.exceptions)}


handler = api.handler
