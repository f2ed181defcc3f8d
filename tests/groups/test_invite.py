"""What tests/channels/test_invite.py says of every kind, for groups."""

from tests.channels.test_invite import *
