"""Time that passes only when told to, for everything in a client that waits or remembers."""

from __future__ import annotations


class Stopwatch:
    """`watch.now` as the monotonic clock, `watch.sleep` as sleep; `watch.slept` holds every wait."""

    def __init__(self) -> None:
        self._seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self._seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._seconds += seconds

    def advance(self, seconds: float) -> None:
        self._seconds += seconds
