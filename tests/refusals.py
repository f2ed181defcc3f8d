"""Asserts that an answer is exactly the refusal of the contract: `refused(answer, "Not allowed
[error-not-allowed]")`."""

import re

from tests.workspace import Answer

_CODE = re.compile(r"\[([\w-]+)\]$")


def refused(answer: Answer, error: str, status: int = 400) -> None:
    """`error` is the whole text; what stands in brackets at its end must be the errorType, and without any there must
    be none."""
    code = _CODE.search(error)
    expected = {"success": False, "error": error} | ({"errorType": code[1]} if code and status == 400 else {})
    assert (answer.status, answer.body) == (status, expected)


def forbidden(answer: Answer) -> None:
    refused(answer, "unauthorized", 403)
