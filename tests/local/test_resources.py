"""The resources come from template.yaml and nowhere else."""

import time

import pytest

from local.aws import client
from local.places import REPOSITORY
from local.resources import ResourceChanged, create, delete, empty, queue_sources, schedules, stream_sources
from local.template import Template, load


def test_tables_have_the_keys_indexes_stream_and_expiry_that_the_template_declares(endpoint, variables):
    dynamodb = client("dynamodb", endpoint)
    notes = dynamodb.describe_table(TableName=variables["NOTES_TABLE"])["Table"]
    names = dynamodb.describe_table(TableName=variables["NAMES_TABLE"])["Table"]
    expiry = dynamodb.describe_time_to_live(TableName=variables["NOTES_TABLE"])["TimeToLiveDescription"]
    assert [key["AttributeName"] for key in notes["KeySchema"]] == ["pk", "sk"]
    assert notes["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    (index,) = names["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["Projection"]["ProjectionType"]) == ("listing", "KEYS_ONLY")
    assert "LatestStreamArn" not in names


def test_environment_names_what_was_made_and_nothing_that_only_a_deployment_has(endpoint, variables, prefix):
    assert variables == {
        "NOTES_TABLE": f"{prefix}NotesTable",
        "NAMES_TABLE": f"{prefix}NamesTable",
        "FILES_BUCKET": f"{prefix}filesbucket",
        "FILES_ARN": f"arn:aws:s3:::{prefix}filesbucket/uploads/*",
        "WORK_QUEUE": queue_url(endpoint, f"{prefix}WorkQueue"),
        "NEWS_TOPIC": f"arn:aws:sns:us-east-1:000000000000:{prefix}NewsTopic",
    }


def test_a_queue_may_name_a_later_one_as_its_dead_letter_queue(endpoint, prefix, variables):
    sqs = client("sqs", endpoint)
    url = sqs.get_queue_url(QueueName=f"{prefix}WorkQueue")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
    assert f"{prefix}UndeliveredQueue" in attributes["RedrivePolicy"]


def test_a_condition_that_does_not_hold_leaves_its_resource_out(endpoint, prefix, variables):
    arns = [topic["TopicArn"] for topic in client("sns", endpoint).list_topics()["Topics"]]
    assert any(arn.endswith(f"{prefix}NewsTopic") for arn in arns)
    assert not any(arn.endswith(f"{prefix}AlarmTopic") for arn in arns)


def test_creating_again_keeps_what_is_there(endpoint, prefix, template, variables):
    dynamodb = client("dynamodb", endpoint)
    dynamodb.put_item(TableName=variables["NAMES_TABLE"], Item={"pk": {"S": "alice"}})
    assert create(endpoint, prefix, template) == variables
    assert dynamodb.scan(TableName=variables["NAMES_TABLE"])["Count"] == 1


def test_emptying_removes_records_and_files(endpoint, prefix, template, variables):
    dynamodb, s3 = client("dynamodb", endpoint), client("s3", endpoint)
    dynamodb.put_item(TableName=variables["NAMES_TABLE"], Item={"pk": {"S": "alice"}})
    s3.put_object(Bucket=variables["FILES_BUCKET"], Key="uploads/a", Body=b"a")
    assert empty(endpoint, prefix, template) == variables
    assert dynamodb.scan(TableName=variables["NAMES_TABLE"])["Count"] == 0
    assert "Contents" not in s3.list_objects_v2(Bucket=variables["FILES_BUCKET"])


def test_deleting_passes_over_what_is_gone(endpoint, prefix, template, variables):
    delete(endpoint, prefix, template)
    delete(endpoint, prefix, template)
    assert not [name for name in client("dynamodb", endpoint).list_tables()["TableNames"] if name.startswith(prefix)]


def test_a_table_of_another_shape_is_refused_not_used(endpoint, prefix, template, variables):
    resources = {**template.resources, "NamesTable": template.resources["NotesTable"]}
    with pytest.raises(ResourceChanged, match="NamesTable"):
        create(endpoint, prefix, Template({"Resources": resources}))


def test_stream_source_is_what_the_template_says(endpoint, prefix, template, variables):
    (source,) = stream_sources(endpoint, prefix, template)
    assert (source.function, source.batch_size, source.max_retries) == ("deliver", 10, 2)
    assert source.max_age_seconds == -1
    assert source.bisect
    assert source.report_failures
    assert source.patterns == ({"eventName": ["INSERT", "MODIFY"]},)
    assert f"table/{prefix}NotesTable/stream/" in source.stream_arn
    assert source.dead_letters
    assert source.dead_letters.endswith(f"{prefix}UndeliveredQueue")


def test_a_queue_source_is_what_the_template_says(endpoint, prefix, template, variables):
    (source,) = queue_sources(endpoint, prefix, template)
    assert (source.function, source.batch_size, source.window_seconds) == ("workers/hand_out", 10, 0)
    assert source.report_failures
    assert source.visibility_seconds == 60
    assert source.queue_arn == f"arn:aws:sqs:us-east-1:000000000000:{prefix}WorkQueue"
    assert source.queue_url == variables["WORK_QUEUE"]


def test_schedules_are_what_the_template_says_and_those_switched_off_are_left_out(
    endpoint, prefix, template, variables
):
    often, nightly = schedules(endpoint, prefix, template)
    assert (often.function, often.expression, often.input) == ("workers/clock", "rate(5 minutes)", None)
    assert (often.max_retries, often.dead_letters) == (2, queue_url(endpoint, f"{prefix}UndeliveredQueue"))
    assert (nightly.name, nightly.expression, nightly.zone) == ("nightly", "cron(30 2 * * ? *)", "Europe/Berlin")
    assert nightly.input == {"job": "tidy"}
    assert nightly.arn == "arn:aws:scheduler:us-east-1:000000000000:schedule/default/nightly"


def test_a_queue_takes_over_what_the_template_changed(endpoint, prefix, template, variables):
    changed = {**template.resources["WorkQueue"], "Properties": {"VisibilityTimeout": 90}}
    create(endpoint, prefix, Template({"Resources": {"WorkQueue": changed}}))
    sqs = client("sqs", endpoint)
    answer = sqs.get_queue_attributes(QueueUrl=variables["WORK_QUEUE"], AttributeNames=["VisibilityTimeout"])
    assert answer["Attributes"] == {"VisibilityTimeout": "90"}


def test_fresh_resources_are_quick_enough_for_every_test(endpoint, prefix, template):
    create(endpoint, f"{prefix}warm-", template)
    started = time.perf_counter()
    create(endpoint, prefix, template)
    assert time.perf_counter() - started < 1.0


def test_the_projects_own_template_gives_the_functions_their_tables(endpoint, prefix):
    template = load(REPOSITORY / "template.yaml")
    variables = create(endpoint, prefix, template)
    wanted = {"ACCOUNTS_TABLE", "ROOMS_TABLE", "MESSAGES_TABLE", "WORKSPACE_TABLE", "FILES_BUCKET"}
    assert wanted <= variables.keys()
    assert [source.function for source in stream_sources(endpoint, prefix, template)] == ["workers/settle"]
    assert [source.function for source in queue_sources(endpoint, prefix, template)] == [
        "workers/effects",
        "workers/webhooks",
    ]
    delete(endpoint, prefix, template)


def queue_url(endpoint: str, name: str) -> str:
    return str(client("sqs", endpoint).get_queue_url(QueueName=name)["QueueUrl"])
