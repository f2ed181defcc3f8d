"""What tests/channels/test_set_texts.py says of every kind, for groups."""

from tests.channels.test_set_texts import *
