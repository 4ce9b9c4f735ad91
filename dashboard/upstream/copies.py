"""Answers kept in this process's memory, bounded; and what an answer with its age is."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from dashboard.dialnexa.errors import DialNexaError
from dashboard.timeline.model import Page, Timeline

T = TypeVar("T")
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """An answer and when it was read. failure: upstream failed just now, and this is the last good copy."""

    value: T
    read_at: datetime
    failure: DialNexaError | None = None

    @property
    def is_stale(self) -> bool:
        return self.failure is not None


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy. is_due: somebody asked for a fresh one since."""

    read: Read[Any]
    is_due: bool = False


class Store(Protocol):
    def get(self, key: Key) -> Kept | None: ...
    def keep(self, key: Key, answer: Read[Any]) -> None: ...
    def make_due(self, key: Key) -> None: ...
    def drop(self, key: Key) -> None: ...
    def clear(self) -> None: ...


class Copies:
    """Answers by what was asked, the least lately kept given up first when they hold more rows than allowed."""

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._rows = 0

    def get(self, key: Key) -> Kept | None:
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Key, answer: Read[Any]) -> None:
        with self._lock:
            self._drop(key)
            self._kept[key] = Kept(answer)
            self._rows += rows(answer.value)
            while self._rows > self._most_rows:
                self._drop(next(iter(self._kept)))

    def make_due(self, key: Key) -> None:
        with self._lock:
            if key in self._kept:
                self._kept[key] = Kept(self._kept[key].read, is_due=True)

    def drop(self, key: Key) -> None:
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._rows = 0

    def known(self) -> list[Key]:
        with self._lock:
            return list(self._kept)

    def _drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        if gone:
            self._rows -= rows(gone.read.value)


def rows(value: object) -> int:
    """How much an answer holds: one more than its visits or items."""
    return 1 + len(value.visits if isinstance(value, Timeline) else value.items if isinstance(value, Page) else ())
