"""`python -m deployment openapi | build | aws | local`, which the targets of the Makefile call."""

import argparse
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deployment import on_ministack, parameters, sam, stacks
from local.ministack import MiniStackFailed

_BUILT = sam.PROJECT / ".aws-sam" / "build"


def _openapi(_: argparse.Namespace) -> None:
    # Needs the shared layer on the path, which nothing else here does.
    from deployment import openapi

    openapi.write()


def _build(_: argparse.Namespace) -> None:
    sam.build("lambda", _BUILT)


def _aws(options: argparse.Namespace) -> None:
    template = sam.build("lambda", _BUILT)
    with TemporaryDirectory(prefix="pimentachat-") as folder:
        given = parameters.write(parameters.from_environment(os.environ), Path(folder) / "parameters.yaml")
        sam.deploy(template, given, os.environ, more=["--stack-name", options.stack])

    def client(service: str) -> Any:
        return boto3.client(service)  # type: ignore[call-overload]

    stack = stacks.find(client, options.stack)
    _introduce(stack.outputs["Url"], stacks.bootstrap(client, stack))


def _local(options: argparse.Namespace) -> None:
    values = parameters.from_environment(os.environ)
    with on_ministack.deployed(port=options.port, values=values, environment={"AUTH": "true"}) as deployed:
        _introduce(deployed.url, deployed.admin)
        print("Ctrl-C ends it; nothing is kept.", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _introduce(url: str, admin: stacks.Admin) -> None:
    password = f"password {admin.password} (shown this once)" if admin.password else "the password it was given"
    print(f"\npimentaCHAT is deployed: {url}\nAdministrator: {admin.username}, {password}", flush=True)
    print(
        f"Try: curl {url}/api/v1/login -d 'user={admin.username}' -d 'password={admin.password or '...'}'", flush=True
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deployment", description=__doc__)
    commands = parser.add_subparsers(required=True)
    commands.add_parser("openapi", help="write openapi.yaml").set_defaults(run=_openapi)
    commands.add_parser("build", help="build for Lambda").set_defaults(run=_build)
    aws = commands.add_parser("aws", help="build, deploy to AWS and bootstrap")
    aws.add_argument("--stack", default=stacks.NAME, help="name of the stack (default: %(default)s)")
    aws.set_defaults(run=_aws)
    local = commands.add_parser("local", help="build, deploy into a MiniStack and stay until Ctrl-C")
    local.add_argument("--port", type=int, default=4566, help="MiniStack's port (default: %(default)s)")
    local.set_defaults(run=_local)
    options = parser.parse_args()
    # As Ctrl-C, so that a MiniStack is taken down whatever ends this.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        options.run(options)
    except (sam.SamFailed, stacks.BootstrapFailed, MiniStackFailed, BotoCoreError, ClientError) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
