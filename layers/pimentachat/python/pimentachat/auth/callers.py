"""The caller of a request."""

from dataclasses import dataclass

from pimentachat import ids
from pimentachat.auth import permissions, tokens
from pimentachat.errors.requests import NotLoggedIn
from pimentachat.models.users import LoginToken, User
from pimentachat.store import tokens as token_store
from pimentachat.store import users as user_store


@dataclass(frozen=True)
class Caller:
    """Somebody in whose name verbs are called: by a request, a command, a webhook, a worker."""

    user: User
    token: LoginToken | None = None
    """The login it was shown by, where one was shown."""

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def username(self) -> str:
        return self.user.username

    def may(self, permission: str, room_id: str | None = None) -> bool:
        """Whether the caller holds a permission, globally or (with a room) through a role in that room."""
        return permissions.holds(self.user, permission, room_id)


def identify(token: str, user_id: str) -> Caller:
    """The caller behind the two headers.

    Raises:
        NotLoggedIn: one of them is missing, they do not belong together, or the login is over. All cases answer alike.
    """
    if not token or not user_id:
        raise NotLoggedIn
    held = token_store.find(ids.fingerprint(token))
    if held is None:
        raise NotLoggedIn
    if held.user_id != user_id:
        raise NotLoggedIn
    if tokens.expired(held):
        raise NotLoggedIn
    user = user_store.find(user_id)
    if user is None:
        raise NotLoggedIn
    if not user.active:
        raise NotLoggedIn
    if held.ended_for(user):
        raise NotLoggedIn
    return Caller(user, held)
