"""A server of somebody else, on loopback: what our functions talk to when a person names an address."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Headers = dict[str, str]


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    """With its query."""
    headers: Headers
    """By their names in lower case."""
    body: bytes


@dataclass(frozen=True)
class Says:
    """An answer. `drips`: its body comes byte by byte, one each so many seconds, until the stranger is stopped."""

    body: bytes = b""
    status: int = 200
    headers: Headers = field(default_factory=dict)
    drips: float = 0


@dataclass
class Stranger:
    """`answers` are by path without query, or what makes one of a request; anything else is 404."""

    host: str
    answers: dict[str, Says | Callable[[Received], Says]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def answer(self, received: Received) -> Says:
        self.received.append(received)
        found = self.answers.get(received.path.partition("?")[0], Says(status=404))
        return found if isinstance(found, Says) else found(received)


@contextmanager
def stranger(tls: ssl.SSLContext | None = None) -> Iterator[Stranger]:
    """Serves on a free port of loopback while it is open."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            says = serving.answer(Received(self.command, self.path, headers, self.rfile.read(length)))
            self.send_response(says.status)
            for name, value in {"content-length": str(len(says.body)), **says.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            if not says.drips:
                self.wfile.write(says.body)
                return
            for byte in says.body:
                if serving.stopped.wait(says.drips):
                    return
                self.wfile.write(bytes([byte]))

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 (names of http.server)

        def handle(self) -> None:
            try:
                super().handle()
            except (ConnectionError, ssl.SSLError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        # The handshake is the connection's own, so that one that fails ends nothing else.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    serving = Stranger(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield serving
    finally:
        serving.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
