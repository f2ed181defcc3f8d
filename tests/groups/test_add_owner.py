"""What tests/channels/test_add_owner.py says of every kind, for groups."""

from tests.channels.test_add_owner import *
