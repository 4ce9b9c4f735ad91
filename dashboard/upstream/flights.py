"""One call in flight for a key: whoever asks meanwhile gets the same answer, or the same failure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Flights:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[Any, Future[Any]] = {}

    def once(self, key: Any, ask: Callable[[], T]) -> tuple[T, bool]:
        """The answer, and whether somebody else asked for it. Raises what `ask` raises, to everyone who waited."""
        with self._lock:
            flight = self._flying.get(key)
            is_first = flight is None
            if flight is None:
                flight = self._flying[key] = Future()
        if not is_first:
            return flight.result(), True
        try:
            flight.set_result(ask())
        except BaseException as failure:  # noqa: BLE001  (for everyone who waits; it is raised below)
            flight.set_exception(failure)
        finally:
            with self._lock:
                del self._flying[key]
        return flight.result(), False
