"""The kind of room under test. tests/groups runs the same files for groups."""

import pytest

from tests.kinds import CHANNEL, Kind


@pytest.fixture
def kind() -> Kind:
    return CHANNEL
