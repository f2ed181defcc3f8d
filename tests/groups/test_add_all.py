"""What tests/channels/test_add_all.py says of every kind, for groups."""

from tests.channels.test_add_all import *
