"""What tests/channels/test_leave.py says of every kind, for groups."""

from tests.channels.test_leave import *
