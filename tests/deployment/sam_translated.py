"""Prints, as JSON, what SAM's transform makes of a template. Runs in the SAM CLI's own environment.

Arguments: the template, and a JSON object `{"parameters": {name: value}, "changed": a layer with other content}`.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


def translated(path: Path, parameters: dict[str, str], changed: str) -> dict[str, Any]:
    """The template after SAM's transform, with every artefact uploaded."""
    template: dict[str, Any] = yaml_parse(path.read_text(encoding="utf-8"))
    del template["Resources"]["Api"]["Properties"]["DefinitionBody"]
    for name, resource in template["Resources"].items():
        for key in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][key] = f"s3://artefacts/{name}{'-changed' if name == changed else ''}"
    values = {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}
    no_policies = SimpleNamespace(load=dict)
    found: dict[str, Any] = transform(template, values | parameters, no_policies)
    return found


def main(path: Path, options: dict[str, Any]) -> None:
    print(json.dumps(translated(path, options.get("parameters", {}), options.get("changed", ""))))


main(Path(sys.argv[1]), json.loads(sys.argv[2]))
