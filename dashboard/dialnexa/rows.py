"""A history's rows as received: numbered, each with its own JSON text, exact repetitions counted instead of kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from dashboard.dialnexa.fields import Doubts, Row, compact

T = TypeVar("T")

TOO_DEEP = '"(nested too deep to show)"'  # JSON as well

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Received:
    number: int  # 1-based, in the order upstream sent
    row: Row | None  # None: what came was not an object
    raw: str  # its JSON text
    copies: int = 1

    @property
    def doubts(self) -> Doubts:
        if self.row is None:
            return ["this entry is not a record, so nothing in it could be read"]
        if self.copies == 1:
            return []
        times = "twice" if self.copies == 2 else f"{self.copies} times"
        return [f"it was reported {times}, in exactly the same words, and is shown once"]


def received(rows: Sequence[object]) -> list[Received]:
    """Every row once. Only objects can repeat each other: nothing tells two broken entries apart or together."""
    kept: list[Received] = []
    seen: dict[str, Received] = {}
    for number, row in enumerate(rows, start=1):
        is_object = isinstance(row, dict)
        same = compact(row, is_sorted=True) if is_object else None
        if same is not None and same in seen:
            seen[same].copies += 1
            continue
        one = Received(number, row if isinstance(row, dict) else None, compact(row) or TOO_DEEP)
        kept.append(one)
        if same is not None:
            seen[same] = one
    return kept


def by_time(items: Iterable[T], at: Callable[[T], datetime | None]) -> list[T]:
    """In order of time, stable; an item without a time stays behind the one it came after, or in front of all."""
    latest, dated = _BEFORE_ALL, []
    for item in items:
        latest = at(item) or latest
        dated.append((latest, item))
    return [item for _, item in sorted(dated, key=lambda pair: pair[0])]
