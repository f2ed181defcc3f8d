"""The front door: the public API, as any client calls it."""

from collections.abc import Iterator
from typing import Any

import httpx

from pimentachat_cli.failures import Misused, Refused, Unreachable

_PAGE = 100
_SECONDS = 30


class Server:
    """A server of an address, called with a token or (`token` empty) without.

    Raises:
        Refused: from every call that the server refuses.
        Unreachable: from every call that gets no answer, or none of this API.
    """

    def __init__(
        self, url: str, token: str = "", user_id: str = "", *, transport: httpx.BaseTransport | None = None
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise Misused(f"{url!r} is no address: it begins with http:// or https://")
        self.url = url.rstrip("/")
        self.token = token
        self.user_id = user_id
        headers = {"X-Auth-Token": token, "X-User-Id": user_id} if token else {}
        self._client = httpx.Client(base_url=self.url, headers=headers, timeout=_SECONDS, transport=transport)

    def get(self, endpoint: str, **query: Any) -> dict[str, Any]:
        return self._called("GET", endpoint, params={name: each for name, each in query.items() if each is not None})

    def post(self, endpoint: str, **fields: Any) -> dict[str, Any]:
        return self._called("POST", endpoint, json={name: each for name, each in fields.items() if each is not None})

    def pages(self, endpoint: str, name: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All rows of a list, a page at a time; `name` is the key under which the answer has them."""
        offset = 0
        while True:
            answer = self.get(endpoint, offset=offset, count=_PAGE, **query)
            rows = answer[name]
            yield from rows
            offset += len(rows)
            if not rows or offset >= answer.get("total", 0):
                return

    def _called(self, method: str, endpoint: str, **request: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, f"/api/v1/{endpoint}", **request)
        except httpx.HTTPError as problem:
            raise Unreachable(f"{self.url} does not answer ({problem}): is the server running?") from problem
        except httpx.InvalidURL as problem:
            raise Misused(f"{self.url!r} is no address ({problem})") from problem
        try:
            body = answer.json()
        except ValueError as problem:
            raise Unreachable(f"{self.url} answers, but is no pimentaCHAT server (status {answer.status_code})") from (
                problem
            )
        if not isinstance(body, dict):
            raise Unreachable(f"{self.url} answers, but is no pimentaCHAT server")
        if answer.status_code == httpx.codes.OK and (body.get("success") or body.get("status") == "success"):
            return body
        raise Refused(self._refusal(answer.status_code, body))

    def _refusal(self, status: int, body: dict[str, Any]) -> str:
        text = str(body.get("error") or body.get("message") or f"status {status}")
        if status == httpx.codes.UNAUTHORIZED and self.token:
            return f"the server does not know this login any more ({text}): run pimentachat login"
        if status == httpx.codes.FORBIDDEN:
            return f"this account may not do that ({text}): log in as an administrator"
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return f"the server failed ({text}): try again, and look into its log if it stays so"
        return f"the server refuses: {text}"
