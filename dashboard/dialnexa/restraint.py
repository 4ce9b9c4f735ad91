"""When not to ask: the moment a 429 named, the minute after a refused key, the few retries allowed.

One of each per client, shared by its threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

RETRIES_SAVED = 10.0  # at most this many retries in a burst
RETRIES_EARNED = 0.1  # per request: in the long run one retry for ten requests
KEY_PAUSE = 60.0  # seconds between tries with a key that was refused


class Hold:
    """A moment before which nobody asks."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until = 0.0

    def left(self) -> float:
        """Seconds still to wait; 0 when there is nothing to wait for."""
        return max(0.0, self._until - self._monotonic())

    def extend(self, seconds: float) -> bool:
        """Hold for so long. True for the caller that began it: of a burst of 429s, one alone may wait and retry."""
        with self._lock:
            was_free = self.left() == 0.0
            self._until = max(self._until, self._monotonic() + seconds)
            return was_free


class KeyPause:
    """After a 401, one try a minute: of that path, and of every path once two in a row were refused.

    The first alone may be that one record's trouble and must not close the house; the second says that it is the key.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._next_try: dict[str, float] = {}  # by path
        self._in_a_row: set[str] = set()
        self._next_of_any: float | None = None  # None: the key is fine as far as we know

    def wait(self, path: str) -> float:
        """Seconds until this path may be tried; 0.0: now, and whoever asks has taken the try."""
        with self._lock:
            now = self._monotonic()
            left = max(self._next_try.get(path, 0.0), self._next_of_any or 0.0) - now
            if left > 0:
                return left
            if self._next_of_any is not None:
                self._next_of_any = now + KEY_PAUSE
            if path in self._next_try:
                self._next_try[path] = now + KEY_PAUSE
            return 0.0

    def refused(self, path: str) -> None:
        with self._lock:
            now = self._monotonic()
            self._next_try = {other: until for other, until in self._next_try.items() if until > now}
            self._next_try[path] = now + KEY_PAUSE
            self._in_a_row.add(path)
            if len(self._in_a_row) > 1:
                self._next_of_any = now + KEY_PAUSE

    def accepted(self, path: str) -> None:
        with self._lock:
            self._next_try.pop(path, None)
            self._in_a_row.clear()
            self._next_of_any = None


class RetryBudget:
    """Tokens for retries, so that retrying never doubles the load on an upstream in trouble."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens = RETRIES_SAVED

    def earn(self) -> None:
        with self._lock:
            self._tokens = min(RETRIES_SAVED, self._tokens + RETRIES_EARNED)

    def spend(self) -> bool:
        """Take one retry; False: there is none left."""
        with self._lock:
            if self._tokens < 1.0:
                return False
            self._tokens -= 1.0
            return True
