"""Creates what `template.yaml` declares, in any endpoint: tables, buckets, queues and topics. No second definition.

A resource is called `<prefix><LogicalId>` (buckets in lower case): several sets live side by side in one endpoint.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from local.aws import client
from local.template import Template, Unresolved, load

TABLE = "AWS::DynamoDB::Table"
BUCKET = "AWS::S3::Bucket"
QUEUE = "AWS::SQS::Queue"
TOPIC = "AWS::SNS::Topic"
PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::StackName": "local",
    "AWS::URLSuffix": "amazonaws.com",
}


class ResourceChanged(Exception):
    """A table exists whose keys, indexes or stream are not what the template declares now."""


def create(endpoint_url: str, prefix: str = "", template: Template | None = None) -> dict[str, str]:
    """Creates every resource that is missing and leaves the others as they are.

    Returns: the functions' environment variables that name a resource (`ACCOUNTS_TABLE` ...), resolved.

    Raises:
        ResourceChanged: an existing table does not have the declared shape.
    """
    template = template or load()
    known = _create_all(endpoint_url, prefix, template)
    variables: dict[str, str] = {}
    for name, expression in template.environment().items():
        if template.references(expression) & known.logical_ids:
            try:
                variables[name] = str(template.resolve(expression, known.values))
            except Unresolved:
                continue  # it also names something that only a deployment has
    return variables


def delete(endpoint_url: str, prefix: str = "", template: Template | None = None) -> None:
    """Deletes what `create` with the same prefix made; what is already gone is passed over."""
    template = template or load()
    dynamodb, s3 = client("dynamodb", endpoint_url), client("s3", endpoint_url)
    sqs, sns = client("sqs", endpoint_url), client("sns", endpoint_url)
    for logical_id in template.of_type(TABLE):
        _unless_gone(partial(dynamodb.delete_table, TableName=prefix + logical_id))
    for logical_id in template.of_type(BUCKET):
        _unless_gone(partial(_delete_bucket, s3, _bucket_name(prefix, logical_id)))
    for logical_id, properties in template.of_type(QUEUE).items():
        _unless_gone(partial(_delete_queue, sqs, _fifo_name(prefix + logical_id, properties)))
    for logical_id, properties in template.of_type(TOPIC).items():
        # Creating a topic that exists answers its ARN: the only way from a name to an ARN without listing them all.
        topic = _make_topic(endpoint_url, prefix + logical_id, properties)
        sns.delete_topic(TopicArn=topic["TopicArn"])


def empty(endpoint_url: str, prefix: str = "", template: Template | None = None) -> dict[str, str]:
    """Deletes and creates again, quicker than deleting records; streams start anew. Returns what `create` does."""
    delete(endpoint_url, prefix, template)
    return create(endpoint_url, prefix, template)


@dataclass(frozen=True)
class StreamSource:
    """A function that the template hangs on a table's stream, and how failures of it are treated."""

    function: str
    """The path below `functions/`, such as `workers/settle`."""
    stream_arn: str
    batch_size: int
    max_retries: int
    """-1: until it is too old."""
    max_age_seconds: int
    """What failed and is older is given up; -1: never."""
    bisect: bool
    report_failures: bool
    patterns: tuple[Mapping[str, Any], ...]
    """Lambda filter patterns (see `local.event_filters`): what matches none is passed over. Empty: all match."""
    dead_letters: str | None
    """The queue URL for batches given up."""


def stream_sources(endpoint_url: str, prefix: str = "", template: Template | None = None) -> list[StreamSource]:
    """The stream events that the template's functions declare, with the resources that `create` made."""
    template = template or load()
    known = _create_all(endpoint_url, prefix, template)
    return [
        StreamSource(
            function=event.function,
            stream_arn=str(event.declared["Stream"]),
            batch_size=int(event.declared.get("BatchSize", 100)),
            max_retries=int(event.declared.get("MaximumRetryAttempts", -1)),
            max_age_seconds=int(event.declared.get("MaximumRecordAgeInSeconds", -1)),
            bisect=event.declared.get("BisectBatchOnFunctionError") in _TRUE,
            report_failures="ReportBatchItemFailures" in event.declared.get("FunctionResponseTypes", []),
            patterns=_patterns(event.declared),
            dead_letters=known.queue_url(
                event.declared.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
            ),
        )
        for event in _events(template, known, "DynamoDB")
    ]


