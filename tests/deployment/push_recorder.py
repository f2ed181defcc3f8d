"""An SNS that remembers what was published."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl
from urllib.request import Request, urlopen


class PushRecorder:
    """Stands before MiniStack's SNS and remembers what is published: MiniStack accepts a push and forgets it.

    Requests go on as they came. Their signature still holds, because it covers the host name the caller used.
    """

    def __init__(self) -> None:
        self.published: list[dict[str, str]] = []
        self.behind = ""
        """Address of MiniStack, set once it runs."""
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                call = dict(parse_qsl(body.decode()))
                request = Request(recorder.behind + self.path, body, dict(self.headers.items()))
                try:
                    answer = urlopen(request, timeout=10)
                except OSError as failure:
                    answer = failure
                if call.get("Action") == "Publish" and getattr(answer, "status", 500) == 200:
                    recorder.published.append(call)
                content = answer.read() if hasattr(answer, "read") else b""
                self.send_response(getattr(answer, "status", 500))
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, name="push-recorder", daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
