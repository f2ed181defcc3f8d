"""The doorway: endpoints by name, parameters as types, one envelope, refusals turned into answers.

    api = Api("chat")

    @api.post("chat.postMessage")
    def post_message(caller: Caller, params: PostMessage) -> PostMessageReply: ...

    handler = api.handler

Signed in is the default; an endpoint for everybody says `public=True`, and may take `caller: Caller | None`. One that
needs the client's address or headers takes `origin: Origin`; one that answers bytes or a page returns `Raw`.
"""

from pimentachat.api.doorway import Origin, Raw, Redirect
from pimentachat.api.endpoints import Endpoint
from pimentachat.api.registry import Api, Router

__all__ = ["Api", "Endpoint", "Origin", "Raw", "Redirect", "Router"]
