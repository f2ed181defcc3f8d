"""`python -m deployment openapi | build | docs | containers | aws | local | redrive | retained`."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from deployment import containers, environments, on_ministack, parameters, redrive, retained, sam, site, stacks
from local.aws import ON_MINISTACK
from local.ministack import MiniStackFailed
from local.template import load

_KEPT = 3
"""The exit code of a redrive that could not move everything; 2 is argparse's."""
_BUILT = sam.PROJECT / ".aws-sam" / "build"


def _openapi(_: argparse.Namespace) -> None:
    # Needs the shared layer on the path, which nothing else here does.
    from deployment import openapi

    openapi.write()


def _build(_: argparse.Namespace) -> None:
    sam.build("lambda", _BUILT)


def _containers(options: argparse.Namespace) -> None:
    os.environ.update(ON_MINISTACK)
    template, variables = containers.write(options.endpoint_url, sam.build("lambda", _BUILT), host=options.host)
    where = f"--template {_shown(template)} --env-vars {_shown(variables)}"
    print(f"sam local invoke ChatFunction {where} --event events/chat/post_message.json\nsam local start-api {where}")


def _shown(path: Path) -> Path:
    return path.relative_to(sam.PROJECT)


def _address(text: str) -> str:
    if not text.startswith("http://"):
        example = "http://127.0.0.1:<port>"
        raise argparse.ArgumentTypeError(f'give AWS_ENDPOINT_URL={example}, as `make run` prints it behind "AWS"')
    return text


def _docs(_: argparse.Namespace) -> None:
    print(f"The documentation is in {site.build()}")


def _aws(options: argparse.Namespace) -> None:
    environment = environments.find(options.environment, sam.PROJECT)
    name = options.stack or environment.stack
    _keep_given_password(name)
    template = sam.build("lambda", _BUILT)
    with TemporaryDirectory(prefix="pimentachat-") as folder:
        values = {**environment.parameters, **parameters.from_environment(os.environ)}
        given = parameters.write(values, Path(folder) / "parameters.yaml")
        more = ["--stack-name", name, *(["--no-confirm-changeset"] if options.yes else [])]
        sam.deploy(template, given, os.environ, configuration=environment.name, more=more)
    outputs = stacks.find(_aws_client, name).outputs
    _introduce(outputs, f"its first password, until another one is chosen:\n  {outputs['AdminPasswordCommand']}")


def _keep_given_password(name: str) -> None:
    """That of ADMIN_PASS, for the administrator whom a first deployment makes. No parameter of the template, since
    CloudFormation keeps those."""
    password = os.environ.get("ADMIN_PASS")
    if password and stacks.exists(_aws_client, name):
        print(f"ADMIN_PASS is for the first deployment; the stack {name} has its administrator.", flush=True)
    elif password:
        stacks.keep_password(_aws_client, name, password)


def _aws_client(service: str) -> Any:
    return boto3.client(service)  # type: ignore[call-overload]


def _local(options: argparse.Namespace) -> None:
    values = parameters.from_environment(os.environ)
    with on_ministack.deployed(
        port=options.port, values=values, password=os.environ.get("ADMIN_PASS", ""), environment={"AUTH": "true"}
    ) as deployed:
        _introduce({**deployed.stack.outputs, "Url": deployed.url}, f"password {deployed.password}")
        # Its files have paths from the root, so it needs a host name of its own.
        print(f"The page, in a browser: {deployed.stack.outputs['Url']}/", flush=True)
        print("Ctrl-C ends it; nothing is kept.", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _retained(_: argparse.Namespace) -> None:
    print(json.dumps(retained.template_of(load()), indent=2))


def _redrive(options: argparse.Namespace) -> int:
    endpoint_url = options.endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    client = partial(on_ministack.client, endpoint_url) if endpoint_url else _aws_client
    if endpoint_url and not options.stack:
        found = redrive.local_queues(client)
    else:
        name = options.stack or environments.find(options.environment, sam.PROJECT).stack
        outputs = stacks.find(client, name).outputs
        found = redrive.Queues(outputs["DeadLetterQueueUrl"], outputs["EffectsQueueUrl"])
    outcome = redrive.redrive(client, found, most=options.most, dry_run=options.dry_run)
    if options.dry_run:
        print(f"{outcome.kept} letters lie there")
        return 0
    print(f"{outcome.moved} moved, {outcome.kept} kept")
    return _KEPT if outcome.kept else 0


def _introduce(outputs: Mapping[str, str], password: str) -> None:
    url, username = outputs["Url"], outputs["AdminUsername"]
    print(f"\npimentaCHAT is deployed: {url}\nAdministrator: {username}, {password}", flush=True)
    print(f"Try: curl {url}/api/v1/login -d 'user={username}' -d 'password=...'", flush=True)


def _add_environment(command: argparse.ArgumentParser) -> None:
    command.add_argument("--environment", default=environments.DEFAULT, help="in samconfig.toml (default: %(default)s)")
    command.add_argument("--stack", help="name of the stack, if not the environment's")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deployment", description=__doc__)
    commands = parser.add_subparsers(required=True)
    commands.add_parser("openapi", help="write openapi.yaml").set_defaults(run=_openapi)
    commands.add_parser("build", help="build for Lambda").set_defaults(run=_build)
    commands.add_parser("docs", help="build the documentation site").set_defaults(run=_docs)
    inside = commands.add_parser("containers", help="prepare `sam local` against the services of `make run`")
    inside.add_argument(
        "--endpoint-url", required=True, type=_address, metavar="URL", help="of its MiniStack, as `make run` names it"
    )
    inside.add_argument("--host", default=containers.HOST, help="this machine in a container (default: %(default)s)")
    inside.set_defaults(run=_containers)
    aws = commands.add_parser("aws", help="build, and deploy to AWS")
    _add_environment(aws)
    aws.add_argument("--yes", action="store_true", help="do not ask before changes are made")
    aws.set_defaults(run=_aws)
    local = commands.add_parser("local", help="build, deploy into a MiniStack and stay until Ctrl-C")
    local.add_argument("--port", type=int, default=4566, help="MiniStack's port (default: %(default)s)")
    local.set_defaults(run=_local)
    again = commands.add_parser("redrive", help="send the dead letters to their worker again")
    again.description = "Exit code 0: nothing is left; 1: AWS is out of reach; 3: some letters stay."
    _add_environment(again)
    again.add_argument("--endpoint-url", metavar="URL", help="not AWS but a MiniStack, as `make run` names it")
    again.add_argument("--most", type=int, default=1000, help="letters to move (default: %(default)s)")
    again.add_argument("--dry-run", action="store_true", help="only list them")
    again.set_defaults(run=_redrive)
    kept = commands.add_parser(
        "retained", help="print a template of what outlives a stack, to import it into a new one"
    )
    kept.set_defaults(run=_retained)
    options = parser.parse_args()
    # As Ctrl-C, so that a MiniStack is taken down whatever ends this.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return options.run(options) or 0
    except NoRegionError:
        print("Which region? Set AWS_REGION, or AWS_ENDPOINT_URL to what `make run` names.", file=sys.stderr)
        return 1
    except (
        environments.NoSuchEnvironment,
        sam.SamFailed,
        site.SiteFailed,
        MiniStackFailed,
        BotoCoreError,
        ClientError,
    ) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
