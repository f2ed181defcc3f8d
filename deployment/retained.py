"""What outlives a stack, as a template of its own: with it begins a new stack that takes it over (operations.md)."""

from typing import Any

from local.template import Template

_OUTLIVES = "RetainExceptOnCreate"


def template_of(template: Template) -> dict[str, Any]:
    """Plain CloudFormation, as an import wants it: only what is imported, nothing for SAM to transform."""
    kept = {name: made for name, made in template.resources.items() if made.get("DeletionPolicy") == _OUTLIVES}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": kept}
