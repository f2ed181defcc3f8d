"""Endpoints of `users.*` by subject, mounted in functions/users, whose own list would not fit on a screen."""

from pimentachat.api.registry import Router
from pimentachat.api.users import presence, recovery, tokens, two_factor


def user_endpoints() -> Router:
    return Router(presence.router, recovery.router, tokens.router, two_factor.router)
