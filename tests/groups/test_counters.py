"""What tests/channels/test_counters.py says of every kind, for groups."""

from tests.channels.test_counters import *
