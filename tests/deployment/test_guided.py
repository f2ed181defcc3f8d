"""`sam deploy --guided`, as somebody does who answers every question with Enter."""

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from deployment import on_ministack, routes, sam, stacks
from local.template import Template

pytestmark = pytest.mark.deployed


@pytest.fixture
def answered(stack: on_ministack.Deployed, tmp_path: Path, project: Path) -> str:
    """What SAM said. The stack has another name than that of the other tests, in the same MiniStack."""
    # What was answered is written down there.
    configuration = shutil.copy(project / "samconfig.toml", tmp_path)
    flags = ["--config-file", configuration, "--template-file", str(stack.template), "--no-progressbar"]
    ended = subprocess.run(
        [sam.executable(), "deploy", "--guided", *flags],
        input="guided\n" + "\n" * 60,
        env={**on_ministack.sam_environment(stack.endpoint_url), "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr
    return ended.stdout


def test_nothing_but_enter_makes_a_workspace(
    answered: str, stack: on_ministack.Deployed, template: Template, project: Path
) -> None:
    assert [name for name in template.parameters if f"Parameter {name} [" not in answered] == []
    made = stacks.find(stack.client, "guided")
    assert "AdminPasswordCommand" in answered
    assert "/guided/admin-password" in made.outputs["AdminPasswordCommand"]
    password = stacks.kept_password(stack.client, "guided")
    api_id = made.outputs["ApiId"]
    routes.register(stack.client("apigatewayv2"), api_id, routes.read(project / "routes.yaml"), made.resources)
    login = {"user": made.outputs["AdminUsername"], "password": password}
    answer = httpx.post(
        f"{stack.endpoint_url}/_aws/execute-api/{api_id}/api/v1/login", json=login, timeout=30
    ).raise_for_status()
    assert answer.json()["data"]["me"]["roles"] == ["admin"]
