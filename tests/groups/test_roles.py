"""What tests/channels/test_roles.py says of every kind, for groups."""

from tests.channels.test_roles import *
