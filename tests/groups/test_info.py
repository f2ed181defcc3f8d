"""What tests/channels/test_info.py says of every kind, for groups."""

from tests.channels.test_info import *
