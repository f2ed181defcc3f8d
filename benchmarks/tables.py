"""The tables of the last run (results.json) in README.md and docs/: written by `make bench` and `python -m
benchmarks.tables`; a test fails when they are stale."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks import cost
from local.places import REPOSITORY

RESULTS: Final = Path(__file__).with_name("results.json")
_IN_SHORT: Final = (
    "me",
    "chat.postMessage by roomId",
    "chat.postMessage by #name",
    "a reply in a thread",
    "channels.history of 50",
    "subscriptions.get of 100 rooms",
    "subscriptions.read",
    "login with password",
    "channels.create",
    "settling one of ten",
)


def written() -> dict[Path, str]:
    """Each document as it should be."""
    found = json.loads(RESULTS.read_text("utf-8"))
    costs = found["dynamodb"]
    readme, performance, prices = (REPOSITORY / name for name in ("README.md", "docs/performance.md", "docs/cost.md"))
    month = cost.table()
    return {
        readme: _filled(_filled(readme.read_text("utf-8"), "calls", calls(costs, _IN_SHORT)), "month", month),
        performance: _filled(
            _filled(performance.read_text("utf-8"), "calls", calls(costs, costs)), "measured", measured(found)
        ),
        prices: _filled(prices.read_text("utf-8"), "month", month),
    }


def calls(costs: Mapping[str, Any], names: Iterable[str]) -> str:
    """What calls cost in the room of 1,000 members."""
    lines = ["| call | round trips | write units | read units |", "|---|---|---|---|"]
    for name in names:
        large = costs[name]["large"]
        numbers = " | ".join(f"{large[each]:g}" for each in ("round_trips", "write_units", "read_units"))
        lines.append(f"| {name} | {numbers} |")
    return "\n".join(lines)


def measured(found: Mapping[str, Any]) -> str:
    """What took how long."""
    rows = [
        (f"`{call}` over HTTP", f"half within {speed['p50_ms']:g} ms, 95 of 100 within {speed['p95_ms']:g} ms")
        for call, speed in found["http"].items()
    ]
    cold, local = found["first_request"], found["local_server"]
    word = found["search"]["searches"]["a word in many"]
    rows += [
        ("imports and the first request", f"{cold['ours_cpu_s']:g} s of CPU, {cold['ratio']:g} times a bare handler"),
        (
            "the local server",
            f"ready after {local['ready_seconds']:g} s, {local['memory_mb_after_load']:.0f} MB after load",
        ),
        ("a word among 100,000 messages", f"{word['round_trips']} round trips, {word['cpu_ms']:.0f} ms of CPU"),
    ]
    return "\n".join(["| what | |", "|---|---|", *(f"| {what} | {result} |" for what, result in rows)])


def _filled(text: str, name: str, table: str) -> str:
    """A document with what stands between the two marks of a name replaced."""
    begin, end = f"<!-- {name}: written by make bench -->\n", f"\n<!-- /{name} -->"
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    assert found, f"{begin.strip()} ... {end.strip()} is not there"
    return f"{before}{begin}{table}{end}{after}"


def write() -> None:
    for path, text in written().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
