"""The one-command local server: MiniStack, the resources of `template.yaml`, a seeded workspace, all endpoint families
in one process, and the workers behind streams, queues and schedules.

Environment: PORT (3000; 0 takes a free one), ADMIN_USERNAME, ADMIN_PASS, ADMIN_EMAIL, ADMIN_NAME, ADMIN_ID and
OVERWRITE_SETTING_<setting id> as in a deployment; AWS_ENDPOINT_URL (that endpoint instead of a MiniStack of our own);
MINISTACK_PORT (a free one); MINISTACK_VENV (.local/ministack-venv) and LOCAL_DATA (.local/data).
"""

import asyncio
import contextlib
import fcntl
import gc
import json
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import uvicorn
from botocore.exceptions import EndpointConnectionError

from local import functions, ministack_launcher, resources
from local.aws import ON_MINISTACK, REAL_CREDENTIALS, client, complete_environment
from local.gateway import Gateway
from local.lambda_context import LambdaContext
from local.ministack import HOST, MiniStack, MiniStackFailed
from local.places import Places
from local.pumps import Handler, pumps
from local.template import load

PREFIX = "pimentachat-"
"""Before the names of everything the server creates in its endpoint."""
_LONG_POLL_SECONDS = 5
_IN_FLIGHT_SECONDS = 29
"""As long as a function may take (template.yaml)."""
_KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep an idle connection: whoever closes first may meet a request on its way."""
_DEFAULTS = {
    "ADMIN_USERNAME": "admin",
    # A terminal wants troubles only; CloudWatch is where the rest is read.
    "POWERTOOLS_LOG_LEVEL": "WARNING",
}


class CannotStart(Exception):
    """What the person at the terminal has to know; no trace."""


def run(places: Places) -> int:
    """Serves until TERM or Ctrl-C; returns the exit code.

    Raises:
        CannotStart: the port or the data are taken, MiniStack is missing, AWS_ENDPOINT_URL does not answer, a
            table has another shape, or a schedule is not understood.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with contextlib.ExitStack() as running:
            return _serve(places, running)
    except KeyboardInterrupt:
        return 0  # asked to end before it was ready; everything started has been stopped
    except (MiniStackFailed, resources.ResourceChanged, EndpointConnectionError) as trouble:
        raise CannotStart(str(trouble)) from trouble


def reset(places: Places) -> None:
    """Empties the local data.

    Raises:
        CannotStart: a server is using them.
    """
    if places.data.exists():
        with _only_one(places):
            shutil.rmtree(places.data)


def _serve(places: Places, running: contextlib.ExitStack) -> int:
    listener = running.enter_context(_listen(_port("PORT", 3000)))
    running.enter_context(_only_one(places))
    endpoint_url = os.environ.get("AWS_ENDPOINT_URL")
    ministack = None
    if not endpoint_url:
        port, folder = _port("MINISTACK_PORT", 0), places.data / "ministack"
        ministack = MiniStack(places.ministack_venv, folder, checkpoints=places.checkpoints, port=port)
        running.callback(ministack.stop)
        endpoint_url = ministack.endpoint_url
        for name in REAL_CREDENTIALS:
            os.environ.pop(name, None)
        os.environ.update(ON_MINISTACK, AWS_ENDPOINT_URL=endpoint_url)
    else:
        complete_environment()
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    for name, value in {**_DEFAULTS, "SITE_URL": address}.items():
        os.environ.setdefault(name, value)
    # Import everything while MiniStack starts: the two take about the same time.
    sys.path.insert(0, str(places.layer))
    families = functions.families(places.functions)
    template = load(places.template)
    if ministack:
        ministack.wait_until_ready()
    variables = resources.create(endpoint_url, PREFIX, template)
    os.environ.update(variables)
    _tell(places, {**variables, "AWS_ENDPOINT_URL": endpoint_url, **(ON_MINISTACK if ministack else {})}, running)
    if ministack:
        _give_push_applications(endpoint_url)
    admin = _bootstrap(places)
    try:
        workers = pumps(
            endpoint_url,
            PREFIX,
            template,
            partial(_handler, places),
            places.checkpoints,
            long_poll_seconds=0 if ministack else _LONG_POLL_SECONDS,
        )
    except ValueError as trouble:
        raise CannotStart(str(trouble)) from trouble
    running.callback(workers.stop)
    workers.start()
    _collect_less_often()
    server = _Server(Gateway(families, workers.wake), _welcome(address, endpoint_url, admin, ministack, places))
    if ministack:
        ministack.watch(server.ministack_died)
    asyncio.run(server.serve(sockets=[listener]))
    if ministack and server.died_with is not None:
        print(f"error: MiniStack ended by itself (exit code {server.died_with}), see {ministack.log}", file=sys.stderr)
        return 1
    print("Saving the data and ending.", flush=True)
    return 0


