"""What tests/channels/test_create.py says of every kind, for groups."""

from tests.channels.test_create import *
