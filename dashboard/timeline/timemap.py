"""The folding axis: moments to positions and back. Calls stay proportional to one another; idle time folds.

Pure and total: any spans give a map that is monotone and invertible within its ends. Knows no zone and no pixels.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import pairwise

from dashboard.timeline import folding

WIDTH = 1000.0
FOLD_WIDTH = 0.06 * WIDTH
# All folds together take at most this much; many folds share it evenly.
FOLDS_WIDTH = 0.5 * WIDTH
# The longest call DialNexa allows. What lasts longer is not work that must keep its proportion.
LONGEST_CALL = timedelta(seconds=5400)


class Kind(StrEnum):
    CALL = "call"
    STEP = "step"  # work other than a call
    WAIT = "wait"
    GROUP = "group"  # many visits drawn as one bar: never folds


@dataclass(frozen=True, slots=True)
class Span:
    """The time one visit takes on the axis. An end before its start counts as no time at all."""

    position: int
    start: datetime
    end: datetime
    kind: Kind = Kind.STEP
    cut: datetime | None = None  # a moment within, such as a planned release, at which a fold may begin or end


@dataclass(frozen=True, slots=True)
class Fold:
    """A stretch that folds. `key` names it in a URL: "3.1" is the first stretch that belongs to visit 3."""

    key: str
    position: int  # the visit it belongs to; for a gap, the visit before it
    start: datetime
    end: datetime
    left: float
    right: float
    is_gap: bool  # no visit covers it
    is_folded: bool = True

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight part of the map: all unfolded time has one scale, each fold its own."""

    start: datetime
    end: datetime
    left: float
    right: float
    is_folded: bool


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Positions run from 0 to `width`; moments outside `start`..`end` sit on the nearer end."""

    start: datetime
    end: datetime
    pieces: tuple[Piece, ...] = ()
    folds: tuple[Fold, ...] = ()  # folded now
    opened: tuple[Fold, ...] = ()  # would fold, but a person has unfolded them
    width: float = WIDTH
    _starts: tuple[datetime, ...] = field(init=False, repr=False, compare=False)  # of the pieces, to search in

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(piece.start for piece in self.pieces))

    def position(self, moment: datetime) -> float:
        """Where a moment sits, 0..width."""
        if not self.pieces or moment <= self.start:
            return 0.0
        if moment >= self.end:
            return self.width
        piece = self.pieces[bisect_right(self._starts, moment) - 1]
        share = (moment - piece.start) / (piece.end - piece.start)
        return min(piece.left + (piece.right - piece.left) * share, piece.right)

    def moment(self, position: float) -> datetime:
        """The moment at a position; to the microsecond where the scale allows."""
        if not self.pieces or position <= 0:
            return self.start
        if position >= self.width:
            return self.end
        piece = self.pieces[bisect_right(self.pieces, position, key=lambda piece: piece.left) - 1]
        wide = piece.right - piece.left
        share = (position - piece.left) / wide if wide > 0 else 0.0
        return min(piece.start + (piece.end - piece.start) * min(share, 1.0), piece.end)

    @property
    def is_empty(self) -> bool:
        """Whether there is no stretch of time to map: no span, or all at one moment."""
        return not self.pieces

    @property
    def seconds_per_unit(self) -> float:
        """The scale of everything that is not folded."""
        piece = next((piece for piece in self.pieces if not piece.is_folded and piece.right > piece.left), None)
        return (piece.end - piece.start).total_seconds() / (piece.right - piece.left) if piece else 0.0


@dataclass(frozen=True, slots=True)
class _Segment:
    start: datetime
    end: datetime
    owner: int
    is_gap: bool
    stretch: folding.Stretch


def build(
    spans: Iterable[Span],
    *,
    moments: Iterable[datetime] = (),
    unfolded: frozenset[str] = frozenset(),
    is_true_scale: bool = False,
) -> TimeMap:
    """The map over all spans. moments: more cuts, such as now. unfolded: keys of folds to leave open.

    A key that names no fold is ignored.
    """
    ordered = sorted(map(_in_utc, spans), key=lambda span: (span.start, span.position))
    if not ordered:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return TimeMap(epoch, epoch)
    segments = _segments(ordered, (moment.astimezone(UTC) for moment in moments))
    if not segments:
        return TimeMap(ordered[0].start, ordered[0].start)
    shut = frozenset() if is_true_scale else folding.folded([segment.stretch for segment in segments])
    return _place(segments, shut, unfolded)


def _in_utc(span: Span) -> Span:
    """Two moments of one zone subtract as its clocks show them, an hour wrong across a clock change."""
    if span.start.tzinfo is span.end.tzinfo is UTC and (span.cut is None or span.cut.tzinfo is UTC):
        return span
    cut = None if span.cut is None else span.cut.astimezone(UTC)
    return Span(span.position, span.start.astimezone(UTC), span.end.astimezone(UTC), span.kind, cut)


def _segments(ordered: list[Span], moments: Iterable[datetime]) -> list[_Segment]:
    """Time cut wherever a visit begins, ends or was due, in order; one sweep."""
    first, last = ordered[0].start, max(max(span.start, span.end) for span in ordered)
    cuts = {first, last}
    for span in ordered:
        cuts.update((span.start, max(span.start, span.end)))
        if span.cut is not None and first < span.cut < last:
            cuts.add(span.cut)
    cuts.update(moment for moment in moments if first < moment < last)
    edges = sorted(cuts)
    sweep = _Sweep(ordered)
    return [sweep.segment(start, end) for start, end in pairwise(edges)]


class _Sweep:
    """Walks the cuts from left to right and knows which spans cover the current segment."""

    def __init__(self, ordered: list[Span]) -> None:
        self._ordered = ordered
        self._next = 0
        self._last_started = ordered[0].position
        self._ends: list[tuple[datetime, int]] = []
        self._active: list[tuple[int, datetime]] = []  # by visit position; ended ones leave when they come to the top
        self._hard = self._soft = 0  # how many ordinary steps, and how many over-long ones, are active
        self._work = 0  # sum of their indexes: when there is one, its index

    def segment(self, start: datetime, end: datetime) -> _Segment:
        while self._ends and self._ends[0][0] <= start:
            self._count(heappop(self._ends)[1], -1)
        while self._next < len(self._ordered) and self._ordered[self._next].start <= start:
            span = self._ordered[self._next]
            self._last_started = span.position
            if span.end > span.start:
                heappush(self._ends, (span.end, self._next))
                heappush(self._active, (span.position, span.end))
                self._count(self._next, 1)
            self._next += 1
        while self._active and self._active[0][1] <= start:
            heappop(self._active)
        sole = self._work if self._hard + self._soft == 1 and _may_fold(self._ordered[self._work]) else None
        if sole is not None:
            owner = self._ordered[sole].position
        else:
            owner = self._active[0][0] if self._active else self._last_started
        stretch = folding.Stretch((end - start).total_seconds(), self._hard == 0, sole)
        return _Segment(start, end, owner, not self._active, stretch)

    def _count(self, index: int, by: int) -> None:
        span = self._ordered[index]
        if span.kind is Kind.WAIT:
            return
        self._work += by * index
        if span.kind is not Kind.GROUP and span.end - span.start > LONGEST_CALL:
            self._soft += by
        else:
            self._hard += by


def _may_fold(span: Span) -> bool:
    return span.kind is Kind.STEP or (span.kind is Kind.CALL and span.end - span.start > LONGEST_CALL)


def _place(segments: list[_Segment], shut: frozenset[int], unfolded: frozenset[str]) -> TimeMap:
    """Widths: one for every fold, the rest shared out in proportion to time."""
    numbers: Counter[int] = Counter()
    keys = {}
    for index, segment in enumerate(segments):
        numbers[segment.owner] += 1
        if index in shut:
            keys[index] = f"{segment.owner}.{numbers[segment.owner]}"
    folded = {index for index, key in keys.items() if key not in unfolded}
    open_seconds = sum(segment.stretch.seconds for index, segment in enumerate(segments) if index not in folded)
    fold_width = min(FOLD_WIDTH, FOLDS_WIDTH / len(folded)) if folded else 0.0
    scale = (WIDTH - fold_width * len(folded)) / open_seconds
    pieces: list[Piece] = []
    folds: list[Fold] = []
    left = 0.0
    for index, segment in enumerate(segments):
        is_folded = index in folded
        right = left + (fold_width if is_folded else segment.stretch.seconds * scale)
        right = WIDTH if index == len(segments) - 1 else min(right, WIDTH)
        pieces.append(Piece(segment.start, segment.end, left, right, is_folded))
        if index in keys:
            folds.append(
                Fold(keys[index], segment.owner, segment.start, segment.end, left, right, segment.is_gap, is_folded)
            )
        left = right
    return TimeMap(
        segments[0].start,
        segments[-1].end,
        tuple(pieces),
        tuple(fold for fold in folds if fold.is_folded),
        tuple(fold for fold in folds if not fold.is_folded),
    )
