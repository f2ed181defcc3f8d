"""What tests/channels/test_broadcast.py says of every kind, for groups."""

from tests.channels.test_broadcast import *
