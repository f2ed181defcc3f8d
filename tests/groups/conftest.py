"""Groups: the tests of tests/channels that are about a kind of room, run for groups."""

from pathlib import Path

import pytest

from tests.kinds import GROUP, Kind

HERE = Path(__file__).parent


@pytest.fixture
def kind() -> Kind:
    return GROUP


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is about channels alone was imported with the rest and is not run again."""
    items[:] = [item for item in items if item.path.parent != HERE or "kind" in getattr(item, "fixturenames", ())]
