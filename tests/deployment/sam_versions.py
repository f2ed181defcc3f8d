"""Prints, as JSON, what SAM makes anew when a layer's content changes. Runs in the SAM CLI's own environment."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


def resources(path: Path, layer: str, content: str) -> set[str]:
    """Logical ids after SAM's transform, with every artefact uploaded and `content` in one layer."""
    template: dict[str, Any] = yaml_parse(path.read_text(encoding="utf-8"))
    del template["Resources"]["Api"]["Properties"]["DefinitionBody"]
    for name, resource in template["Resources"].items():
        for key in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            resource["Properties"][key] = f"s3://artefacts/{name}{content if name == layer else ''}"
    values = {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}
    no_policies = SimpleNamespace(load=dict)
    return set(transform(template, values, no_policies)["Resources"])


def main(path: Path, layer: str) -> None:
    print(json.dumps(sorted(resources(path, layer, "-changed") - resources(path, layer, ""))))


main(Path(sys.argv[1]), sys.argv[2])
