"""A change of a layer reaches the functions: each publishes a version, to which its alias moves."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from local.template import Template


@pytest.mark.parametrize("layer", ["DependenciesLayer", "PimentachatLayer"])
def test_a_changed_layer_publishes_a_version_of_every_function(
    layer: str, template: Template, project: Path, sam_python: Path
) -> None:
    ended = subprocess.run(
        [sam_python, Path(__file__).with_name("sam_versions.py"), project / "template.yaml", layer],
        env={**os.environ, "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    renewed = json.loads(ended.stdout)
    for function in template.of_type("AWS::Serverless::Function"):
        assert any(name.startswith(f"{function}Version") for name in renewed)
