"""The deployed artefact on this machine: `sam build`, `sam deploy` into a MiniStack of its own, routes.

What runs here is what AWS runs: API, functions with their layers, tables, stream and queue, made by CloudFormation
from the template. Only the interpreter and the platform are this machine's. Nothing is kept when it ends.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3

from deployment import environments, parameters, routes, sam, stacks
from local.aws import ON_MINISTACK
from local.ministack import MiniStack
from local.places import places

_ARTEFACTS = "artefacts"
"""The bucket that `samconfig.toml` names for MiniStack."""
_ENVIRONMENT = "ministack"
"""In `samconfig.toml`. Without SnapStart: MiniStack would start every function once for its snapshot, and keep it."""


@dataclass(frozen=True)
class Deployed:
    url: str
    """Address of the API, without a slash at its end."""
    endpoint_url: str
    """Address of MiniStack itself."""
    password: str | None
    """The administrator's first one, while SSM keeps it."""
    stack: stacks.Stack

    template: Path
    """As it was built."""
    project: Path

    def client(self, service: str) -> Any:
        """A boto3 client of MiniStack's service."""
        return client(self.endpoint_url, service)

    def change(self, values: Mapping[str, str]) -> None:
        """Deploys once more, with other values of some parameters.

        Raises:
            SamFailed: it did not work.
        """
        _deploy(self.template, self.endpoint_url, values, self.project, quiet=True)

    def again(self, values: Mapping[str, str]) -> "Deployed":
        """The same project over what is left of its stack, or over what was imported into a new one.

        Raises:
            SamFailed: it did not work.
        """
        self.change(values)
        return _open(self.endpoint_url, self.template, self.project)


@contextmanager
def deployed(
    *,
    port: int = 0,
    environment: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    password: str = "",
    project: Path = sam.PROJECT,
    quiet: bool = False,
) -> Iterator[Deployed]:
    """Builds and deploys the project, and takes everything down at the end.

    Args:
        port: of MiniStack; 0 takes a free one.
        environment: more variables for MiniStack, which the functions inherit: `AUTH=true` makes it hold every
            function to its role's policies.
        values: parameters of the template.
        password: of the administrator; empty lets the deployment make one up.

    Raises:
        MiniStackFailed, SamFailed: what did not work.
    """
    venv = places(root=project).ministack_venv
    template = sam.build(
        "host", project / ".local" / "sam-build", python=venv / "bin" / "python", project=project, quiet=quiet
    )
    with TemporaryDirectory(prefix="pimentachat-") as folder:
        scratch = Path(folder)
        ministack = MiniStack(venv, None, scratch=scratch, port=port, environment=environment or {})
        try:
            ministack.wait_until_ready()
            client(ministack.endpoint_url, "s3").create_bucket(Bucket=_ARTEFACTS)
            if password:
                here = partial(client, ministack.endpoint_url)
                stacks.keep_password(here, environments.find(_ENVIRONMENT, project).stack, password)
            _deploy(template, ministack.endpoint_url, values or {}, project, quiet=quiet)
            yield _open(ministack.endpoint_url, template, project)
        finally:
            ministack.stop()


def _deploy(template: Path, endpoint_url: str, values: Mapping[str, str], project: Path, *, quiet: bool) -> None:
    with TemporaryDirectory(prefix="pimentachat-") as folder:
        environment = environments.find(_ENVIRONMENT, project)
        given = parameters.write({**environment.parameters, **values}, Path(folder) / "parameters.yaml")
        variables = sam_environment(endpoint_url)
        sam.deploy(template, given, variables, configuration=environment.name, project=project, quiet=quiet)


def _open(endpoint_url: str, template: Path, project: Path) -> Deployed:
    here, name = partial(client, endpoint_url), environments.find(_ENVIRONMENT, project).stack
    stack = stacks.find(here, name)
    api_id = stack.outputs["ApiId"]
    routes.register(here("apigatewayv2"), api_id, routes.read(project / "routes.yaml"), stack.resources)
    # The bucket refuses connections that are not encrypted, and MiniStack has no others.
    here("s3").delete_bucket_policy(Bucket=stack.outputs["FilesBucketName"])
    # By path: not every resolver knows names under `localhost`.
    url = f"{endpoint_url}/_aws/execute-api/{api_id}"
    return Deployed(url, endpoint_url, stacks.kept_password(here, name), stack, template, project)


def client(endpoint_url: str, service: str) -> Any:
    """A boto3 client of a MiniStack's service."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=endpoint_url,
        region_name=ON_MINISTACK["AWS_REGION"],
        aws_access_key_id=ON_MINISTACK["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ON_MINISTACK["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=None,
    )


def sam_environment(endpoint_url: str) -> dict[str, str]:
    """For the SAM CLI: nothing of the developer's AWS account, so that nothing can go to the wrong place."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**own, **nowhere, **ON_MINISTACK, "AWS_ENDPOINT_URL": endpoint_url}
