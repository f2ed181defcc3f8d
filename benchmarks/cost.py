"""What a million posts cost: the units counted by `make bench`, times the prices in prices.json, everything that
follows a post included (the settle worker, logs).

Assumed, because only AWS could measure it: how long functions run, at their memory in template.yaml, and how many
messages the stream brings at once.
"""

import json
from pathlib import Path
from typing import Any

_PRICES = Path(__file__).with_name("prices.json")
_POST_GB_SECONDS = 0.025 * 1.0
"""Three round trips of some 5 ms and 6 ms of CPU."""
_SETTLE_GB_SECONDS = 0.02 * 0.5
_ACCESS_LOG_BYTES = 320
"""One line of the API for each request; Lambda's own lines and those of successes are not written."""
BATCHES = {"alone": 1, "ten at once": 10}
MOST_USD = 5.0
"""A million posts of a workspace in which people talk."""


def of_a_million_posts(costs: dict[str, Any]) -> dict[str, dict[str, float]]:
    """`{alone | ten at once: {part: USD}}`, by counts as `benchmarks.counted` gives them."""
    prices = json.loads(_PRICES.read_text("utf-8"))
    post = costs["chat.postMessage by roomId"]["large"]
    settling = {"alone": costs["settling a message"]["large"], "ten at once": costs["settling one of ten"]["large"]}
    return {name: _rounded(_parts(prices, post, settling[name], count)) for name, count in BATCHES.items()}


def _parts(prices: dict[str, float], post: dict[str, float], settled: dict[str, float], batch: int) -> dict[str, float]:
    return {
        "API Gateway": prices["api_request"],
        "chat function": prices["lambda_request"] + _POST_GB_SECONDS * prices["lambda_gb_second"],
        "DynamoDB, the post": _units(prices, post),
        "settle function": (prices["lambda_request"] + _SETTLE_GB_SECONDS * prices["lambda_gb_second"]) / batch,
        "DynamoDB, settling": _units(prices, settled),
        "logs": _ACCESS_LOG_BYTES / 1e9 * prices["log_gb"],
    }


def _units(prices: dict[str, float], counted: dict[str, float]) -> float:
    return counted["write_units"] * prices["write_unit"] + counted["read_units"] * prices["read_unit"]


def _rounded(parts: dict[str, float]) -> dict[str, float]:
    dollars = {name: round(usd * 1e6, 3) for name, usd in parts.items()}
    return {**dollars, "all": round(sum(dollars.values()), 2)}


# --- a month of a workspace


DAYS = 22
"""Working days of a month."""
PEOPLE = (10, 100, 1_000, 10_000)
DAY = {
    "chat.postMessage by roomId": 30,
    "channels.history of 50": 60,
    "subscriptions.read": 60,
    "subscriptions.get of 100 rooms": 20,
    "me": 10,
}
"""What one person calls on a working day, by the names of counted calls."""
POLLED_CALL = "subscriptions.get of 100 rooms"
POLLS_A_DAY = 8 * 60 * 2
"""A client that asks every half minute, eight hours long."""
_CALL_GB_SECONDS = _POST_GB_SECONDS
_RUNG = 1
"""Devices that a message rings, on average."""
_PUSH_UNITS: dict[str, float] = {"write_units": 2, "read_units": 5}
_PUSH_GB_SECONDS = 0.05 * 0.5
_MESSAGE_BYTES = 1_300
"""A message of 200 characters with its entry by id, keys included."""


def of_a_month(people: int, costs: dict[str, Any]) -> dict[str, float]:
    """`{part: USD}` of a month in which so many people work with it, at the end of the first year. `polling` comes on
    top where a client polls instead of waiting for pushes.

    Args:
        costs: counts as `benchmarks.counted` gives them (`dynamodb` in results.json).
    """
    prices = json.loads(_PRICES.read_text("utf-8"))
    days = people * DAYS
    posts = days * DAY["chat.postMessage by roomId"]
    settling = _parts(prices, costs["me"]["large"], costs["settling one of ten"]["large"], 10)
    after = settling["settle function"] + settling["DynamoDB, settling"] + _RUNG * _push(prices)
    parts = {
        "calls": days * sum(times * _call(prices, costs[name]["large"]) for name, times in DAY.items()),
        "after": posts * after,
        "storage": 12 * posts * _MESSAGE_BYTES / 1e9 * (prices["table_gb_month"] + prices["backup_gb_month"]),
    }
    polling = days * POLLS_A_DAY * _call(prices, costs[POLLED_CALL]["large"])
    return {**parts, "all": sum(parts.values()), "polling": polling}


def _call(prices: dict[str, float], counted: dict[str, float]) -> float:
    computing = prices["lambda_request"] + _CALL_GB_SECONDS * prices["lambda_gb_second"]
    return prices["api_request"] + computing + _units(prices, counted) + _ACCESS_LOG_BYTES / 1e9 * prices["log_gb"]


def _push(prices: dict[str, float]) -> float:
    """One device rung: sent to the queue, taken and deleted there, published. The worker takes ten at once."""
    computing = prices["lambda_request"] + _PUSH_GB_SECONDS * prices["lambda_gb_second"]
    return _units(prices, _PUSH_UNITS) + (3 * prices["queue_request"] + computing) / 10 + prices["push"]


def table() -> str:
    """The months of `PEOPLE`, as docs/cost.md has them; `python -m benchmarks.cost` prints it."""
    costs = json.loads(Path(__file__).with_name("results.json").read_text("utf-8"))["dynamodb"]
    heads = ("people", "messages", "calls", "after them", "storage", "**all**", "polling, on top")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for people in PEOPLE:
        month = of_a_month(people, costs)
        posts = people * DAYS * DAY["chat.postMessage by roomId"]
        usd = [f"{month[part]:,.2f}" for part in ("calls", "after", "storage")]
        cells = [f"{people:,}", f"{posts:,}", *usd, f"**{month['all']:,.2f}**"]
        cells.append(f"{month['polling']:,.2f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
