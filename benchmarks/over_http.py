"""Latency and throughput of the local server, over HTTP on loopback: one client for latency, several for throughput."""

import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

_SECONDS = 4.0
_CLIENTS = 8


def login(base: str, username: str, password: str) -> dict[str, str]:
    data = httpx.post(f"{base}/api/v1/login", json={"user": username, "password": password}).json()["data"]
    return {"X-Auth-Token": data["authToken"], "X-User-Id": data["userId"]}


def measured(base: str, headers: dict[str, str]) -> dict[str, dict[str, float]]:
    """`{call: {p50_ms, p95_ms, per_second}}`."""
    with httpx.Client(base_url=f"{base}/api/v1/", headers=headers) as client:
        room_id = client.post("channels.create", json={"name": f"bench{int(time.time())}"}).json()["channel"]["_id"]

    def post(client: httpx.Client) -> httpx.Response:
        return client.post("chat.postMessage", json={"roomId": room_id, "text": "How fast is this?"})

    def history(client: httpx.Client) -> httpx.Response:
        return client.get("channels.history", params={"roomId": room_id, "count": "50"})

    def me(client: httpx.Client) -> httpx.Response:
        return client.get("me")

    calls: dict[str, Callable[[httpx.Client], httpx.Response]] = {
        "chat.postMessage": post,
        "channels.history of 50": history,
        "me": me,
    }
    return {name: _measure(base, headers, call) for name, call in calls.items()}


def _measure(base: str, headers: dict[str, str], call: Callable[[httpx.Client], Any]) -> dict[str, float]:
    alone = _run(base, headers, call, 1)
    together = _run(base, headers, call, _CLIENTS)
    cuts = statistics.quantiles(alone, n=20)
    return {
        "p50_ms": round(statistics.median(alone) * 1000, 2),
        "p95_ms": round(cuts[18] * 1000, 2),
        "per_second": round(len(together) / _SECONDS, 1),
    }


def _run(base: str, headers: dict[str, str], call: Callable[[httpx.Client], Any], clients: int) -> list[float]:
    times: list[float] = []
    until = time.monotonic() + _SECONDS

    def work() -> None:
        with httpx.Client(base_url=f"{base}/api/v1/", headers=headers, timeout=30) as client:
            call(client)
            while time.monotonic() < until:
                started = time.perf_counter()
                answer = call(client)
                assert answer.status_code == 200, answer.text
                times.append(time.perf_counter() - started)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times
