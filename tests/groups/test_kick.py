"""What tests/channels/test_kick.py says of every kind, for groups."""

from tests.channels.test_kick import *
