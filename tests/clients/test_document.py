"""docs/clients.md says what the tests show."""

import re

from tests.clients.document import DOCUMENT, written

TEXT = DOCUMENT.read_text("utf-8")


def test_the_lists_are_those_of_the_clients_and_their_tests() -> None:
    assert written(TEXT) == TEXT, "run `python -m tests.clients.document`"


def test_the_tests_that_it_names_are_there() -> None:
    named = re.findall(r"`(tests/[\w./-]+)`", TEXT)
    assert named
    for name in named:
        assert (DOCUMENT.parents[1] / name).exists(), name
