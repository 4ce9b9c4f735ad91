"""What a fold looks like: a band across all lanes, a handle that names its length, a zigzag where it cuts a bar.

Pure; whether and where something folds is the map's decision.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from dashboard.drawing import wording
from dashboard.drawing.notes import text_width
from dashboard.drawing.picture import BREAK_ROOM, NARROW, WIDE, WIDTH, Bar, Break, FoldMark, Group, Plan, Room
from dashboard.timeline.model import Visit
from dashboard.timeline.timemap import Fold, TimeMap
from dashboard.timeline.words import length

_PADDING = 22.0  # px around the text of a handle, and between two of them


def marks(axis: TimeMap, visits: Mapping[int, Visit]) -> tuple[FoldMark, ...]:
    """Folds and what could be folded again, from left to right."""
    ordered = sorted((*axis.folds, *axis.opened), key=lambda fold: (fold.left, fold.right))
    wide = set(_roomy(ordered, WIDE))
    narrow = set(_roomy(ordered, NARROW))
    return tuple(_mark(fold, visits, wide, narrow) for fold in ordered)


def _roomy(ordered: Iterable[Fold], width: int) -> Iterator[str]:
    """Keys of the folds whose handle has room for its text, left ones first."""
    taken = -WIDTH
    for fold in ordered:
        middle = (fold.left + fold.right) / 2
        half = (text_width(_text(fold)) + _PADDING) / 2 * WIDTH / width
        if middle - half >= taken:
            yield fold.key
            taken = middle + half


def _text(fold: Fold) -> str:
    return length(fold.length) if fold.is_folded else f"fold {length(fold.length)}"


def _mark(fold: Fold, visits: Mapping[int, Visit], wide: set[str], narrow: set[str]) -> FoldMark:
    visit = visits.get(fold.position)
    if fold.is_gap or visit is None:
        what = "Nothing happened"
    else:
        what = f"{wording.type_word(visit.type)} · {wording.label(visit)}"
    act = "Folded; select it to see its full length" if fold.is_folded else "Select it to fold it again"
    room: Room | None = "both" if fold.key in wide & narrow else None
    if room is None and fold.key in wide | narrow:
        room = "wide" if fold.key in wide else "narrow"
    hover = (what, length(fold.length), act)
    return FoldMark(fold.key, fold.position, fold.left, fold.right, _text(fold), hover, fold.is_folded, room)


def touches(axis: TimeMap, left: float, right: float) -> bool:
    """Whether any fold lies within or across the stretch."""
    index = bisect_right(axis.folds, left, key=lambda fold: fold.right)
    return index < len(axis.folds) and axis.folds[index].left < right


def breaks(axis: TimeMap, bars: Iterable[Bar | Plan | Group]) -> tuple[Break, ...]:
    """A zigzag in the middle of each fold that has room for it: on the axis, and on every bar that reaches across."""
    folds = [fold for fold in axis.folds if _is_wide(fold, WIDE)]
    on_axis = [_break(None, fold) for fold in folds]
    on_bars = [
        _break(bar.lane, fold) for bar in bars for fold in folds if bar.left <= fold.left and fold.right <= bar.right
    ]
    return tuple(dict.fromkeys(on_axis + on_bars))


def _break(lane: int | None, fold: Fold) -> Break:
    return Break(lane, (fold.left + fold.right) / 2, "both" if _is_wide(fold, NARROW) else "wide")


def _is_wide(fold: Fold, width: int) -> bool:
    return (fold.right - fold.left) * width / WIDTH >= BREAK_ROOM
