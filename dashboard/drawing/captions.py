"""What a picture says in words: its title for people who cannot see it, and the sentences above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from dashboard.drawing.wording import moment
from dashboard.timeline.model import Visit
from dashboard.timeline.timemap import TimeMap


def title(visits: int, axis: TimeMap, zone: tzinfo) -> str:
    between = "" if axis.is_empty else f", {moment(axis.start, zone)} to {moment(axis.end, zone)}"
    return f"Timeline of {count(visits, 'visit')}{between}. The table below has each of them."


def sentences(
    shown: Sequence[Visit], *, total: int, groups: int, axis: TimeMap, has_times: bool, is_true_scale: bool
) -> Iterator[str]:
    """What a person must know to read the picture right."""
    if len(shown) < total:
        yield f"Visits {shown[0].position:,} to {shown[-1].position:,} of {total:,}."
    if groups:
        drawn = f"{count(len(shown), 'visit')}, drawn as {count(groups, 'group')}"
        yield f"{drawn}. Select a group to see its visits one by one."
    if not has_times:
        yield "No visit has a start time that can be drawn: places on the axis mean nothing here."
    if len(axis.folds) == 1:
        yield "1 stretch without calls is folded; select it to see its full length."
    elif axis.folds:
        yield f"{len(axis.folds):,} stretches without calls are folded; select one to see its full length."
    if is_true_scale:
        yield "True scale: nothing is folded."


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
