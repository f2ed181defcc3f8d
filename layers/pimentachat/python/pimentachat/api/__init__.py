"""The doorway: endpoints by name, parameters as types, one envelope, refusals turned into answers.

    api = Api("chat")

    @api.post("chat.postMessage")
    def post_message(caller: Caller, params: PostMessage) -> PostMessageReply: ...

    handler = api.handler

Signed in is the default; an endpoint for everybody says `public=True` and takes no caller.
"""

from pimentachat.api.answers import Redirect
from pimentachat.api.endpoints import Endpoint
from pimentachat.api.registry import Api, Router

__all__ = ["Api", "Endpoint", "Redirect", "Router"]
