"""The table of endpoints in README.md: what each family serves, and what of the contract it does not."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from deployment.reference import contract
from pimentachat.api import Api, Endpoint

BEGIN: Final = "<!-- endpoints: written by make openapi -->"
END: Final = "<!-- /endpoints -->"
_BASE: Final = "/api/v1/"


def written_into(readme: str, apis: Sequence[Api]) -> str:
    """The text of README.md with the table as it is now between its two marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(apis)}\n{END}{after}"


def table(apis: Sequence[Api]) -> str:
    missing = defaultdict(list)
    served = {(endpoint.method, endpoint.path) for api in apis for endpoint in api.routes}
    for method, path in contract.listed():
        if (method, path) not in served:
            missing[_family(path)].append(_called(path))
    rows = [f"| {api.family} | {len(api.routes)} | {_names(api.family, api.routes)} |" for api in apis]
    lines = ["| family | routes | |", "|---|---|---|", *rows]
    known = len(served & {*contract.listed()})
    lines.append(f"| **all** | **{sum(len(api.routes) for api in apis)}** | {known} of them are in the contract |")
    absent = ", ".join(f"`{name}`" for family in sorted(missing) for name in missing[family])
    return "\n".join([*lines, "", f"Not served, though the contract names it: {absent or 'nothing'}."])


def _names(family: str, routes: Sequence[Endpoint]) -> str:
    """Each path once, without the family's name where all begin with it."""
    return ", ".join(f"`{name}`" for name in _shortened(family, dict.fromkeys(_called(each.path) for each in routes)))


def _shortened(family: str, names: dict[str, None]) -> Iterator[str]:
    for name in names:
        yield name.removeprefix(f"{family}.") if name.startswith(f"{family}.") else name


def _called(path: str) -> str:
    return path.removeprefix(_BASE)


def _family(path: str) -> str:
    return re.split(r"[./]", _called(path), maxsplit=1)[0]