@dataclass(frozen=True)
class QueueSource:
    """A function that the template hangs on a queue."""

    function: str
    """The path below `functions/`, such as `workers/effects`."""
    queue_url: str
    queue_arn: str
    batch_size: int
    window_seconds: float
    """How long a batch may wait for more messages before it is handed over."""
    report_failures: bool
    patterns: tuple[Mapping[str, Any], ...]
    """As for streams; what matches none is deleted."""
    visibility_seconds: int
    """After this time a message that was not deleted comes again."""


def queue_sources(endpoint_url: str, prefix: str = "", template: Template | None = None) -> list[QueueSource]:
    """The queue events that the template's functions declare, with the resources that `create` made."""
    template = template or load()
    known = _create_all(endpoint_url, prefix, template)
    sqs = client("sqs", endpoint_url)
    found = []
    for event in _events(template, known, "SQS"):
        queue_arn = str(event.declared["Queue"])
        queue_url = str(known.queue_url(queue_arn))
        answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["VisibilityTimeout"])
        found.append(
            QueueSource(
                function=event.function,
                queue_url=queue_url,
                queue_arn=queue_arn,
                batch_size=int(event.declared.get("BatchSize", 10)),
                window_seconds=float(event.declared.get("MaximumBatchingWindowInSeconds", 0)),
                report_failures="ReportBatchItemFailures" in event.declared.get("FunctionResponseTypes", []),
                patterns=_patterns(event.declared),
                visibility_seconds=int(answer["Attributes"]["VisibilityTimeout"]),
            )
        )
    return found


@dataclass(frozen=True)
class ScheduleSource:
    """A function that the template calls at certain times."""

    function: str
    """The path below `functions/`, such as `workers/clock`."""
    name: str
    arn: str
    """Of the EventBridge rule (`Schedule`) or of the Scheduler's schedule (`ScheduleV2`), as if there were one."""
    expression: str
    """`rate(...)` or `cron(...)`."""
    zone: str
    """The time zone that `cron` means."""
    input: dict[str, Any] | None
    """The event instead of the usual one."""
    max_retries: int
    dead_letters: str | None
    """The queue URL for events given up, which the function declares."""


def schedules(endpoint_url: str, prefix: str = "", template: Template | None = None) -> list[ScheduleSource]:
    """The enabled schedules that the template's functions declare, of both kinds."""
    template = template or load()
    known = _create_all(endpoint_url, prefix, template)
    region, account = known.values["AWS::Region"], known.values["AWS::AccountId"]
    found = []
    for kind, service, resource in (("Schedule", "events", "rule"), ("ScheduleV2", "scheduler", "schedule/default")):
        for event in _events(template, known, kind):
            if event.declared.get("State", "ENABLED") != "ENABLED":
                continue
            name = str(event.declared.get("Name") or f"{prefix}{event.name}")
            text = event.declared.get("Input")
            found.append(
                ScheduleSource(
                    function=event.function,
                    name=name,
                    arn=f"arn:aws:{service}:{region}:{account}:{resource}/{name}",
                    expression=str(event.declared["Schedule" if kind == "Schedule" else "ScheduleExpression"]),
                    zone=str(event.declared.get("ScheduleExpressionTimezone", "UTC")),
                    input=None if text is None else json.loads(text),
                    max_retries=int(event.of_function.get("EventInvokeConfig", {}).get("MaximumRetryAttempts", 2)),
                    dead_letters=known.queue_url(event.of_function.get("DeadLetterQueue", {}).get("TargetArn")),
                )
            )
    return found


_TRUE = (True, "true", "True")


@dataclass(frozen=True)
class _Event:
    """An event of a function, resolved."""

    name: str
    function: str
    declared: Mapping[str, Any]
    of_function: Mapping[str, Any]


