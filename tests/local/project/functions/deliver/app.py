"""Notes down what it was handed; cannot take a note called `poison`, nor any while the file `broken` is there.

A note called `work` goes on to the queue.
"""

import os
from pathlib import Path

import boto3


def handler(event, context):
    folder = Path(os.environ["LOCAL_DATA"])
    if (folder / "broken").exists():
        raise RuntimeError("the worker is broken")
    with (folder / "delivered").open("a") as delivered:
        for record in event["Records"]:
            sort_key = record["dynamodb"]["NewImage"]["sk"]["S"]
            if sort_key.startswith("poison"):
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
            delivered.write(f"{sort_key}\n")
            if sort_key.startswith("work"):
                sqs = boto3.client("sqs", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
                sqs.send_message(QueueUrl=os.environ["WORK_QUEUE"], MessageBody=sort_key)
    return {"batchItemFailures": []}
