"""Fixtures of these tests."""

from tests.deliver_worker import worker

__all__ = ["worker"]
