"""Endpoints of `users.*` by subject, mounted in functions/users, whose own list would not fit on a screen."""

from pimentachat.api.registry import Router
from pimentachat.api.users import avatars, presence, recovery, tokens, two_factor


def user_endpoints() -> Router:
    return Router(avatars.router, presence.router, recovery.router, tokens.router, two_factor.router)
