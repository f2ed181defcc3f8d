"""What tests/channels/test_archive.py says of every kind, for groups."""

from tests.channels.test_archive import *
