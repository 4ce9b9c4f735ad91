"""A lead at risk, in the queue."""

from __future__ import annotations

from tests.reviewing.conftest import desk, stub

__all__ = ["desk", "stub"]
