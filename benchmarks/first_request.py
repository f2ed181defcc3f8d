"""What a cold start costs: CPU seconds of importing a function and answering its first request, against those of a bare
handler (Starlette, Mangum, one DynamoDB client, one read) that no product could go below. Ten pairs in turn; the ratio
of the medians is what counts, since machines are noisy."""

import json
import os
import statistics
import sys
from typing import Any

from local.places import REPOSITORY

PAIRS = 10
MOST = 1.3
_BARE = """
import botocore.session
from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

client = botocore.session.get_session().create_client("dynamodb")


async def me(request):
    key = {"pk": {"S": "USER#x"}, "sk": {"S": "PROFILE"}}
    return JSONResponse(client.get_item(TableName=TABLE, Key=key, ConsistentRead=True).get("Item", {}))


handler = Mangum(Starlette(routes=[Route("/api/v1/me", me)]), lifespan="off")
"""
_OURS = "import sys; sys.path.insert(0, 'functions/authentication'); from app import handler"
_CALL = """
import json, sys
from types import SimpleNamespace
answer = handler(json.loads(EVENT), SimpleNamespace(aws_request_id="bench"))
assert answer["statusCode"] in {200, 401}, answer
"""


def measured(event: dict[str, Any], variables: dict[str, str]) -> dict[str, float]:
    """`{ours_cpu_s, bare_cpu_s, ratio}`, medians over the pairs."""
    text = json.dumps(event)
    head = f"EVENT = {text!r}\nTABLE = {variables['ACCOUNTS_TABLE']!r}\n"
    environment = {**os.environ, **variables, "AWS_LAMBDA_FUNCTION_NAME": "bench"}
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(PAIRS + 1):
        for name, code in (("ours", _OURS), ("bare", _BARE)):
            spent = _cpu_of(head + code + _CALL, environment)
            if number:  # the first pair warms the disk
                times[name].append(spent)
    ours, bare = (statistics.median(times[name]) for name in ("ours", "bare"))
    return {"ours_cpu_s": round(ours, 3), "bare_cpu_s": round(bare, 3), "ratio": round(ours / bare, 2)}


def _cpu_of(code: str, environment: dict[str, str]) -> float:
    layer = str(REPOSITORY / "layers" / "pimentachat" / "python")
    pid = os.posix_spawn(
        sys.executable, [sys.executable, "-c", code], {**environment, "PYTHONPATH": layer}, setpgroup=0
    )
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, f"exit status {status}"
    return usage.ru_utime + usage.ru_stime
