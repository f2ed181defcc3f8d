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
