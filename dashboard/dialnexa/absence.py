"""What an optional endpoint has not got, remembered for a while so that nobody asks in vain."""

from __future__ import annotations

import threading
from collections.abc import Callable

FORGET = 3600.0  # seconds
KEPT = 10_000  # ids


class Absence:
    """A 404 may be about one record or about the whole endpoint, and its words are not to be relied on.

    So each id is remembered by itself, and the endpoint counts as missing once two ids in a row had nothing.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._in_a_row: set[str] = set()
        self._endpoint_until = 0.0

    def is_known(self, record_id: str) -> bool:
        with self._lock:
            return self._monotonic() < max(self._until.get(record_id, 0.0), self._endpoint_until)

    def missing(self, record_id: str) -> None:
        with self._lock:
            if len(self._until) >= KEPT:
                self._until.clear()
            self._until[record_id] = self._monotonic() + FORGET
            self._in_a_row.add(record_id)
            if len(self._in_a_row) > 1:
                self._endpoint_until = self._monotonic() + FORGET
                self._in_a_row.clear()

    def answered(self) -> None:
        with self._lock:
            self._in_a_row.clear()
