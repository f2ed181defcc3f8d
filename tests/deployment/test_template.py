"""What template.yaml promises: every function is there, reachable, and may do only what it needs."""

import json
import logging
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_lambda_powertools import Logger

from deployment import redrive, retained
from local.template import Template
from pimentachat.store import workspace

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
def test_tables_are_on_demand_recoverable_and_kept(template: Template, name: str) -> None:
    table = template.resources[name]
    properties = table["Properties"]
    assert table["DeletionPolicy"] == "RetainExceptOnCreate"
    assert table["UpdateReplacePolicy"] == "Retain"
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    # DynamoDB encrypts with a key of its own, for nothing; this would name one of KMS, which is paid for.
    assert "SSESpecification" not in properties
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


def test_browsers_may_use_what_was_signed_for_them(template: Template) -> None:
    [rule] = template.resources["FilesBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == ["*"]
    # Downloads, and presigned forms; nobody signs a PUT.
    assert set(rule["AllowedMethods"]) == {"GET", "HEAD", "POST"}
    assert "*" in rule["AllowedHeaders"]


def test_no_policy_names_all_resources_or_all_actions(template: Template) -> None:
    for name, statement in statements(template):
        assert statement["Effect"] == "Allow"
        for action in as_list(statement["Action"]):
            assert "*" not in action, f"{name} allows {action}"
        if set(statement["Action"]) == {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}:
            # X-Ray has no resources that a policy could name.
            continue
        for resource in as_list(statement["Resource"]):
            assert resource != "*", f"{name} names every resource"
            assert template.references(resource), f"{name} names {resource}, nothing of this stack"


def test_roles_have_no_policy_of_aws(template: Template) -> None:
    """Those of SAM (AWSLambdaBasicExecutionRole ...) name every log group, stream and queue of the account."""
    roles = template.of_type("AWS::IAM::Role")
    assert set(roles) == {f"{name}Role" for name in template.of_type("AWS::Serverless::Function")}
    for role in roles.values():
        assert "ManagedPolicyArns" not in role


def test_functions_write_into_one_log_group(template: Template) -> None:
    for name, statement in statements(template):
        if any(action.startswith("logs:") for action in statement["Action"]):
            properties = template.resources[name]["Properties"]
            group = properties.get("LoggingConfig", {}).get("LogGroup", {"Ref": "ApiLogs"})["Ref"]
            assert statement["Resource"] == {"Fn::GetAtt": [group, "Arn"]}, name


def test_nobody_has_rights_to_trace_unless_tracing_is_on(template: Template) -> None:
    for name in template.of_type("AWS::Serverless::Function"):
        [policy] = template.resources[f"{name}Role"]["Properties"]["Policies"]
        rights = policy["PolicyDocument"]["Statement"]
        [tracing] = [one for one in rights if "Traces" in str(one)]
        assert tracing["Fn::If"][0] == "HasTracing"
        assert tracing["Fn::If"][2] == {"Ref": "AWS::NoValue"}


def test_what_outlives_a_stack_can_be_imported_by_itself(template: Template) -> None:
    kept = retained.template_of(template)["Resources"]
    assert set(kept) == TABLES | {"FilesBucket"}
    assert not template.references(kept)


def test_who_finds_lost_files_alone_lists_the_bucket(template: Template) -> None:
    assert {name for name, statement in statements(template) if "s3:ListBucket" in statement["Action"]} == {
        "EffectsFunction"
    }


def test_nobody_scans(template: Template) -> None:
    allowed = {action for _, statement in statements(template) for action in as_list(statement["Action"])}
    assert not allowed & {"dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:DeleteTable", "dynamodb:UpdateTable"}


def test_every_function_has_one_role_with_one_policy(template: Template) -> None:
    """Inline: a role can hold ten managed ones, and nobody sees in one place what a function may do."""
    assert not template.of_type("AWS::IAM::ManagedPolicy")
    for name, properties in template.of_type("AWS::Serverless::Function").items():
        assert properties["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        # SAM would pass over these in silence.
        assert "Policies" not in properties
        [policy] = template.resources[f"{name}Role"]["Properties"]["Policies"]
        assert policy["PolicyDocument"]["Version"] == "2012-10-17"


def test_only_who_administers_it_changes_the_workspace(template: Template) -> None:
    """Others at most count totals, and note what must happen once."""
    keys: dict[str, Any] = {}
    for name, statement in statements(template):
        writes = {action for action in statement["Action"] if action.startswith("dynamodb:")} - READS
        if writes and template.references(statement["Resource"]) == {"WorkspaceTable"}:
            condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
            keys[template.folder_of(name)] = condition.get("dynamodb:LeadingKeys")
    unbound = {folder for folder, leading in keys.items() if leading is None}
    assert unbound <= {"settings", "permissions", "roles", "emoji-custom", "assets", "workers/bootstrap"}
    harmless = {"COUNTER#*", "ONCE#*", "INTEGRATION_CALLS#*", "INTEGRATIONS", "STATISTICS"}
    # A change of integrations raises the version.
    raising = {"integrations", "workers/webhooks", "workers/effects"}
    for folder, leading in keys.items():
        assert set(leading or ()) <= harmless | ({"VERSION"} if folder in raising else set()), folder
    # Settings, permissions and roles lie under another key than what these may write.
    assert workspace.VERSION.pk == "VERSION"
    assert workspace._PK not in harmless | {"VERSION"}


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
    # A room's messages stay in order while a service is away, and what is given up at last can still be redriven.
    assert source["MaximumRetryAttempts"] == -1
    assert source["MaximumRecordAgeInSeconds"] == 20 * 3600
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


def test_a_day_without_housekeeping_is_told_of(template: Template) -> None:
    """Whether the function failed or was never called, its letter rings the alarm of dead letters."""
    function = template.resources["ClockFunction"]["Properties"]
    queue = {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert function["DeadLetterQueue"] == {"Type": "SQS", "TargetArn": queue}
    (event,) = function["Events"].values()
    assert event["Properties"]["DeadLetterConfig"] == {"Arn": queue}
    assert json.loads(event["Properties"]["Input"]) == redrive.HOUSEKEEPING
    assert {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": queue} in template.statements("ClockFunction")


def test_what_becomes_of_mails_reaches_the_effects_queue_and_nothing_else_does(template: Template) -> None:
    destination = template.resources["MailEvents"]["Properties"]["EventDestination"]
    assert destination["MatchingEventTypes"] == ["bounce", "complaint"]
    assert template.references(destination["SnsDestination"]) == {"MailTopic"}
    subscription = template.resources["MailSubscription"]["Properties"]
    # The effects worker reads the event itself, not an envelope of SNS.
    assert (subscription["Protocol"], subscription["RawMessageDelivery"]) == ("sqs", True)
    for name, sender, source in (
        ("MailTopicPolicy", "ses.amazonaws.com", "MailConfigurationSet"),
        ("MailQueuePolicy", "sns.amazonaws.com", "MailTopic"),
    ):
        [statement] = template.resources[name]["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": sender}
        [only] = [value for kind in statement["Condition"].values() for key, value in kind.items() if "Arn" in key]
        assert source in template.references(only)


def test_without_a_mail_identity_nothing_of_mails_is_there(template: Template) -> None:
    named = {name: made for name, made in template.resources.items() if name.startswith("Mail")}
    assert len(named) == 6
    assert {made["Condition"] for made in named.values()} == {"HasMail"}


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


def test_the_log_level_is_where_lambda_reads_it(template: Template, project: Path) -> None:
    """With JSON lines Lambda filters by its own setting; Powertools follows it, and WARNING is WARN there."""
    text = (project / "template.yaml").read_text(encoding="utf-8")
    settings = template.function_defaults["LoggingConfig"]
    assert settings["LogFormat"] == "JSON"
    assert settings["ApplicationLogLevel"] == {"Ref": "LogLevel"}
    assert settings["SystemLogLevel"] == "WARN"
    assert "POWERTOOLS_LOG_LEVEL" not in text
    assert template.parameters["LogLevel"]["AllowedValues"] == ["DEBUG", "INFO", "WARN", "ERROR"]
    for properties in template.of_type("AWS::Serverless::Function").values():
        assert set(properties.get("LoggingConfig", {})) <= {"LogGroup"}, "it would replace the level"


@pytest.mark.parametrize("set_in_the_environment", ["", "DEBUG"])
def test_powertools_follows_lambdas_level(
    template: Template, monkeypatch: pytest.MonkeyPatch, set_in_the_environment: str
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", set_in_the_environment)
    for level in template.parameters["LogLevel"]["AllowedValues"]:
        # As Lambda tells its functions.
        monkeypatch.setenv("AWS_LAMBDA_LOG_LEVEL", level)
        with warnings.catch_warnings(action="ignore"):
            logger = Logger(service=f"{level} {set_in_the_environment}")
        assert logging.getLevelName(logger.log_level) == {"WARN": "WARNING"}.get(level, level)


def test_what_costs_is_off_unless_it_is_asked_for(template: Template) -> None:
    defaults = {name: parameter["Default"] for name, parameter in template.parameters.items()}
    assert (defaults["Tracing"], defaults["SnapStart"]) == ("PassThrough", "None")
    assert defaults["GradualDeployment"] == "AllAtOnce"
    assert template.function_defaults["Tracing"] == {"Ref": "Tracing"}


def test_the_alarms_are_free(template: Template) -> None:
    """Ten metrics of alarms are, in each account."""
    assert len(template.of_type("AWS::CloudWatch::Alarm")) <= 10


@pytest.fixture
def widgets(template: Template) -> list[dict[str, Any]]:
    """Those of the dashboard, with every name filled in."""

    text, names = template.resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    known = {name: f"the-{name}" for name in re.findall(r"\$\{([^}]+)\}", text)}
    assert {name.partition(".")[0] for name in known} <= {*template.resources, *names, "AWS::Region", "AWS::StackName"}
    filled = template.resolve({"Fn::Sub": text}, known)
    found: list[dict[str, Any]] = json.loads(filled)["widgets"]
    return found


def test_the_dashboard_shows_what_an_operator_asks(widgets: list[dict[str, Any]]) -> None:
    titles = [widget["properties"]["title"] for widget in widgets]
    for subject in ("Posts", "Pushes", "Refusals", "Failures", "Latency of DynamoDB"):
        assert any(subject in title for title in titles), subject


def test_the_dashboard_does_not_overlap(widgets: list[dict[str, Any]]) -> None:
    places = [
        (column, row)
        for widget in widgets
        for column in range(widget["x"], widget["x"] + widget["width"])
        for row in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(set(places)) == len(places)
    assert max(column for column, _ in places) < 24


def test_the_dashboard_knows_the_routes_of_posts(widgets: list[dict[str, Any]], project: Path) -> None:
    query = next(widget["properties"]["query"] for widget in widgets if "Posts" in widget["properties"]["title"])
    routes = re.findall(r"'POST (/[^']+)'", query)
    paths = yaml.safe_load((project / "routes.yaml").read_text(encoding="utf-8"))["paths"]
    assert len(routes) >= 3
    for route in routes:
        assert "post" in paths[route]


def test_the_dashboard_reads_what_the_access_log_writes(widgets: list[dict[str, Any]], template: Template) -> None:
    written = set(json.loads(template.resources["Api"]["Properties"]["AccessLogSettings"]["Format"]))
    queries = [widget["properties"]["query"] for widget in widgets if widget["type"] == "log"]
    assert queries
    for query in queries:
        assert query.startswith("SOURCE 'the-AccessLogs' ")
        assert {"route", "status"} <= written & set(re.findall(r"[a-z]+", query))


def test_the_dashboard_shows_no_metric_that_is_paid_for(widgets: list[dict[str, Any]], template: Template) -> None:
    """AWS counts its own; of ours there is the one of the alarm."""
    shown = [
        metric[:4]
        for widget in widgets
        for metric in widget["properties"].get("metrics", ())
        if isinstance(metric[0], str) and not metric[0].startswith("AWS/")
    ]
    alarm = template.resources["InternalErrorsAlarm"]["Properties"]
    [dimension] = alarm["Dimensions"]
    namespace = alarm["Namespace"]["Fn::Sub"].replace("${AWS::StackName}", "the-AWS::StackName")
    assert shown == [[namespace, alarm["MetricName"], dimension["Name"], dimension["Value"]]]
