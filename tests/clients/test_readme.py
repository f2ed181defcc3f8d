"""README.md states only what runs: each block of commands is run here as it stands, or is listed with the reason."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.places import REPOSITORY
from tests.clients.conftest import PASSWORD, serving

README = (REPOSITORY / "README.md").read_text("utf-8")
_ADDRESS = "http://127.0.0.1:3000"
_COMMANDS = ("sh", "python")
NOT_RUN = {
    "make run": "the server of these tests is what it starts",
    "make deploy": "needs an AWS account; tests/deployment deploys to MiniStack",
    "pipx install .": "tests/cli installs it and runs its commands",
}
"""Blocks that are not run here, by their first command, with the reason. Their make targets are still looked up."""
_ANSWERED = {
    "authToken": "authToken",
    "userId": "userId",
    "room id": "rid",
    "title_link of the answer": "title_link",
}
"""Placeholders, and the field of an earlier answer that fills each."""


@dataclass(frozen=True)
class Block:
    language: str
    text: str

    @property
    def reason(self) -> str:
        """Why it is not run; empty for those that are."""
        return NOT_RUN.get(self.first, "")

    @property
    def first(self) -> str:
        """The first command, without its comment."""
        return self.text.strip().splitlines()[0].partition(" #")[0].strip()


BLOCKS = [Block(*found) for found in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)]


def test_what_is_not_run_is_there() -> None:
    assert NOT_RUN.keys() <= {block.first for block in BLOCKS}


def test_what_installs_or_deploys_is_not_run() -> None:
    _refuse_to_install()


def _refuse_to_install() -> None:
    for block in BLOCKS:
        if block.language == "sh" and re.search(r"^(?:\w+=\S* )*(?:make|sam|pipx?|npm) ", block.text, re.MULTILINE):
            assert block.reason, f"NOT_RUN lacks the block that begins with `{block.first}`"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z-]+)\b", "".join(b.text for b in BLOCKS)))))
def test_every_make_target_is_there(target: str) -> None:
    dry = subprocess.run(["make", "--dry-run", target], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert dry.returncode == 0, dry.stderr


def test_make_run_starts_the_server_of_these_tests() -> None:
    dry = subprocess.run(["make", "--dry-run", "run"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "-m local" in dry.stdout


def test_the_blocks_run_one_after_the_other(tmp_path: Path, plan: Path) -> None:
    _refuse_to_install()
    assert plan.parent == tmp_path  # the tour uploads plan.pdf from where it is
    run = [block for block in BLOCKS if block.language in _COMMANDS and not block.reason]
    assert {block.language for block in run} == set(_COMMANDS)
    with serving(tmp_path / "data") as (server, _):  # a fresh one, as a reader has it
        for block in run:
            if block.language == "sh":
                _run_in_a_shell(block.text, server, tmp_path)
            else:
                _run_python(block.text, server, tmp_path)
    assert (tmp_path / "copy.pdf").read_bytes() == plan.read_bytes()


def _run_in_a_shell(text: str, server: str, folder: Path) -> None:
    """Every line in one shell; a line that answers JSON answers a success."""
    answers: list[Any] = []
    command = ["bash", "--norc"]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as shell:
        assert shell.stdin
        assert shell.stdout
        for line in text.replace("\\\n", " ").splitlines():
            shell.stdin.write(_filled(line, server, answers) + "\nstatus=$?; echo; echo END $status\n")
            shell.stdin.flush()
            said = ""
            for out in shell.stdout:
                if out.startswith("END "):
                    assert out.strip() == "END 0", f"{line}: {said}"
                    break
                said += out
            if said.strip().startswith("{"):
                answer = json.loads(said)
                assert answer.get("success") is True or answer.get("status") == "success", f"{line}: {said}"
                answers.append(answer)
        shell.stdin.close()


def _run_python(text: str, server: str, folder: Path) -> None:
    """The example prints the list of texts at its end, the newest first."""
    command = [sys.executable, "-c", _filled(text, server, [])]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert ran.returncode == 0, ran.stderr
    assert "The roses bloom" in ran.stdout


def _filled(text: str, server: str, answers: list[Any]) -> str:
    def filler(found: re.Match[str]) -> str:
        name = found[1]
        if "password" in name:
            return PASSWORD
        values = [value for answer in answers for value in _named(answer, _ANSWERED[name])]
        assert values, f"nothing answered {name} before: {text}"
        return str(values[-1])

    return re.sub(r"<([a-zA-Z_ ]+)>", filler, text.replace(_ADDRESS, server))


def _named(value: Any, name: str) -> Iterator[Any]:
    """Every value under this name, however deep."""
    if isinstance(value, dict):
        if name in value:
            yield value[name]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _named(one, name)
