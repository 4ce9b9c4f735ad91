"""The distinct ways through a workflow, the most frequent first, their loops folded: "call + wait × 3". Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from dashboard.timeline.coverage import Walk
from dashboard.timeline.status import LEAD_FINAL

LONGEST_LOOP = 12  # steps
EXAMPLES = 5

Block = tuple[tuple[str, ...], int]  # node ids that follow each other, and how often


@dataclass(frozen=True, slots=True)
class Variant:
    """One distinct path. outcomes: how its leads stand, the most frequent first; to_end: of those that are over."""

    blocks: tuple[Block, ...]
    visits: int
    count: int
    share: float  # of all that have a step
    outcomes: tuple[tuple[str, int], ...]
    ended: int
    to_end: timedelta | None  # the median
    examples: tuple[str, ...]  # lead ids


def variants(walks: Iterable[Walk]) -> tuple[Variant, ...]:
    """Of all walks with a step at all. In whatever order they come."""
    found: defaultdict[tuple[str, ...], list[Walk]] = defaultdict(list)
    for walk in walks:
        if walk.path:
            found[tuple(step.node_id for step in walk.path)].append(walk)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), len(item[0]), item[0]))
    moved = sum(len(same) for same in found.values())
    return tuple(_variant(path, same, moved) for path, same in ordered)


def folded(path: Sequence[str]) -> tuple[Block, ...]:
    """The path with what repeats at once written once: the longest stretch of repetitions first, the shorter loop."""
    blocks: list[Block] = []
    at = 0
    while at < len(path):
        size, times = max(_repeats(path, at), key=lambda found: (found[0] * found[1], -found[0]), default=(1, 1))
        block = tuple(path[at : at + size])
        if times == 1 and blocks and blocks[-1][1] == 1:
            blocks[-1] = ((*blocks[-1][0], *block), 1)
        else:
            blocks.append((block, times))
        at += size * times
    return tuple(blocks)


def _repeats(path: Sequence[str], at: int) -> Iterable[tuple[int, int]]:
    """Each size of loop that is gone through at least twice from here on, and how often."""
    for size in range(1, min(LONGEST_LOOP, (len(path) - at) // 2) + 1):
        loop, times = path[at : at + size], 1
        while path[at + size * times : at + size * (times + 1)] == loop:
            times += 1
        if times > 1:
            yield size, times


def _variant(path: tuple[str, ...], walks: list[Walk], moved: int) -> Variant:
    outcomes = Counter(walk.outcome for walk in walks)
    ended = [walk for walk in walks if walk.outcome in LEAD_FINAL]
    lengths = [length for walk in ended if (length := _to_end(walk)) is not None]
    return Variant(
        blocks=folded(path),
        visits=len(path),
        count=len(walks),
        share=len(walks) / moved,
        outcomes=tuple(sorted(outcomes.items(), key=lambda item: (-item[1], item[0]))),
        ended=len(ended),
        to_end=timedelta(seconds=median(lengths)) if lengths else None,
        examples=tuple(sorted(walk.lead_id for walk in walks)[:EXAMPLES]),
    )


def _to_end(walk: Walk) -> float | None:
    """Seconds from the first moment of the path to its last, where both are known."""
    first, last = walk.path[0].entered_at, walk.path[-1]
    end: datetime | None = last.entered_at
    if first is None or end is None:
        return None
    seconds = (end - first).total_seconds() + (last.seconds or 0.0)
    return seconds if seconds >= 0 else None
