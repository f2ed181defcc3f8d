"""Fixtures of these tests."""

from tests.workers_at_hand import worker

__all__ = ["worker"]
