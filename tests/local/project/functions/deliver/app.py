"""Notes down what it was handed; cannot take a note called `poison`, nor any while the file `broken` is there."""

import os
from pathlib import Path


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
    return {"batchItemFailures": []}
