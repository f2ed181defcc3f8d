"""HTTP to addresses that somebody named: webhooks, pictures, previews, login providers. The only way out but AWS.

Who names an address could otherwise make our functions talk to what only they reach: the runtime's own API on loopback,
metadata services, a private network. So every connection, also each after a redirect, resolves its host and goes to
the very address that was looked at. What comes back is bounded in time and size, whatever the other side does.
"""

import ipaddress
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, make_headers, parse_url

_REDIRECTED: Final = {301, 302, 303, 307, 308}
_METHOD_KEPT: Final = {307, 308}
_FOR_ITS_HOST: Final = {"authorization", "cookie"}
_ADDRESSES_MOST: Final = 4
"""Of one host that are tried."""
_CHUNK: Final = 64 * 1024
_TRANSLATED: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""Behind these a gateway reaches the IPv4 address that is their last 32 bits."""


class OutgoingFailed(Exception):
    """No answer that could be used. The text may be shown to whoever named the address."""


class AddressRefused(OutgoingFailed):
    """It is no http or https address of the public internet."""


class AnswerTooLong(OutgoingFailed):
    """More bytes than were asked for at most."""


class TookTooLong(OutgoingFailed):
    """Not answered in full within the time given."""


@dataclass(frozen=True)
class Outgoing:
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    seconds: float = 10
    """For all of it, redirects too; only a slow name server may add to it."""
    bytes_most: int = 1_000_000
    """Of the body of the answer."""
    cut: bool = False
    """Whether a longer answer ends there instead of being refused: the head of a page is enough for a preview."""
    redirects: int = 5


@dataclass(frozen=True)
class Answered:
    """An answer of any status."""

    status: int
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes
    url: str
    """After all redirects."""


def send(
    request: Outgoing, *, allowed: Collection[str] = (), check: Callable[[str], None] = lambda _: None
) -> Answered:
    """Sends one request to the public internet, and follows its redirects.

    Args:
        allowed: hosts (`host` or `host:port`, in lower case) that may be anywhere: the setting SSRF_Allowlist.
        check: raises for an address that the caller does not want asked; meets every one, after redirects too.

    Raises:
        AddressRefused: the address, or one that it redirects to, is no public one.
        AnswerTooLong, TookTooLong: more, or later, than the request allows.
        OutgoingFailed: nobody answers there, or not as HTTP says; too many redirects.
    """
    until = time.monotonic() + request.seconds
    for _ in range(request.redirects + 1):
        place = _parsed(request.url)
        check(request.url)
        answer = _ask(request, place, until, allowed)
        target = answer.headers.get("location")
        if not target or answer.status not in _REDIRECTED or not request.redirects:
            return answer
        request = _redirected(request, place, answer.status, _joined(request.url, target))
    raise OutgoingFailed("Too many redirects")


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        raise AddressRefused("No address") from None


def without_secrets(url: str) -> str:
    """An address for logs and histories: without a login in it and without its query, which may carry keys."""
    try:
        place = parse_url(url)
    except LocationParseError:
        return ""
    return place._replace(auth=None, query=None, fragment=None).url


def _redirected(request: Outgoing, place: Url, status: int, url: str) -> Outgoing:
    dropped: set[str] = set() if _site(_parsed(url)) == _site(place) else set(_FOR_ITS_HOST)
    method, body = request.method, request.body
    if status not in _METHOD_KEPT and method != "HEAD":
        method, body = "GET", None
        dropped.add("content-type")
    headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
    return replace(request, url=url, method=method, body=body, headers=headers)


def _parsed(url: str) -> Url:
    try:
        place = parse_url(url)
    except LocationParseError:
        raise AddressRefused("No address") from None
    if place.scheme not in {"http", "https"} or not place.host:
        raise AddressRefused("No http or https address")
    return place


def _site(place: Url) -> tuple[str | None, str, int]:
    # Literal IPv6 addresses stand in brackets.
    host = str(place.host).strip("[]").lower()
    return place.scheme, host, place.port or (443 if place.scheme == "https" else 80)


def _ask(request: Outgoing, place: Url, until: float, allowed: Collection[str]) -> Answered:
    headers = {"user-agent": "pimentaCHAT", **{name.lower(): value for name, value in request.headers.items()}}
    if place.auth:
        headers.setdefault("authorization", make_headers(basic_auth=place.auth)["authorization"])
    # What a compressed answer unpacks to could not be bounded before it is unpacked.
    headers["accept-encoding"] = "identity"
    with _Deadline(until) as deadline:
        connection = _connection(place, deadline, allowed)
        try:
            connection.request(
                request.method, place.request_uri, request.body, headers, preload_content=False, decode_content=False
            )
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.headers.items()}
            body = b"" if answer.status in _REDIRECTED else _body(answer, request, deadline)
        except (HTTPError, HTTPException, OSError, ValueError) as problem:
            if deadline.passed():
                raise TookTooLong(f"No answer within {request.seconds:g} s") from problem
            raise OutgoingFailed("No answer") from problem
        finally:
            connection.close()
        if deadline.passed():
            raise TookTooLong(f"No answer within {request.seconds:g} s")
    if found.get("content-encoding", "identity").lower() != "identity":
        raise OutgoingFailed("A compressed answer was not asked for")
    return Answered(answer.status, found, body, place.url)


def _body(answer: Any, request: Outgoing, deadline: "_Deadline") -> bytes:
    body = bytearray()
    for part in answer.stream(_CHUNK, decode_content=False):
        body += part
        if len(body) > request.bytes_most and not request.cut:
            raise AnswerTooLong(f"More than {request.bytes_most} bytes")
        if len(body) >= request.bytes_most or deadline.passed():
            break
    return bytes(body[: request.bytes_most])


class _Deadline:
    """Ends a connection at a moment. A time-out of a socket is one of each read: a byte a second would pass it for
    ever."""

    def __init__(self, until: float) -> None:
        self._until = until
        self._held: list[socket.socket] = []
        self._timer = threading.Timer(self.left(), self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        for held in self._held:
            held.close()

    def left(self) -> float:
        return max(0.01, self._until - time.monotonic())

    def passed(self) -> bool:
        return time.monotonic() >= self._until

    def hold(self, connected: socket.socket) -> None:
        # A second handle of the same connection: TLS takes the first one over.
        self._held.append(socket.socket(fileno=os.dup(connected.fileno())))

    def _end(self) -> None:
        for held in self._held:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def _connection(place: Url, deadline: _Deadline, allowed: Collection[str]) -> HTTPConnection:
    scheme, host, port = _site(place)
    if scheme == "https":
        found: HTTPConnection = _GuardedTls(host, port, timeout=deadline.left(), ssl_context=_tls())
    else:
        found = _Guarded(host, port, timeout=deadline.left())
    found.guard = _Guard(deadline, anywhere=bool({host, f"{host}:{port}"} & set(allowed)))  # type: ignore[attr-defined]
    return found


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True)
class _Guard:
    deadline: _Deadline
    anywhere: bool

    def connect(self, host: str, port: int) -> socket.socket:
        """
        Raises:
            AddressRefused: the host has an address that is not public.
            OSError: it has none, or nobody listens there.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:
            raise AddressRefused("No address") from None
        # One that is not public among public ones is no accident either.
        if not self.anywhere and not all(is_public(str(where[0])) for *_, where in found):
            raise AddressRefused("No public address")
        problem = OSError("no address")
        for family, kind, protocol, _, where in found[:_ADDRESSES_MOST]:
            connected = socket.socket(family, kind, protocol)
            try:
                connected.settimeout(self.deadline.left())
                connected.connect(where)
            except OSError as failed:
                connected.close()
                problem = failed
                continue
            self.deadline.hold(connected)
            return connected
        raise problem


class _Guarded(HTTPConnection):
    guard: _Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.connect(self.host, self.port)


class _GuardedTls(HTTPSConnection):
    guard: _Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.connect(self.host, self.port or 443)


def is_public(address: str) -> bool:
    """Whether an IP address, as the resolver writes it, belongs to a host on the public internet."""
    try:
        place = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(place, ipaddress.IPv6Address):
        inner = place.ipv4_mapped or place.sixtofour
        if any(place in network for network in _TRANSLATED):
            inner = ipaddress.IPv4Address(int(place) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if place.teredo or place.is_site_local:
            return False
    return place.is_global and not (place.is_multicast or place.is_reserved)
