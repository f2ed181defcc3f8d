"""What tests/channels/test_delete.py says of every kind, for groups."""

from tests.channels.test_delete import *
