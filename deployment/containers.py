"""What `sam local` needs to run functions in containers against the services of `make run` instead of AWS."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deployment.sam import PROJECT
from local import resources
from local.aws import ON_MINISTACK
from local.server import PREFIX

HOST = "host.docker.internal"
"""This machine, as Docker Desktop names it inside of containers."""
_VARIABLES = re.compile(r"(?<=^Globals:\n)(?P<before>(?:  .*\n)*?    Environment:\n      Variables:\n)", re.MULTILINE)


def write(endpoint_url: str, built: Path, *, host: str = HOST, project: Path = PROJECT) -> tuple[Path, Path]:
    """Writes a template and a file of variables beside the built template; returns both paths.

    The template is the built one, with variables that SAM would not hand on otherwise: of the file it takes only what
    the template names.

    Args:
        endpoint_url: of the MiniStack of `make run`, whose tables are there or made.
        built: the built template.
        host: what this machine is called inside of a container.
    """
    inside = urlsplit(endpoint_url)._replace(netloc=f"{host}:{urlsplit(endpoint_url).port}").geturl()
    own = {"AWS_ENDPOINT_URL": inside, **ON_MINISTACK}
    names = resources.create(endpoint_url, PREFIX)
    told = {name: value.replace(endpoint_url, inside) for name, value in names.items()}
    template, variables = built.with_name("local.yaml"), built.with_name("local-env.json")
    template.write_text(_with(built.read_text("utf-8"), own), "utf-8")
    variables.write_text(json.dumps({"Parameters": {**told, **own}}, indent=2) + "\n", "utf-8")
    return template, variables


def _with(template: str, variables: Mapping[str, str]) -> str:
    lines = "".join(f"        {name}: {json.dumps(value)}\n" for name, value in variables.items())
    return _VARIABLES.sub(lambda found: found.group("before") + lines, template, count=1)
