"""Which stretches of a path fold: time in which nothing but waiting happens, when it would hide the calls. Pure.

Works on lengths alone; it knows nothing of widths, zones or what a person has unfolded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

# An idle stretch this large, as a share of all time still unfolded, folds.
LARGE = 0.10
# A single step other than a call that takes more than this share on its own folds too.
DOMINANT = 0.50
# Many waits, each below LARGE, hide the calls just as well: beyond this share the longer of them fold.
CROWDED = 0.80


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time between two neighbouring cuts; the same visits cover all of it."""

    seconds: float
    is_idle: bool  # no call or other ordinary step covers it
    sole: int | None = None  # the one step that covers it alone and may fold, if there is such a step


def folded(stretches: Sequence[Stretch]) -> frozenset[int]:
    """Indexes of the stretches that fold. Never all of them: a fold exists to make room for something."""
    open_ = {index: stretch for index, stretch in enumerate(stretches) if stretch.seconds > 0}
    shut: set[int] = set()
    while True:
        found = _dominating(open_) or _crowding(open_)
        if not found or len(found) == len(open_):
            return frozenset(shut)
        shut |= found
        for index in found:
            del open_[index]


def _dominating(open_: dict[int, Stretch]) -> set[int]:
    total = sum(stretch.seconds for stretch in open_.values())
    found = {index for index, stretch in open_.items() if stretch.is_idle and stretch.seconds >= LARGE * total}
    alone: defaultdict[int, set[int]] = defaultdict(set)
    for index, stretch in open_.items():
        if stretch.sole is not None:
            alone[stretch.sole].add(index)
    for indexes in alone.values():
        if sum(open_[index].seconds for index in indexes) > DOMINANT * total:
            found |= indexes
    return found


def _crowding(open_: dict[int, Stretch]) -> set[int]:
    total = sum(stretch.seconds for stretch in open_.values())
    idle = {index: stretch.seconds for index, stretch in open_.items() if stretch.is_idle}
    if not idle or sum(idle.values()) <= CROWDED * total:
        return set()
    mean = sum(idle.values()) / len(idle)
    # A hair below the mean, so that equal waits fold together in spite of rounding.
    return {index for index, seconds in idle.items() if seconds >= mean * (1 - 1e-9)}
