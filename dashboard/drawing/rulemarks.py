"""What rules add to a picture that is drawn: stretches in which nobody may be called, and flags at visits."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from dashboard.drawing.picture import WIDE, WIDTH, Bar, Flag, Group, Marker, Picture, Plan, Shade
from dashboard.timeline.timemap import TimeMap

# Narrower than 2 px on a wide page nothing is told from a line.
LEAST = 2 * WIDTH / WIDE
MOST = 300
ROOM = 14 * WIDTH / WIDE  # what a flag takes
KINDS = ("breach", "warning", "cannot")  # the worst first

Mark = tuple[str, str]  # the kind of a flag, and what it says
BarLike = TypeVar("BarLike", Bar, Plan, Marker)


def shades(axis: TimeMap | None, closed: Iterable[tuple[datetime, datetime, bool]]) -> tuple[Shade, ...]:
    """Where those stretches (from, to, whether it is sure) lie on the axis, the first MOST that can be seen."""
    if axis is None or axis.is_empty:
        return ()
    found: list[Shade] = []
    for start, end, is_sure in closed:
        shade = Shade(axis.position(start), axis.position(end), is_sure)
        if shade.right - shade.left >= LEAST:
            found.append(shade)
        if len(found) == MOST:
            break
    return tuple(found)


def flagged(picture: Picture, marks: Mapping[int, Mark]) -> Picture:
    """The picture with a flag at every visit that has a mark, which its hover text says too."""
    if not marks:
        return picture
    return replace(
        picture,
        bars=tuple(_said(bar, marks) for bar in picture.bars),
        plans=tuple(_said(plan, marks) for plan in picture.plans),
        markers=tuple(_said(marker, marks) for marker in picture.markers),
        flags=tuple(_with_room(_flags(picture, marks))),
    )


def _said(bar: BarLike, marks: Mapping[int, Mark]) -> BarLike:
    mark = marks.get(bar.position)
    return replace(bar, hover=(*bar.hover, f"⚑ {mark[1]}")) if mark else bar


def _flags(picture: Picture, marks: Mapping[int, Mark]) -> Iterator[Flag]:
    """Before a bar where that is free, else on its upper edge."""
    taken = {note.position for note in picture.notes if note.anchor == "end" and note.tone != "inside"}
    ends: dict[int, float] = {}  # by lane: where the bar before this one ends
    for bar in picture.bars:
        if bar.position in marks:
            is_above = bar.position in taken or bar.left - ends.get(bar.lane, -ROOM) < ROOM
            yield Flag(bar.lane, bar.left, *marks[bar.position], is_above)
        ends[bar.lane] = bar.right
    for marker in picture.markers:
        if marker.position in marks:
            yield Flag(marker.lane, marker.at, *marks[marker.position], is_above=True)
    positions = sorted(marks)
    for group in picture.groups:
        held = positions[bisect_left(positions, group.first) : bisect_left(positions, group.last + 1)]
        if held:
            yield _of_group(group, [marks[position] for position in held])


def _with_room(flags: Iterable[Flag]) -> Iterator[Flag]:
    """The worst of those that would hide one another; each visit's own words are said when it is pointed at."""
    places: defaultdict[tuple[int, int], list[Flag]] = defaultdict(list)
    for flag in flags:
        places[flag.lane, int(flag.at / ROOM)].append(flag)
    for held in places.values():
        worst = min(held, key=lambda flag: KINDS.index(flag.kind))
        others = f"; and {len(held) - 1:,} more here" if len(held) > 1 else ""
        yield replace(worst, text=f"{worst.text}{others}")


def _of_group(group: Group, held: Sequence[Mark]) -> Flag:
    kinds = [kind for kind, _ in held]
    worst = next(kind for kind in KINDS if kind in kinds)
    return Flag(group.lane, group.left, worst, f"{len(held):,} steps of these that rules concern", is_above=True)
