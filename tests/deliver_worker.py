"""The deliver worker at closer hand than the fixture `deliver`: its records, as often as wanted and in any batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.functions import load
from local.places import REPOSITORY
from local.resources import stream_sources
from local.streams import Checkpoints, Pump
from local.template import Template
from tests.workspace import CONTEXT

Record = dict[str, Any]


@dataclass
class Worker:
    """`worker.run(worker.records())`: everything that the stream ever brought, once more."""

    read: Callable[[], list[Record]]

    def records(self, message_id: str = "") -> list[Record]:
        """What the stream holds that the worker asks for; of one message only, when it is named."""
        return [record for record in self.read() if message_id in record["dynamodb"]["Keys"]["sk"]["S"]]

    def run(self, records: Sequence[Record]) -> dict[str, Any]:
        """The worker's answer to one batch."""
        return load(REPOSITORY / "functions" / "deliver").handler({"Records": list(records)}, CONTEXT)


@pytest.fixture
def worker(
    ministack: str, prefix: str, resources: dict[str, str], project_template: Template, tmp_path: Path
) -> Worker:
    [source] = stream_sources(ministack, prefix, project_template)

    def read() -> list[Record]:
        seen: list[Record] = []

        def remember(event: dict[str, Any], context: Any) -> None:
            seen.extend(event["Records"])

        Pump(source, remember, ministack, Checkpoints(tmp_path / f"{len(list(tmp_path.iterdir()))}.json")).poll()
        return seen

    return Worker(read)
