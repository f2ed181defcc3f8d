"""Prints, as JSON, the routes that `sam local start-api` would serve. Runs in the SAM CLI's own environment."""

import json
import sys

from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider


def main(template: str) -> None:
    stacks, _ = SamLocalStackProvider.get_stacks(template)
    routes = ApiProvider(stacks).routes
    found = [
        {"path": route.path, "methods": sorted(route.methods), "function": route.function_name} for route in routes
    ]
    print(json.dumps(found))


main(sys.argv[1])
