"""`make bench`: counts what hot calls cost in DynamoDB, measures them over HTTP, writes results.json and prints a
table.

Fails when a call costs more than its budget, or more in a large room than in a small one.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks import cost, first_request, searching, tables
from benchmarks.budgets import BUDGETS
from local.aws import ON_MINISTACK
from local.ministack import MiniStack
from local.places import REPOSITORY, places
from local.resources import create
from local.template import load

_SMALL = {"members": 10, "posts": 60, "lists": 98}
_LARGE = {"members": 1000, "posts": 600, "lists": 98}
_PORT = 3911
_PASSWORD = "bench-secret"


def main() -> int:
    costs, cold, search = counted()
    dollars = cost.of_a_million_posts(costs)
    speeds, footprint = over_http()
    found = {
        "dynamodb": costs,
        "usd_for_a_million_posts": dollars,
        "first_request": cold,
        "search": search,
        "http": speeds,
        "local_server": footprint,
    }
    tables.RESULTS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    tables.write()
    broken = report(costs, speeds, footprint)
    print(f"\na million posts, USD: {json.dumps(dollars, indent=1)}")
    print(f"\nimport and first request, CPU seconds: {cold} (at most {first_request.MOST} times a bare handler)")
    print(f"\nsearch: {json.dumps(search, indent=1)}")
    broken += searching.broken(search)
    too_dear = dollars["ten at once"]["all"] > cost.MOST_USD
    too_slow = cold["ratio"] > first_request.MOST
    return 1 if broken or too_dear or too_slow else 0


# --- counted


def counted() -> tuple[dict[str, Any], dict[str, float], dict[str, Any]]:
    """`{call: {small: {...}, large: {...}}}` with round trips, read and write units; what a first request costs; and
    search."""
    os.environ.update(ON_MINISTACK, PASSWORD_ROUNDS="4", POWERTOOLS_LOG_LEVEL="CRITICAL", SITE_URL="http://127.0.0.1")
    template = load(REPOSITORY / "template.yaml")
    with tempfile.TemporaryDirectory(prefix="pimentachat-bench-") as folder:
        ministack = MiniStack(places().ministack_venv, None, scratch=Path(folder))
        try:
            ministack.wait_until_ready()
            os.environ["AWS_ENDPOINT_URL"] = ministack.endpoint_url
            sizes = {"small": _SMALL, "large": _LARGE}
            found = {name: _count(ministack.endpoint_url, template, name, size) for name, size in sizes.items()}
            cold = _first_request(ministack.endpoint_url, template)
            search = searching.measured(ministack.endpoint_url, template)
        finally:
            ministack.stop()
            del os.environ["AWS_ENDPOINT_URL"]
    return {call: {name: found[name][call] for name in found} for call in BUDGETS}, cold, search


def _first_request(endpoint_url: str, template: Any) -> dict[str, float]:
    from tests.workspace import event

    login = {"x-auth-token": "nobody", "x-user-id": "nobody"}
    return first_request.measured(
        event("GET", "/api/v1/me", headers=login, route="/api/v1/me"), create(endpoint_url, "cold-", template)
    )


def _count(endpoint_url: str, template: Any, prefix: str, size: dict[str, int]) -> dict[str, Any]:
    os.environ.update(create(endpoint_url, f"{prefix}-", template))
    from benchmarks import calls
    from benchmarks.capacity import Counter
    from pimentachat import config, workspace
    from pimentachat.services.server import seeding
    from pimentachat.store import table

    config.reload()
    workspace.forget()
    table.client.cache_clear()
    seeding.seed()
    stage = calls.stage(**size)
    costs = calls.measured(Counter(table.client()), stage)
    return {
        name: {"round_trips": cost.round_trips, "write_units": cost.write_units, "read_units": cost.read_units}
        for name, cost in costs.items()
    }


# --- over HTTP


def over_http() -> tuple[dict[str, Any], dict[str, Any]]:
    from benchmarks import over_http as http

    with served() as (base, footprint):
        speeds = http.measured(base, http.login(base, "admin", _PASSWORD))
        footprint["memory_mb_after_load"] = _memory(footprint["pids"])
    del footprint["pids"]
    return speeds, footprint


@contextmanager
def served() -> Iterator[tuple[str, dict[str, Any]]]:
    """`make run` in a folder of its own, ended with TERM."""
    with tempfile.TemporaryDirectory(prefix="pimentachat-bench-") as folder:
        own = {"PORT": str(_PORT), "ADMIN_PASS": _PASSWORD, "LOCAL_DATA": folder}
        given = {
            name: value for name, value in os.environ.items() if not name.endswith("_TABLE") and name != "SITE_URL"
        }
        environment = {**given, **own, "PASSWORD_ROUNDS": "10"}
        started = time.monotonic()
        server = subprocess.Popen(
            [sys.executable, "-m", "local"], env=environment, cwd=REPOSITORY, stdout=subprocess.DEVNULL
        )
        try:
            base = f"http://127.0.0.1:{_PORT}"
            _wait_for(base)
            ready = round(time.monotonic() - started, 2)
            pids = [server.pid, *_children(server.pid)]
            yield base, {"ready_seconds": ready, "memory_mb_at_start": _memory(pids), "pids": pids}
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _wait_for(base: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{base}/api/info").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the local server did not answer")


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    return [int(child) for child in text.split()]


def _memory(pids: list[int]) -> float:
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) for pid in pids)
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


# --- report


def report(costs: dict[str, Any], speeds: dict[str, Any], footprint: dict[str, Any]) -> list[str]:
    """Prints the table and returns the calls over their budget."""
    broken = []
    print(f"{'call':34} {'trips':>11} {'write units':>13} {'read units':>13}   (small / large room; budget)")
    for call, budget in BUDGETS.items():
        small, large = costs[call]["small"], costs[call]["large"]
        cells = [f"{small[name]:g} / {large[name]:g} ({limit:g})" for name, limit in budget._asdict().items()]
        over = any(size[name] > limit for size in (small, large) for name, limit in budget._asdict().items())
        grows = large["write_units"] > small["write_units"] or large["round_trips"] > small["round_trips"]
        if over or grows:
            broken.append(call)
        print(f"{call:34} {cells[0]:>11} {cells[1]:>13} {cells[2]:>13}{'   OVER' if over or grows else ''}")
    print(f"\n{'over HTTP':34} {'p50 ms':>8} {'p95 ms':>8} {'per second, 8 clients':>22}")
    for call, speed in speeds.items():
        print(f"{call:34} {speed['p50_ms']:>8} {speed['p95_ms']:>8} {speed['per_second']:>22}")
    print(f"\nlocal server: {footprint}")
    return broken


if __name__ == "__main__":
    sys.exit(main())
