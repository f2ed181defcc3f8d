"""What tests/channels/test_history.py says of every kind, for groups."""

from tests.channels.test_history import *
