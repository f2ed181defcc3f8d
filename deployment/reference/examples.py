"""Refusals as examples under `components`, each kept once and named after the class that answers so."""

import re
from dataclasses import dataclass, field
from typing import Any

from deployment.reference.contract import Listed
from deployment.reference.shapes import Body, like, templates


@dataclass
class Example:
    name: str
    status: int
    body: Body
    uses: list[tuple[str, str]] = field(default_factory=list)
    """(family, when)"""


class Examples:
    """All are used first and named then: a name that several share is told apart by family and number."""

    def __init__(self) -> None:
        self._classes = [*templates()]
        self._kept: list[Example] = []
        self._names: dict[int, str] = {}

    def use(self, listed: Listed, family: str) -> Example:
        known = next((one for one in self._kept if (one.status, one.body) == (listed.status, listed.body)), None)
        if known is None:
            known = Example(self._class_name(listed), listed.status, listed.body)
            self._kept.append(known)
        known.uses.append((family, listed.when))
        return known

    def name(self) -> None:
        sharing: dict[str, list[Example]] = {}
        for one in self._kept:
            sharing.setdefault(one.name, []).append(one)
        taken: dict[str, Example] = {}
        for name, several in sharing.items():
            for one in several:
                family = one.uses[0][0]
                wanted = f"{name}.{family}" if len(several) > 1 and family else name
                number = sum(1 for other in taken if re.fullmatch(re.escape(wanted) + r"(\.\d+)?", other))
                taken[f"{wanted}.{number + 1}" if number else wanted] = one
        self._names = {id(one): name for name, one in taken.items()}

    def name_of(self, one: Example) -> str:
        return self._names[id(one)]

    def components(self) -> dict[str, Any]:
        found = {}
        for one in self._kept:
            whens = {when for _, when in one.uses if when}
            # What is said of it depends on the endpoint where it is said in several ways.
            said = {"summary": whens.pop()} if len(whens) == 1 else {}
            found[self.name_of(one)] = said | {"value": one.body}
        return dict(sorted(found.items()))

    def _class_name(self, listed: Listed) -> str:
        """Of the refusal that answers so, the one with most of the text; else made of what it says."""
        fitting = [
            (len(re.sub(r"<\w+>", "", str(template))), kind.__name__)
            for kind, template in self._classes
            if kind.status == listed.status and like(template, listed.body)
        ]
        if fitting:
            return max(fitting)[1]
        code, text = listed.body.get("errorType"), str(listed.body.get("error") or listed.body.get("message") or "Bare")
        words = re.findall(r"[A-Za-z]+", code if isinstance(code, str) else text)
        return "".join(word.capitalize() for word in words[:6])
