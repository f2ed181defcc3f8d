"""What tests/channels/test_add_role.py says of every kind, for groups."""

from tests.channels.test_add_role import *
