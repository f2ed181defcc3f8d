"""Endpoints of `users.*` by subject, mounted in functions/users, whose own list would not fit on a screen."""

from pimentachat.api.registry import Router
from pimentachat.api.users import recovery, tokens


def user_endpoints() -> Router:
    return Router(recovery.router, tokens.router)
