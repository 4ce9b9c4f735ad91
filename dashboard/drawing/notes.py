"""Where the short texts go: in the bar, else to its right, else to its left, else nowhere. Once per width of the page.

Nobody can measure text on the server, so widths are estimates on the generous side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dashboard.drawing.picture import NARROW, WIDE, WIDTH, Anchor, Note, Room, Tone

_CHARACTER = 6.3  # px, at the 11 px of chart.css
_GAP, _MARKER_GAP = 5.0, 11.0  # px between the edge of a bar, or the middle of a marker, and its text


@dataclass(frozen=True, slots=True)
class Mark:
    """A thing in a lane, and what may be written at it, longest first. No texts: it only takes room."""

    position: int
    lane: int
    left: float
    right: float
    texts: tuple[str, ...] = ()
    tone: Tone = "ink"
    has_inside: bool = True  # False: nothing is written on it


@dataclass(frozen=True, slots=True)
class _Place:
    position: int
    lane: int
    at: float
    text: str
    anchor: Anchor
    tone: Tone
    gap: float


@lru_cache(maxsize=2_000)  # a page measures the same few words and lengths hundreds of times
def text_width(text: str) -> float:
    """Estimated px; a character beyond the common signs may be twice as wide."""
    return sum(_CHARACTER if char < "\u2e80" else 2 * _CHARACTER for char in text)


def place(marks: Iterable[Mark]) -> tuple[Note, ...]:
    """The notes for both widths; a note that is the same on both comes once."""
    lanes: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        lanes[mark.lane].append(mark)
    for lane in lanes.values():
        lane.sort(key=lambda mark: (mark.left, mark.right))
    wide = {found: None for lane in lanes.values() for found in _places(lane, WIDE)}
    narrow = {found: None for lane in lanes.values() for found in _places(lane, NARROW)}
    notes = [_note(found, "both" if found in narrow else "wide") for found in wide]
    return (*notes, *(_note(found, "narrow") for found in narrow if found not in wide))


def _note(found: _Place, room: Room) -> Note:
    return Note(found.position, found.lane, found.at, found.text, found.anchor, found.tone, found.gap, room)


def _places(lane: Sequence[Mark], width: int) -> Iterable[_Place]:
    taken = 0.0  # up to here the lane is full
    per_px = WIDTH / width
    for index, mark in enumerate(lane):
        until = lane[index + 1].left if index + 1 < len(lane) else WIDTH
        found = _fit(mark, taken, until, per_px)
        taken = max(taken, mark.right)
        if found is None:
            continue
        if found.anchor == "start":
            taken = max(taken, found.at + (text_width(found.text) + 2 * found.gap) * per_px)
        yield found


def _fit(mark: Mark, taken: float, until: float, per_px: float) -> _Place | None:
    gap = _GAP if mark.right > mark.left else _MARKER_GAP
    for text in mark.texts:
        need = (text_width(text) + 2 * gap) * per_px
        if mark.has_inside and mark.right - mark.left >= need and taken <= mark.left:
            return _Place(mark.position, mark.lane, mark.left, text, "start", "inside", gap)
        if taken <= mark.right and until - mark.right >= need:
            return _Place(mark.position, mark.lane, mark.right, text, "start", mark.tone, gap)
        if mark.left - taken >= need:
            return _Place(mark.position, mark.lane, mark.left, text, "end", mark.tone, gap)
    return None
