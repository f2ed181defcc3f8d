"""What tests/channels/test_remove_role.py says of every kind, for groups."""

from tests.channels.test_remove_role import *
