"""What tests/channels/test_members.py says of every kind, for groups."""

from tests.channels.test_members import *
