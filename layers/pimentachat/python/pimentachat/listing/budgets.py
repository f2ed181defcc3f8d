"""What one list request may cost, counted in steps and not in time: the same request on the same records always ends
the same way.

A step is a field or element looked at, or as much work of another kind; it takes some 0.3 microseconds. The conditions,
sort keys and fields of one request share one budget over all its documents.
"""

from typing import Final

from pimentachat.errors.requests import QueryTooCostly

STEPS_MOST: Final = 1_500_000
"""Under a second at worst. A condition on 5,000 ordinary documents takes some 30,000."""


class Budget:
    """The steps that are left for one request."""

    def __init__(self, most: int | None = None) -> None:
        self._most = STEPS_MOST if most is None else most
        self.spent = 0

    def spend(self, steps: int) -> None:
        """Takes the steps of work that is about to be done.

        Raises:
            QueryTooCostly: there are not so many left.
        """
        self.spent += steps
        if self.spent > self._most:
            raise QueryTooCostly
