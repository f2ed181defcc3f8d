"""What tests/channels/test_files.py says of every kind, for groups."""

from tests.channels.test_files import *
