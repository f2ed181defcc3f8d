"""An endpoint family with the two members that the local server reads: `api.routes` and `api.asgi`."""

import os
import time
from types import SimpleNamespace

import boto3
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

dynamodb = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])


def add(request: Request) -> JSONResponse:
    note = request.path_params["note"]
    time.sleep(float(request.query_params.get("delay", "0")))
    dynamodb.put_item(TableName=os.environ["NOTES_TABLE"], Item={"pk": {"S": "NOTES"}, "sk": {"S": note}})
    return JSONResponse({"note": note})


def every(_request: Request) -> JSONResponse:
    pages = dynamodb.get_paginator("query").paginate(
        TableName=os.environ["NOTES_TABLE"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "NOTES"}},
        ConsistentRead=True,
    )
    return JSONResponse([item["sk"]["S"] for page in pages for item in page["Items"]])


class Api:
    routes = (
        SimpleNamespace(method="POST", path="/notes/{note}", name="add"),
        SimpleNamespace(method="GET", path="/notes", name="every"),
    )

    def asgi(self, threads: bool) -> Starlette:
        assert threads
        return Starlette(routes=[Route("/notes/{note}", add, methods=["POST"]), Route("/notes", every)])


api = Api()