def _events(template: Template, known: "_Known", kind: str) -> list[_Event]:
    found = []
    for logical_id, properties in template.of_type("AWS::Serverless::Function").items():
        for name, event in properties.get("Events", {}).items():
            if event["Type"] != kind:
                continue
            declared = template.resolve(event["Properties"], known.values)
            if declared.get("Enabled", True) not in _TRUE:
                continue
            of_function = _properties("EventInvokeConfig", "DeadLetterQueue")(properties)
            found.append(
                _Event(
                    name=f"{logical_id}{name}",
                    function=str(properties["CodeUri"]).strip("/").removeprefix("./").removeprefix("functions/"),
                    declared=declared,
                    of_function=template.resolve(of_function, known.values),
                )
            )
    return found


def _patterns(declared: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(json.loads(one["Pattern"]) for one in declared.get("FilterCriteria", {}).get("Filters", []))


@dataclass(frozen=True)
class _Known:
    values: dict[str, Any]
    logical_ids: frozenset[str]
    queue_urls: Mapping[str, str]

    def queue_url(self, arn: str | None) -> str | None:
        return None if arn is None else self.queue_urls[arn]


def _create_all(endpoint_url: str, prefix: str, template: Template) -> _Known:
    """Makes sure everything exists; answers what `Ref` and `GetAtt` of each is worth."""
    values: dict[str, Any] = {**PSEUDO, "AWS::Region": client("dynamodb", endpoint_url).meta.region_name}
    logical_ids: set[str] = set()
    makers: tuple[tuple[str, Callable[[str, str, dict[str, Any]], dict[str, str]]], ...] = (
        (TABLE, _make_table),
        (BUCKET, _make_bucket),
        (QUEUE, _make_queue),
        (TOPIC, _make_topic),
    )
    # A queue may name another as its dead-letter queue, whatever their order in the file.
    for resource_type, make in makers:
        waiting = list(template.of_type(resource_type).items())
        while waiting:
            postponed = []
            for logical_id, properties in waiting:
                name = _bucket_name(prefix, logical_id) if resource_type == BUCKET else prefix + logical_id
                try:
                    shape = template.resolve(_SHAPES[resource_type](properties), values)
                except Unresolved:
                    postponed.append((logical_id, properties))
                    continue
                for attribute, value in make(endpoint_url, name, shape).items():
                    values[f"{logical_id}.{attribute}" if attribute else logical_id] = value
                logical_ids.add(logical_id)
            if len(postponed) == len(waiting):
                raise Unresolved(f"{resource_type}: {', '.join(name for name, _ in postponed)}")
            waiting = postponed
    queue_urls = {values[f"{logical_id}.Arn"]: values[logical_id] for logical_id in template.of_type(QUEUE)}
    return _Known(values, frozenset(logical_ids), queue_urls)


def _properties(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda properties: {name: properties[name] for name in names if name in properties}


# Only these are looked at; encryption, point-in-time recovery, tags, policies and life cycles mean nothing locally.
_SHAPES = {
    TABLE: _properties(
        "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "StreamSpecification", "TimeToLiveSpecification"
    ),
    BUCKET: _properties("CorsConfiguration"),
    QUEUE: _properties(
        "FifoQueue",
        "ContentBasedDeduplication",
        "VisibilityTimeout",
        "MessageRetentionPeriod",
        "RedrivePolicy",
        "DelaySeconds",
    ),
    TOPIC: _properties("FifoTopic"),
}


def _make_table(endpoint_url: str, name: str, shape: dict[str, Any]) -> dict[str, str]:
    dynamodb = client("dynamodb", endpoint_url)
    declaration: dict[str, Any] = {
        "TableName": name,
        "KeySchema": shape["KeySchema"],
        "AttributeDefinitions": shape["AttributeDefinitions"],
        "BillingMode": "PAY_PER_REQUEST",
    }
    indexes = [
        _properties("IndexName", "KeySchema", "Projection")(one) for one in shape.get("GlobalSecondaryIndexes", [])
    ]
    if indexes:
        declaration["GlobalSecondaryIndexes"] = indexes
    if "StreamSpecification" in shape:
        declaration["StreamSpecification"] = {"StreamEnabled": True, **shape["StreamSpecification"]}
    try:
        table = dynamodb.create_table(**declaration)["TableDescription"]
    except dynamodb.exceptions.ResourceInUseException:
        table = dynamodb.describe_table(TableName=name)["Table"]
        _same_shape(declaration, table)
    else:
        if table["TableStatus"] != "ACTIVE":
            dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        expiry = shape.get("TimeToLiveSpecification")
        if expiry:
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, **expiry})
    attributes = {"": name, "Arn": table["TableArn"]}
    if "LatestStreamArn" in table:
        attributes["StreamArn"] = table["LatestStreamArn"]
    return attributes


