"""Requests that all start at the same moment, each in a thread of its own."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

from tests.workspace import Answer

Said = TypeVar("Said")


def at_once(*calls: Callable[[], Said]) -> list[Said]:
    """The answers, in the order of the calls."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Said]) -> Said:
        # A Lambda handler finds its thread's event loop; only the main thread has one by itself.
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            start.wait()
            return call()
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def outcomes(answers: list[Answer]) -> Counter[Any]:
    """How many succeeded ("ok"), and how often each refusal came."""
    return Counter("ok" if answer.succeeded else answer.error_type or answer.error for answer in answers)
