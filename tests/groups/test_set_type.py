"""What tests/channels/test_set_type.py says of every kind, for groups."""

from tests.channels.test_set_type import *
