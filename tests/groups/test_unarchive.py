"""What tests/channels/test_unarchive.py says of every kind, for groups."""

from tests.channels.test_unarchive import *
