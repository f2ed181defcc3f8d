"""What tests/channels/test_online.py says of every kind, for groups."""

from tests.channels.test_online import *
