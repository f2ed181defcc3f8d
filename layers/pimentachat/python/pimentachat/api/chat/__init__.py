"""Endpoints of `chat.*` by subject, mounted in functions/chat, whose own list would not fit on a screen."""

from pimentachat.api.chat import lists, marks
from pimentachat.api.registry import Router


def chat_endpoints() -> Router:
    return Router(marks.router, lists.router)
