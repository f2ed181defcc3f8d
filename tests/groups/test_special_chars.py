"""What tests/channels/test_special_chars.py says of every kind, for groups."""

from tests.channels.test_special_chars import *