def _same_shape(declaration: dict[str, Any], table: dict[str, Any]) -> None:
    def shape(of: dict[str, Any]) -> Any:
        indexes = {
            one["IndexName"]: (_keys(one["KeySchema"]), one["Projection"]["ProjectionType"])
            for one in of.get("GlobalSecondaryIndexes", [])
        }
        return _keys(of["KeySchema"]), indexes, of.get("StreamSpecification", {}).get("StreamViewType")

    if shape(declaration) != shape(table):
        raise ResourceChanged(
            f"table {declaration['TableName']} was made by another version of template.yaml: try `make reset`"
        )


def _keys(schema: list[dict[str, str]]) -> dict[str, str]:
    return {key["KeyType"]: key["AttributeName"] for key in schema}


def _make_bucket(endpoint_url: str, name: str, shape: dict[str, Any]) -> dict[str, str]:
    s3 = client("s3", endpoint_url)
    region = s3.meta.region_name
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.create_bucket(Bucket=name, **place)
    except (s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.head_bucket(Bucket=name)  # refuses when it is somebody else's
    rules = shape.get("CorsConfiguration", {}).get("CorsRules")
    if rules:
        # CloudFormation and S3 name the same fields differently.
        names = {"Id": "ID", "MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders"}
        translated = [{names.get(key, key): value for key, value in rule.items()} for rule in rules]
        s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": translated})
    return {"": name, "Arn": f"arn:aws:s3:::{name}"}


def _make_queue(endpoint_url: str, name: str, shape: dict[str, Any]) -> dict[str, str]:
    sqs = client("sqs", endpoint_url)
    attributes = {
        key: json.dumps(value) if isinstance(value, dict | list | bool) else str(value) for key, value in shape.items()
    }
    name = _fifo_name(name, shape)
    try:
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    except sqs.exceptions.QueueNameExists:  # with other attributes: those that the template has now are taken over
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        fixed = {"FifoQueue"}
        changeable = {key: value for key, value in attributes.items() if key not in fixed}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=changeable)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return {"": url, "QueueUrl": url, "QueueName": name, "Arn": arn}


def _make_topic(endpoint_url: str, name: str, shape: dict[str, Any]) -> dict[str, str]:
    attributes = {"FifoTopic": "true"} if shape.get("FifoTopic") else {}
    name = _fifo_name(name, shape)
    arn = client("sns", endpoint_url).create_topic(Name=name, Attributes=attributes)["TopicArn"]
    return {"": arn, "TopicArn": arn, "TopicName": name}


def _bucket_name(prefix: str, logical_id: str) -> str:
    return f"{prefix}{logical_id}".lower().replace("_", "-")


def _fifo_name(name: str, properties: Mapping[str, Any]) -> str:
    return f"{name}.fifo" if properties.get("FifoQueue") or properties.get("FifoTopic") else name


def _delete_queue(sqs: Any, name: str) -> None:
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"])


def _delete_bucket(s3: Any, name: str) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=name, Delete={"Objects": keys, "Quiet": True})
    s3.delete_bucket(Bucket=name)


_GONE = {
    "ResourceNotFoundException",
    "NoSuchBucket",
    "404",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
}


def _unless_gone(action: Callable[[], object]) -> None:
    try:
        action()
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] not in _GONE:
            raise
