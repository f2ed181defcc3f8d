"""What tests/channels/test_set_custom_fields.py says of every kind, for groups."""

from tests.channels.test_set_custom_fields import *
