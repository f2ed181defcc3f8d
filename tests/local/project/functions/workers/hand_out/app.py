"""Notes down what the queue held."""

import os
from pathlib import Path


def handler(event, context):
    with (Path(os.environ["LOCAL_DATA"]) / "handed_out").open("a") as handed_out:
        for record in event["Records"]:
            handed_out.write(f"{record['body']}\n")
    return {"batchItemFailures": []}
