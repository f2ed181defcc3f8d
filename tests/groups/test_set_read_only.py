"""What tests/channels/test_set_read_only.py says of every kind, for groups."""

from tests.channels.test_set_read_only import *
