"""How often a number was dialled in any trailing stretch of time, along a timeline's axis: steps against a cap.

Drawn apart from the timeline itself, in the axis's own units across, so that it follows the axis when that is zoomed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import accumulate, groupby, pairwise
from math import ceil

from dashboard.drawing.markup import Markup
from dashboard.drawing.picture import WIDTH
from dashboard.timeline.timemap import TimeMap

COLUMNS = 400  # about 2 px each on a wide page: the most that is said is what was so anywhere within
HEIGHT = 22


@dataclass(frozen=True, slots=True)
class Step:
    """From left to right there were at most so many."""

    left: float
    right: float
    count: int


@dataclass(frozen=True, slots=True)
class Track:
    """One length of time. most: in any such stretch, whether it is in view or not. cap None: no rule has one."""

    hours: int
    cap: int | None
    most: int
    steps: tuple[Step, ...]

    @property
    def words(self) -> str:
        return f"{self.hours // 24} days" if self.hours > 24 and self.hours % 24 == 0 else f"{self.hours} h"

    @property
    def cap_words(self) -> str:
        return f" (cap {self.cap:,})" if self.cap is not None else ""

    @property
    def sentence(self) -> str:
        """ "at most 4, cap 3: over it" """
        cap = "no rule has a cap" if self.cap is None else f"cap {self.cap:,}"
        return f"at most {self.most:,}, {cap}{': over it' if self.is_over else ''}"

    @property
    def is_over(self) -> bool:
        return self.cap is not None and self.most > self.cap


def track(axis: TimeMap, dials: Sequence[datetime], *, hours: int, cap: int | None) -> Track:
    """dials: in order of time. A stretch holds its end and not its beginning."""
    length = timedelta(hours=hours)
    # What leaves at a moment leaves before anything comes.
    changes = sorted([*((at + length, -1) for at in dials), *((at, 1) for at in dials)])
    counts = list(accumulate(change for _, change in changes))
    levels = _levels(axis, [at for at, _ in changes], counts)
    return Track(hours, cap, max(counts, default=0), tuple(_steps(levels)))


def _levels(axis: TimeMap, moments: Sequence[datetime], counts: Sequence[int]) -> list[int]:
    """By column: the most that was so anywhere within. counts: from each moment to the next one."""
    levels = [0] * COLUMNS
    places = [axis.position(at) * COLUMNS / WIDTH for at in moments] if not axis.is_empty else []
    for (start, end), (left, right), count in zip(pairwise(moments), pairwise(places), counts, strict=False):
        if end <= axis.start or start > axis.end:
            continue
        first = min(int(left), COLUMNS - 1)
        for column in range(first, max(ceil(right), first + 1)):
            levels[column] = max(levels[column], count)
    return levels


def _steps(levels: Sequence[int]) -> list[Step]:
    found, at = [], 0
    for count, columns in groupby(levels):
        start, at = at, at + len(list(columns))
        if count:
            found.append(Step(WIDTH * start / COLUMNS, WIDTH * at / COLUMNS, count))
    return found


def draw(track: Track, text: str) -> Markup:
    """The steps as SVG, as wide as its place; text says the same. What is over the cap stands out above its line."""
    top = max(track.most, (track.cap or 0) + 1)
    parts = [
        f'<svg class="dialtrack" viewBox="0 0 {WIDTH:g} {HEIGHT}" width="100%" height="{HEIGHT}" '
        f'preserveAspectRatio="none" role="img" aria-label="{escape(text)}">'
    ]
    for step in track.steps:
        high = HEIGHT * step.count / top
        name = "dials is-over" if track.cap is not None and step.count > track.cap else "dials"
        place = f'x="{step.left:g}" y="{HEIGHT - high:.2f}" width="{step.right - step.left:g}" height="{high:.2f}"'
        parts.append(f'<rect class="{name}" {place}><title>{step.count:,} in {track.words}</title></rect>')
    if track.cap is not None:
        y = HEIGHT * (1 - track.cap / top)
        parts.append(f'<line class="cap" x1="0" x2="{WIDTH:g}" y1="{y:.2f}" y2="{y:.2f}"/>')
    return Markup("".join((*parts, "</svg>")))
