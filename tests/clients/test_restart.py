"""What the server acknowledged is there after it was ended in the middle of everything and started again."""

import threading
from pathlib import Path

import httpx
import pytest

from tests.clients.conftest import PASSWORD, serving

pytestmark = pytest.mark.hard


def login(address: str) -> dict[str, str]:
    answer = httpx.post(f"{address}/api/v1/login", json={"user": "admin", "password": PASSWORD}).json()["data"]
    return {"X-Auth-Token": answer["authToken"], "X-User-Id": answer["userId"]}


def test_every_acknowledged_message_survives_term(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    posted_some = threading.Event()
    with serving(tmp_path / "data") as (address, end):
        headers = login(address)
        made = httpx.post(f"{address}/api/v1/channels.create", json={"name": "garden"}, headers=headers).json()
        room_id = made["channel"]["_id"]

        def post(author: int) -> None:
            with httpx.Client(headers=headers, timeout=30) as client:
                for number in range(10_000):
                    try:
                        body = {"roomId": room_id, "text": f"{author}-{number}"}
                        answer = client.post(f"{address}/api/v1/chat.postMessage", json=body)
                    except httpx.HTTPError:
                        return
                    if answer.status_code != 200:
                        return
                    acknowledged.append(answer.json()["message"]["_id"])
                    if len(acknowledged) > 100:
                        posted_some.set()

        authors = [threading.Thread(target=post, args=(number,)) for number in range(8)]
        for author in authors:
            author.start()
        assert posted_some.wait(60)
        end()
        for author in authors:
            author.join()
    with serving(tmp_path / "data") as (address, _):
        headers = login(address)
        query = {"roomId": room_id, "count": "0"}
        history = httpx.get(f"{address}/api/v1/channels.history", params=query, headers=headers, timeout=60).json()
        kept = {message["_id"] for message in history["messages"]}
        assert set(acknowledged) <= kept
        room = httpx.get(f"{address}/api/v1/channels.info", params={"roomId": room_id}, headers=headers).json()
        assert room["channel"]["msgs"] == len(kept)
