"""What template.yaml promises: every function is there, reachable, and may do only what it needs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.template import Template

TABLES = {"AccountsTable", "RoomsTable", "MessagesTable", "WorkspaceTable"}
WORKERS = {"workers/settle", "workers/effects", "workers/webhooks", "workers/clock", "workers/bootstrap"}


def functions(template: Template) -> dict[str, dict[str, Any]]:
    """Folder -> properties of its function."""
    found = template.of_type("AWS::Serverless::Function")
    return {properties["CodeUri"].removeprefix("functions/").rstrip("/"): properties for properties in found.values()}


def logical_id(folder: str) -> str:
    """`video-conference` is VideoConferenceFunction."""
    words = folder.removeprefix("workers/").split("-")
    return "".join(word.capitalize() for word in words) + "Function"


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in template.of_type("AWS::Serverless::Function"):
        for statement in template.statements(name):
            yield name, statement


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_function_folder_is_deployed_and_every_function_has_a_folder(template: Template, project: Path) -> None:
    functions_folder = project / "functions"
    paths = [*functions_folder.glob("*/app.py"), *functions_folder.glob("workers/*/app.py")]
    folders = {path.parent.relative_to(functions_folder).as_posix() for path in paths}
    assert folders == set(functions(template))


def test_functions_are_named_after_their_folder(template: Template) -> None:
    for name, properties in template.of_type("AWS::Serverless::Function").items():
        folder = properties["CodeUri"].removeprefix("functions/").rstrip("/")
        assert name == logical_id(folder)
        assert properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == folder.removeprefix("workers/")


def test_the_api_may_call_each_of_its_functions_by_one_permission_for_all_routes(template: Template) -> None:
    permissions = template.of_type("AWS::Lambda::Permission").values()
    allowed = [permission["FunctionName"]["Ref"] for permission in permissions]
    assert sorted(allowed) == sorted(f"{logical_id(name)}.Alias" for name in functions(template).keys() - WORKERS)
    for permission in permissions:
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert permission["SourceArn"]["Fn::Sub"].endswith(":${Api}/*")


def test_no_function_outlives_the_patience_of_the_http_api(template: Template) -> None:
    for name, properties in functions(template).items():
        if name not in WORKERS:
            assert properties.get("Timeout", 0) <= 29


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_are_on_demand_recoverable_encrypted_and_kept(template: Template, name: str) -> None:
    table = template.resources[name]
    properties = table["Properties"]
    assert table["DeletionPolicy"] == "RetainExceptOnCreate"
    assert table["UpdateReplacePolicy"] == "Retain"
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert properties["SSESpecification"]["SSEEnabled"]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert [key["AttributeName"] for key in properties["KeySchema"]] == ["pk", "sk"]


def test_these_are_all_tables(template: Template) -> None:
    assert set(template.of_type("AWS::DynamoDB::Table")) == TABLES


def test_accounts_and_rooms_list_by_one_index_of_keys(template: Template) -> None:
    indexes = {
        name: [
            (index["IndexName"], [key["AttributeName"] for key in index["KeySchema"]], index["Projection"])
            for index in properties.get("GlobalSecondaryIndexes", ())
        ]
        for name, properties in template.of_type("AWS::DynamoDB::Table").items()
    }
    listing = [("listing", ["list_pk", "list_sk"], {"ProjectionType": "KEYS_ONLY"})]
    assert indexes == {"AccountsTable": listing, "RoomsTable": listing, "MessagesTable": [], "WorkspaceTable": []}


def test_the_bucket_is_private_encrypted_and_kept(template: Template) -> None:
    bucket = template.resources["FilesBucket"]
    assert bucket["DeletionPolicy"] == "RetainExceptOnCreate"
    assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
    assert bucket["Properties"]["BucketEncryption"]
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)


def test_no_policy_names_all_resources_or_all_actions(template: Template) -> None:
    for name, statement in statements(template):
        assert statement["Effect"] == "Allow"
        for action in as_list(statement["Action"]):
            assert "*" not in action, f"{name} allows {action}"
        for resource in as_list(statement["Resource"]):
            assert resource != "*", f"{name} names every resource"
            assert template.references(resource), f"{name} names {resource}, nothing of this stack"


def test_nobody_scans(template: Template) -> None:
    allowed = {action for _, statement in statements(template) for action in as_list(statement["Action"])}
    assert not allowed & {"dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:DeleteTable", "dynamodb:UpdateTable"}


def test_every_function_has_one_policy_of_its_own(template: Template) -> None:
    """Inline: a role can hold ten managed ones, and nobody sees in one place what a function may do."""
    assert not template.of_type("AWS::IAM::ManagedPolicy")
    for properties in functions(template).values():
        [policy] = properties["Policies"]
        assert policy["Version"] == "2012-10-17"


def test_only_settings_permissions_and_bootstrap_change_the_workspace(template: Template) -> None:
    """Others at most count totals, and note what must happen once."""
    keys: dict[str, Any] = {}
    for name, statement in statements(template):
        writes = {action for action in statement["Action"] if action.startswith("dynamodb:")} - READS
        if writes and template.references(statement["Resource"]) == {"WorkspaceTable"}:
            condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
            keys[template.folder_of(name)] = condition.get("dynamodb:LeadingKeys")
    unbound = {folder for folder, leading in keys.items() if leading is None}
    assert unbound <= {"settings", "permissions", "roles", "workers/bootstrap"}
    harmless = {"COUNTER#*", "ONCE#*", "RATE#*", "INTEGRATION_CALLS#*", "INTEGRATIONS"}
    # A change of integrations raises the version, which lies beside the settings.
    raising = {"integrations", "workers/webhooks", "workers/effects"}
    for folder, leading in keys.items():
        assert set(leading or ()) <= harmless | ({"WORKSPACE"} if folder in raising else set()), folder


READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}


def test_messages_reach_the_settle_function_in_order_and_none_is_lost(template: Template) -> None:
    (event,) = template.resources["SettleFunction"]["Properties"]["Events"].values()
    source = event["Properties"]
    assert source["Stream"] == {"Fn::GetAtt": ["MessagesTable", "StreamArn"]}
    assert source["StartingPosition"] == "TRIM_HORIZON"
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BisectBatchOnFunctionError"]
    # A room's watermark stands on the order of its records.
    assert source["ParallelizationFactor"] == 1
    assert 0 < source["MaximumRetryAttempts"] <= 100
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}


def test_the_stream_has_one_reader(template: Template) -> None:
    readers = [
        name
        for name, properties in template.of_type("AWS::Serverless::Function").items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "DynamoDB"
    ]
    assert readers == ["SettleFunction"]


def test_effects_that_fail_are_put_aside_and_told_of(template: Template) -> None:
    queue = template.resources["EffectsQueue"]["Properties"]
    function = template.resources["EffectsFunction"]["Properties"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    (event,) = function["Events"].values()
    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    alarm = template.resources["DeadLettersAlarm"]["Properties"]
    assert template.references(alarm["Dimensions"]) == {"DeadLetterQueue"}


def test_every_output_is_explained(template: Template) -> None:
    assert [name for name, output in template.outputs.items() if not output.get("Description")] == []


def test_every_alarm_tells_the_topic(template: Template) -> None:
    alarms = template.of_type("AWS::CloudWatch::Alarm")
    assert alarms
    for properties in alarms.values():
        assert properties["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_the_handbook_says_what_to_do_at_every_alarm(template: Template, project: Path) -> None:
    handbook = (project / "docs" / "operations.md").read_text(encoding="utf-8")
    assert {name for name in template.of_type("AWS::CloudWatch::Alarm") if f"`{name}`" not in handbook} == set()


def test_every_log_is_dropped_some_day(template: Template) -> None:
    for properties in template.of_type("AWS::Logs::LogGroup").values():
        assert properties["RetentionInDays"] == {"Ref": "LogRetentionDays"}
