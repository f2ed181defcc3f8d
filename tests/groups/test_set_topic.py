"""What tests/channels/test_set_topic.py says of every kind, for groups."""

from tests.channels.test_set_topic import *
