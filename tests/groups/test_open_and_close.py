"""What tests/channels/test_open_and_close.py says of every kind, for groups."""

from tests.channels.test_open_and_close import *
