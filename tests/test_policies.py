"""Every function may do what it does, and no more: the calls that were seen in this run against the policies it has.

Runs last, and only in a run of all tests (tests/whole_run.py). What a function needs and no test brings about would
show here as too wide.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest

from local.template import Template
from tests.workspace import CALLED, FIRST_PASSWORD

# Needed, but unseen here: fetching a file is done by whoever has the signed address.
UNSEEN = {("files", "s3:GetObject", "FilesBucket")}
# Seen, but not needed: of a form that it signs and gives to nobody, the page learns where the bucket is.
IN_VAIN = {("web", "s3:PutObject", "FilesBucket", "")}
# A transaction or a batch needs the right for each of its parts.
_READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}
_WRITES = {
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
}
_S3 = {
    "s3:DeleteObject",
    "s3:DeleteObjectTagging",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:PutObjectTagging",
}

_SSM = {"ssm:DeleteParameter", "ssm:GetParameter", "ssm:PutParameter"}


def allowed(template: Template) -> dict[str, dict[tuple[str, str], set[str]]]:
    """(action, resource) that each function may do, by the last part of its folder; for each the partitions that it may
    do it to, `*` for all."""
    found: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    for name in template.of_type("AWS::Serverless::Function"):
        function = template.folder_of(name).rpartition("/")[2]
        for statement in template.statements(name):
            # SNS and SES are not looked at here, since their resources are parameters, nor X-Ray, which has none.
            if not any(action.startswith(("sns:", "ses:", "xray:")) for action in statement["Action"]):
                resources = statement["Resource"]
                some = resources if isinstance(resources, list) else [resources]
                condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
                for action, each in product(statement["Action"], some):
                    found[function][action, _logical(each)] |= {*condition.get("dynamodb:LeadingKeys", ["*"])}
    return found


def fits(partition: str, patterns: Iterable[str]) -> bool:
    """As far as the kind of a partition tells: `HOLDERS#` fits `HOLDERS#bot`."""
    return any(
        pattern in {"*", partition} or not partition or (partition.endswith("#") and pattern.startswith(partition))
        for pattern in patterns
    )


def _logical(resource: Any) -> str:
    if "Fn::GetAtt" in resource:
        name = resource["Fn::GetAtt"]
        return str(name[0] if isinstance(name, list) else name.split(".")[0])
    if resource["Fn::Sub"].endswith("/admin-password"):
        return FIRST_PASSWORD
    return str(resource["Fn::Sub"]).split("{")[1].split(".")[0]


@pytest.mark.usefixtures("whole_run")
def test_functions_may_do_what_they_do(project_template: Template) -> None:
    rights = allowed(project_template)
    missing = sorted(
        f"{family}: {action} on {resource} {partition}"
        for family, action, resource, partition in CALLED - IN_VAIN
        if not fits(partition, rights[family].get((action, resource), ()))
    )
    assert not missing, "functions lack rights:\n" + "\n".join(missing)
    needed = defaultdict(set)
    for family, action, resource in {called[:3] for called in CALLED - IN_VAIN} | UNSEEN:
        needed[family].add((kind_of(action), resource))
    idle = sorted(
        f"{family}: {action} on {resource}"
        for family, pairs in rights.items()
        if family in {called[0] for called in CALLED}
        for action, resource in pairs
        if action in _READS | _WRITES | _S3 | _SSM
        and not {(kind_of(action), resource), ("write", resource)} & needed[family]
    )
    assert not idle, "functions have rights that nothing needs:\n" + "\n".join(idle)


def kind_of(action: str) -> str:
    """Policies grant reading a table, or reading and writing it, and files and secrets as such."""
    if action in _READS:
        return "read"
    if action in _SSM:
        return action
    return "write" if action in _WRITES else "file"
