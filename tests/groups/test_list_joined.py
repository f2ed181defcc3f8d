"""What tests/channels/test_list_joined.py says of every kind, for groups."""

from tests.channels.test_list_joined import *
