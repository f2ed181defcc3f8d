"""Reads `template.yaml`: a YAML loader that knows CloudFormation's tags, and the functions that name resources."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.places import REPOSITORY

_BASE: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """A safe loader of its own, so that the tags below do not leak into yaml's."""


def _intrinsic(loader: Any, tag: str, node: yaml.Node) -> dict[str, Any]:
    """`!Sub x` as `{"Fn::Sub": x}`: the long form, so that both spellings read the same afterwards."""
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _intrinsic)


class Unresolved(Exception):
    """An expression names something that does not exist locally, such as the HTTP API or another function."""


class Template:
    """One parsed template. Sections are plain dicts in the long form of every intrinsic function."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.resources: Mapping[str, Any] = document.get("Resources", {})
        self.outputs: Mapping[str, Any] = document.get("Outputs", {})
        self.parameters: Mapping[str, Any] = document.get("Parameters", {})
        self.function_defaults: Mapping[str, Any] = document.get("Globals", {}).get("Function", {})
        self._conditions: Mapping[str, Any] = document.get("Conditions", {})
        self._mappings: Mapping[str, Any] = document.get("Mappings", {})

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Logical id -> properties of every resource of this type, unless its condition does not hold by default."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.resources.items()
            if resource["Type"] == resource_type and self._wanted(resource)
        }

    def function_of(self, folder: str) -> str:
        """The logical id of the function whose code is `functions/<folder>/`: `chat`, `workers/settle`.

        Raises:
            KeyError: there is none.
        """
        return self._functions()[folder]

    def folder_of(self, logical_id: str) -> str:
        """The folder below `functions/` of a function's code."""
        return next(folder for folder, name in self._functions().items() if name == logical_id)

    def _functions(self) -> dict[str, str]:
        functions = self.of_type("AWS::Serverless::Function")
        return {
            str(properties["CodeUri"]).removeprefix("functions/").rstrip("/"): name
            for name, properties in functions.items()
        }

    def statements(self, logical_id: str) -> list[dict[str, Any]]:
        """The statements of the policy of a function's own role, with every action spelled out; those that hang on a
        condition as if it held."""
        role = self.resources[self.resources[logical_id]["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
        found = [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]
        return [self._spelled(statement["Fn::If"][1] if "Fn::If" in statement else statement) for statement in found]

    def _spelled(self, statement: dict[str, Any]) -> dict[str, Any]:
        action = statement["Action"]
        if isinstance(action, dict):
            name, *keys = action["Fn::FindInMap"]
            action = self._mappings[name]
            for key in keys:
                action = action[key]
        return {**statement, "Action": [action] if isinstance(action, str) else list(action)}

    def environment(self) -> dict[str, Any]:
        """Variable -> unresolved expression, over all functions: the globals' first, then each function's own."""
        variables: dict[str, Any] = dict(_variables(self.function_defaults))
        for properties in self.of_type("AWS::Serverless::Function").values():
            for name, expression in _variables(properties).items():
                variables.setdefault(name, expression)
        return variables

    def resolve(self, expression: Any, known: Mapping[str, Any]) -> Any:
        """The value of an expression.

        `known` says what references are worth: `"Name"` for `Ref`, `"Name.Attribute"` for `GetAtt`, and the pseudo
        parameters (`AWS::Region` ...). Parameters are worth their default when `known` does not say.

        Raises:
            Unresolved: it names something that `known` does not.
        """
        if isinstance(expression, list):
            return [self.resolve(part, known) for part in expression]
        if not isinstance(expression, dict):
            return expression
        if len(expression) == 1:
            (function, argument), *_ = expression.items()
            if function == "Ref":
                return self._reference(argument, known)
            if function == "Fn::GetAtt":
                return self._reference(".".join(argument), known)
            if function == "Fn::Sub":
                return self._substitute(argument, known)
            if function == "Fn::Join":
                separator, parts = argument
                return str(separator).join(str(part) for part in self.resolve(parts, known))
            if function == "Fn::If":
                condition, yes, no = argument
                return self.resolve(yes if self._holds(condition, known) else no, known)
            if function.startswith("Fn::"):
                raise Unresolved(function)
        return {key: self.resolve(value, known) for key, value in expression.items()}

    def references(self, expression: Any) -> set[str]:
        """The logical ids and parameters that an expression names, at any depth."""
        if isinstance(expression, list):
            return set().union(*map(self.references, expression)) if expression else set()
        if not isinstance(expression, dict):
            return set()
        found: set[str] = set()
        for key, value in expression.items():
            if key == "Ref":
                found.add(value)
            elif key == "Fn::GetAtt":
                found.add(value[0])
            elif key == "Fn::Sub":
                text = value if isinstance(value, str) else value[0]
                found |= {name.split(".")[0] for name in _PLACEHOLDER.findall(text)}
                found |= self.references(value)
            else:
                found |= self.references(value)
        return found

    def _reference(self, name: str, known: Mapping[str, Any]) -> Any:
        if name in known:
            return known[name]
        if name in self.parameters and "Default" in self.parameters[name]:
            return self.parameters[name]["Default"]
        raise Unresolved(name)

    def _substitute(self, argument: Any, known: Mapping[str, Any]) -> str:
        text, local_names = (argument, {}) if isinstance(argument, str) else argument
        values = {**known, **{name: self.resolve(value, known) for name, value in local_names.items()}}
        return _PLACEHOLDER.sub(lambda match: str(self._reference(match.group(1), values)), text).replace("${!", "${")

    def _wanted(self, resource: Mapping[str, Any]) -> bool:
        return "Condition" not in resource or self._holds(resource["Condition"], {})

    def _holds(self, condition: Any, known: Mapping[str, Any]) -> bool:
        expression = self._conditions.get(condition) if isinstance(condition, str) else condition
        if not isinstance(expression, dict) or len(expression) != 1:
            raise Unresolved(str(condition))
        (function, argument), *_ = expression.items()
        if function == "Condition":
            return self._holds(argument, known)
        if function == "Fn::Equals":
            left, right = (str(self.resolve(side, known)) for side in argument)
            return left == right
        if function == "Fn::Not":
            return not self._holds(argument[0], known)
        if function == "Fn::And":
            return all(self._holds(part, known) for part in argument)
        if function == "Fn::Or":
            return any(self._holds(part, known) for part in argument)
        raise Unresolved(function)


_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")


def _variables(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    variables: Mapping[str, Any] = properties.get("Environment", {}).get("Variables", {})
    return variables


@cache
def load(path: Path = REPOSITORY / "template.yaml") -> Template:
    """The template at `path`, parsed once in the life of the process.

    Raises:
        FileNotFoundError: there is none.
    """
    with path.open(encoding="utf-8") as file:
        return Template(_Loader(file).get_single_data())
