"""Whatever no other route takes: unknown paths, wrong methods, and the preflights of browsers."""

from pimentachat.api.fallback import Fallback, routes_beside

api = Fallback(lambda: routes_beside(__file__))
handler = api.handler
