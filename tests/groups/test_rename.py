"""What tests/channels/test_rename.py says of every kind, for groups."""

from tests.channels.test_rename import *
