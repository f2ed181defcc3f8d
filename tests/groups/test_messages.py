"""What tests/channels/test_messages.py says of every kind, for groups."""

from tests.channels.test_messages import *
