"""Everything that ends a command early: one sentence, and an exit code that a script can tell apart."""

from typing import ClassVar


class Failure(Exception):
    """What is wrong, and what to do, in one sentence."""

    exit_code: ClassVar[int] = 1


class Refused(Failure):
    """The server answered that it will not."""


class Misused(Failure):
    """The command was given something that it cannot work with."""

    exit_code = 2


class Unreachable(Failure):
    """No server, no table, no network."""

    exit_code = 3