def _tell(places: Places, variables: dict[str, str], running: contextlib.ExitStack) -> None:
    """Says where the resources are, while they are there, to programs that work on the tables (cli/)."""
    places.environment.write_text(json.dumps(variables), encoding="utf-8")
    running.callback(places.environment.unlink, missing_ok=True)


def _collect_less_often() -> None:
    """What is loaded by now stays, and requests leave few cycles: looking for them took a tenth of the CPU time."""
    gc.freeze()
    gc.set_threshold(*ministack_launcher.COLLECT_AFTER)


class _Server(uvicorn.Server):
    """Ends on TERM and Ctrl-C without raising the signal once more afterwards: what follows is ours to order."""

    def __init__(self, app: Gateway, welcome: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=_IN_FLIGHT_SECONDS,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            )
        )
        self._welcome = welcome
        self.died_with: int | None = None
        """MiniStack's exit code, should it end before the server."""

    def ministack_died(self, code: int) -> None:
        """Called from another thread: without it no request can be answered."""
        self.died_with = code
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield
        # From here on only saving is left, and it must not be cut short.
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._welcome, flush=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or int(text) > 65535:
        raise CannotStart(f"{variable} is {text!r}, which is no port")
    return int(text)


def _listen(port: int) -> socket.socket:
    """A socket bound at once, so that a taken port is known before anything else starts."""
    # The protocol is named because asyncio switches Nagle's delay (40 ms an answer) off only where it reads TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as refusal:
        listener.close()
        text = f"port {port} cannot be used ({refusal.strerror}): choose another, as in PORT=3001"
        raise CannotStart(text) from refusal
    return listener


@contextlib.contextmanager
def _only_one(places: Places) -> Iterator[None]:
    """Holds the data against a second server; the system lets go of it whatever way this process ends."""
    places.data.mkdir(parents=True, exist_ok=True)
    with places.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as refusal:
            raise CannotStart(f"another local server is using {places.data}: end it first, with Ctrl-C") from refusal
        yield


def _give_push_applications(endpoint_url: str) -> None:
    """Push services cannot be declared in a template; locally each gets a stand-in, so that push tokens work."""
    sns = client("sns", endpoint_url)
    for variable, platform in (
        ("APNS_APPLICATION_ARN", "APNS"),
        ("APNS_VOIP_APPLICATION_ARN", "APNS_VOIP"),
        ("GCM_APPLICATION_ARN", "GCM"),
    ):
        if not os.environ.get(variable):
            answer = sns.create_platform_application(
                Name=f"{PREFIX}local",
                Platform=platform,
                Attributes={"PlatformCredential": "local", "PlatformPrincipal": "local"},
            )
            os.environ[variable] = answer["PlatformApplicationArn"]


def _bootstrap(places: Places) -> dict[str, Any]:
    """Seeds the workspace as the deployed bootstrap function does; says who the administrator is."""
    event = {"password": os.environ.get("ADMIN_PASS", "")}
    answer: dict[str, Any] = _handler(places, "workers/bootstrap")(event, LambdaContext("bootstrap"))
    return answer


def _handler(places: Places, function: str) -> Handler:
    handler: Handler = functions.load(places.functions / function).handler
    return handler


def _welcome(
    address: str, endpoint_url: str, admin: dict[str, Any], ministack: MiniStack | None, places: Places
) -> str:
    name, generated = admin.get("admin"), admin.get("password")
    if generated:
        account, password = f"{name} / {generated}   (generated, shown this once)", generated
    elif os.environ.get("ADMIN_PASS"):
        account, password = f"{name}, with the password of ADMIN_PASS if it was new", "$ADMIN_PASS"
    else:
        account, password = f"{name}, with the password of its first start", "<password>"
    lines = [
        f"pimentaCHAT serves {address}",
        f"  administrator  {account}",
        f"  data           {places.data}   (make reset empties it)",
        f"  AWS            {endpoint_url}" + (f"   (MiniStack, process {ministack.pid})" if ministack else ""),
        "Try it:",
        f'  curl -s {address}/api/v1/login --data-urlencode "user={name}" --data-urlencode "password={password}"',
        "Ctrl-C ends it.",
    ]
    return "\n".join(lines)
