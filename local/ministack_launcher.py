"""Runs inside MiniStack's own virtual environment (standard library and `ministack` only) and adds what it lacks:

- one process per folder: a lock file, so that a new start waits until the former one has saved;
- it ends, and thereby saves, when the process that started it is gone (its standard input closes);
- table streams survive a restart. MiniStack keeps them in memory; here the undelivered records are saved with the
  tables, and those that the checkpoint file says are delivered are dropped, so that memory does not grow for a day.

The last point reaches into MiniStack's modules; its version is pinned, and a test of the server holds the behaviour.
"""

import fcntl
import importlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

CHECKPOINTS = "LOCAL_STREAM_CHECKPOINTS"
_TRIM_SECONDS = 1.0


def _end_with_parent() -> None:
    """Waits for the end of standard input, which the starting process holds open as long as it lives."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _delivered(path: str) -> dict[str, str]:
    """Stream ARN -> the sequence number up to which the stream was delivered; MiniStack's streams have one shard."""
    try:
        places = json.loads(Path(path).read_text(encoding="utf-8"))
        return {arn: max(shards.values()) for arn, shards in places.items() if shards}
    except (OSError, ValueError):
        return {}


def _keep_streams(path: str) -> None:
    tables: Any = importlib.import_module("ministack.services.dynamodb")
    streams: Any = importlib.import_module("ministack.services.dynamodb_streams")
    read_tables, restore_tables, get_records = tables.get_state, tables.load_persisted_state, streams._get_records
    last_trim = 0.0

    def trim() -> None:
        delivered = _delivered(path)
        for (account, region, name), records in list(tables._stream_records.all_items()):
            table = tables._tables.get_scoped(account, region, name) or {}
            until = delivered.get(table.get("LatestStreamArn", ""), "")
            count = 0
            while count < len(records) and records[count]["dynamodb"]["SequenceNumber"] <= until:
                count += 1
            if count:
                del records[:count]
                before = tables._stream_trimmed.get_scoped(account, region, name, 0)
                tables._stream_trimmed.set_scoped(account, region, name, before + count)

    def get_records_and_trim(data: dict[str, Any]) -> Any:
        # Here and nowhere else: streams are read on the event loop only, so nobody is amid reading what is dropped.
        nonlocal last_trim
        if time.monotonic() - last_trim > _TRIM_SECONDS:
            last_trim = time.monotonic()
            trim()
        return get_records(data)

    def state_with_streams() -> dict[str, Any]:
        trim()
        state: dict[str, Any] = read_tables()
        state["stream_records"] = tables._stream_records
        return state

    def restore_with_streams(data: dict[str, Any]) -> None:
        restore_tables(data)
        if data and "stream_records" in data:
            tables._stream_records.update(data["stream_records"])
            for records in tables._stream_records.all_values():
                for record in records:
                    # Their day of retention starts again: nobody could read them in between.
                    record["dynamodb"]["ApproximateCreationDateTime"] = int(time.time())

    tables.get_state, tables.load_persisted_state = state_with_streams, restore_with_streams
    streams._get_records = get_records_and_trim


def run() -> None:
    lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if CHECKPOINTS in os.environ:
        _keep_streams(os.environ[CHECKPOINTS])
    sys.argv[1:] = []
    importlib.import_module("ministack.app").main()


if __name__ == "__main__":
    run()
