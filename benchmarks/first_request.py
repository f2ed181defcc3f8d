"""What a cold start costs: CPU seconds of importing a function and answering its first request, against those of a bare
handler (Starlette, Mangum, one DynamoDB client, one read) that no product could go below. Between the two stands the
floor: the bare handler with what every function of ours brings by design, a pydantic model and a Powertools logger. Ten
of each in turn; the ratio of the medians is what counts, since machines are noisy. Modules are compiled, as in a built
artefact."""

import compileall
import json
import os
import statistics
import sys
from typing import Any

from local.places import REPOSITORY

ROUNDS = 10
MOST = 1.3
_SWITCHES = {"PYDANTIC_DISABLE_PLUGINS": "__all__"}
"""As template.yaml has it for all functions."""
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
_FLOOR = """
from aws_lambda_powertools import Logger
from pydantic import BaseModel

logger = Logger()


class Model(BaseModel):
    number: int
"""
_OURS = "import sys; sys.path.insert(0, 'functions/authentication'); from app import handler"
_CALL = """
import json, sys
from types import SimpleNamespace
answer = handler(json.loads(EVENT), SimpleNamespace(aws_request_id="bench"))
assert answer["statusCode"] in {200, 401}, answer
"""


def measured(event: dict[str, Any], variables: dict[str, str]) -> dict[str, float]:
    """`{ours_cpu_s, floor_cpu_s, bare_cpu_s, ratio, floor_ratio}`, medians of the rounds; ratios to the bare one."""
    for folder in ("layers", "functions"):
        compileall.compile_dir(REPOSITORY / folder, quiet=1)
    text = json.dumps(event)
    head = f"EVENT = {text!r}\nTABLE = {variables['ACCOUNTS_TABLE']!r}\n"
    environment = {**os.environ, **variables, **_SWITCHES, "AWS_LAMBDA_FUNCTION_NAME": "bench"}
    codes = {"ours": _OURS, "floor": _FLOOR + _BARE, "bare": _BARE}
    times: dict[str, list[float]] = {name: [] for name in codes}
    for number in range(ROUNDS + 1):
        for name, code in codes.items():
            spent = _cpu_of(head + code + _CALL, environment)
            if number:  # the first round warms the disk
                times[name].append(spent)
    medians = {name: statistics.median(times[name]) for name in codes}
    return {
        **{f"{name}_cpu_s": round(seconds, 3) for name, seconds in medians.items()},
        "ratio": round(medians["ours"] / medians["bare"], 2),
        "floor_ratio": round(medians["floor"] / medians["bare"], 2),
    }


def _cpu_of(code: str, environment: dict[str, str]) -> float:
    layer = str(REPOSITORY / "layers" / "pimentachat" / "python")
    pid = os.posix_spawn(
        sys.executable, [sys.executable, "-c", code], {**environment, "PYTHONPATH": layer}, setpgroup=0
    )
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, f"exit status {status}"
    return usage.ru_utime + usage.ru_stime
