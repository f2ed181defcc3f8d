"""Prints, as JSON, the variables that `sam local invoke` would hand to a function; in the SAM CLI's environment."""

import json
import sys

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider


def main(template: str, variables: str, name: str) -> None:
    stacks, _ = SamLocalStackProvider.get_stacks(template)
    functions = SamFunctionProvider(stacks)
    with open(variables, encoding="utf-8") as file:  # noqa: PTH123
        runner = LocalLambdaRunner(None, functions, ".", ".", env_vars_values=json.load(file))
    print(json.dumps(runner._make_env_vars(functions.get(name)).resolve()))


main(*sys.argv[1:])
