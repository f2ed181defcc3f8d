"""`python -m local` as its user meets it: started, stopped, started again, refused."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
import requests

from local.gateway import Gateway
from local.places import REPOSITORY
from local.server import _Server
from tests.local.conftest import PROJECT


def test_it_serves_seeds_and_delivers(start_server, tmp_path):
    server = start_server()
    address = server.wait_until_ready()
    assert "admin / generated-secret" in server.output
    assert requests.post(f"{address}/notes/hello", timeout=5).json() == {"note": "hello"}
    assert requests.get(f"{address}/notes", timeout=5).json() == ["hello"]
    assert requests.get(f"{address}/api/v1/unknown", timeout=5).status_code == 404
    delivered(tmp_path, ["hello"])
    assert server.end(signal.SIGINT) == 0
    assert "Traceback" not in server.output


def test_the_generated_password_is_shown_once_and_the_data_are_there_again(start_server, tmp_path):
    first = start_server(ADMIN_USERNAME="root")
    address = first.wait_until_ready()
    requests.post(f"{address}/notes/kept", timeout=5)
    delivered(tmp_path, ["kept"])
    assert first.end() == 0
    second = start_server(ADMIN_USERNAME="root")
    address = second.wait_until_ready()
    assert "root" in second.output
    assert "generated-secret" not in second.output
    assert requests.get(f"{address}/notes", timeout=5).json() == ["kept"]
    assert second.end() == 0
    delivered(tmp_path, ["kept"])  # not once more


def test_what_a_worker_sends_to_a_queue_is_handed_out(start_server, tmp_path):
    server = start_server()
    address = server.wait_until_ready()
    requests.post(f"{address}/notes/work-a", timeout=5)
    until_delivered(tmp_path, 1, "handed_out")
    assert server.end() == 0
    assert (tmp_path / "data" / "handed_out").read_text().split() == ["work-a"]


def test_a_connection_is_kept_longer_than_clients_think_of_it(start_server):
    # Not waited for: what is asked of uvicorn is what counts.
    assert _Server(app=cast("Gateway", None), welcome="").config.timeout_keep_alive == 75


def test_a_given_password_is_never_printed(start_server):
    server = start_server(ADMIN_PASS="do-not-show-me")
    server.wait_until_ready()
    assert server.end() == 0
    assert "do-not-show-me" not in server.output


@pytest.mark.hard
def test_term_amid_writing_loses_nothing_that_was_acknowledged(start_server, tmp_path):
    server = start_server()
    address = server.wait_until_ready()
    acknowledged: list[str] = []
    refused = threading.Event()

    def write(client: int) -> None:
        session = requests.Session()
        for number in range(10_000):
            note = f"{client:02}-{number:05}"
            try:
                answer = session.post(f"{address}/notes/{note}", timeout=30)
            except requests.RequestException:
                refused.set()
                return
            assert answer.status_code == 200
            acknowledged.append(note)

    with ThreadPoolExecutor(16) as clients:
        writing = [clients.submit(write, client) for client in range(16)]
        time.sleep(3)
        code = server.end()
        for one in writing:
            one.result()
    assert code == 0
    assert refused.is_set()
    assert len(acknowledged) > 100
    again = start_server()
    address = again.wait_until_ready()
    stored = requests.get(f"{address}/notes", timeout=30).json()
    assert set(acknowledged) <= set(stored)
    # What is stored was also delivered, before or after, once.
    until_delivered(tmp_path, len(stored))
    assert sorted((tmp_path / "data" / "delivered").read_text().split()) == sorted(stored)
    assert again.end() == 0


def test_a_request_in_flight_is_answered_before_the_end(start_server):
    server = start_server()
    address = server.wait_until_ready()
    with ThreadPoolExecutor(1) as client:
        slow = client.submit(requests.post, f"{address}/notes/slow?delay=1.5", timeout=10)
        time.sleep(0.5)
        assert server.end() == 0
        assert slow.result().json() == {"note": "slow"}


def test_undelivered_records_are_delivered_after_a_restart(start_server, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "broken").touch()
    server = start_server()
    address = server.wait_until_ready()
    requests.post(f"{address}/notes/late", timeout=5)
    server.end()
    (tmp_path / "data" / "broken").unlink()
    again = start_server()
    again.wait_until_ready()
    delivered(tmp_path, ["late"])
    again.end()


def test_even_when_the_server_is_killed_ministack_saves(start_server, tmp_path):
    server = start_server()
    address = server.wait_until_ready()
    requests.post(f"{address}/notes/kept", timeout=5)
    server.end(signal.SIGKILL)
    again = start_server()
    address = again.wait_until_ready()
    assert requests.get(f"{address}/notes", timeout=5).json() == ["kept"]
    again.end()


def test_it_says_so_and_ends_when_ministack_dies(start_server):
    server = start_server()
    server.wait_until_ready()
    os.kill(server.ministack_pid, signal.SIGKILL)
    server.read_until("MiniStack ended by itself")
    assert server.end(0) == 1


def test_term_before_it_is_ready_ends_everything(start_server):
    server = start_server()
    time.sleep(0.4)
    assert server.end() in (0, -signal.SIGTERM)
    assert "Traceback" not in server.output


def test_a_second_server_and_a_reset_are_refused_while_one_runs(start_server, tmp_path):
    server = start_server()
    server.wait_until_ready()
    second = start_server()
    assert second.end(0) == 1
    assert "another local server" in second.output
    assert "Ctrl-C" in second.output
    reset = local("reset", tmp_path)
    assert (reset.returncode, "another local server" in reset.stderr) == (1, True)
    server.end()
    assert local("reset", tmp_path).returncode == 0
    assert not (tmp_path / "data").exists()


def test_a_taken_port_and_a_missing_ministack_are_said_in_a_line(start_server, tmp_path):
    server = start_server()
    port = server.wait_until_ready().rsplit(":", 1)[1]
    other = start_server(PORT=port, LOCAL_DATA=str(tmp_path / "other"))
    assert other.end(0) == 1
    assert f"error: port {port}" in other.output
    assert "Traceback" not in other.output
    missing = start_server(MINISTACK_VENV=str(tmp_path / "nowhere"), LOCAL_DATA=str(tmp_path / "third"))
    assert missing.end(0) == 1
    assert "make setup" in missing.output
    assert "Traceback" not in missing.output
    server.end()


def test_another_endpoint_is_used_as_it_is(start_server, endpoint):
    server = start_server(AWS_ENDPOINT_URL=endpoint, AWS_EC2_METADATA_DISABLED="true")
    address = server.wait_until_ready()
    assert f"AWS            {endpoint}\n" in server.output
    assert requests.post(f"{address}/notes/there", timeout=5).ok
    assert server.end() == 0


def test_an_endpoint_that_does_not_answer_and_a_port_that_is_none_are_said_in_a_line(start_server):
    nowhere = start_server(AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_EC2_METADATA_DISABLED="true")
    assert nowhere.end(0) == 1
    assert "error: Could not connect" in nowhere.output
    assert "Traceback" not in nowhere.output
    wrong = start_server(PORT="eighty")
    assert wrong.end(0) == 1
    assert "error: PORT is 'eighty'" in wrong.output


@pytest.mark.hard
def test_it_is_ready_within_five_seconds_and_small(start_server):
    started = time.perf_counter()
    server = start_server()
    address = server.wait_until_ready()
    assert time.perf_counter() - started < 5
    for number in range(100):
        requests.post(f"{address}/notes/{number}", timeout=5)
    assert memory(server.process.pid) + memory(server.ministack_pid) < 450 * 1024
    server.end()


def memory(pid: int) -> int:
    """Resident KiB."""
    answer = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(answer.stdout)


def local(command: str, tmp_path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", command, "--root", str(PROJECT)],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "LOCAL_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )


def until_delivered(tmp_path, count: int, name: str = "delivered") -> None:
    path = tmp_path / "data" / name
    deadline = time.monotonic() + 20
    while not path.exists() or len(path.read_text().split()) < count:
        assert time.monotonic() < deadline, path.read_text() if path.exists() else "nothing was delivered"
        time.sleep(0.02)


def delivered(tmp_path, notes: list[str]) -> None:
    until_delivered(tmp_path, len(notes))
    assert (tmp_path / "data" / "delivered").read_text().split() == notes
