"""What is usual at a node: how long stays there last, so that a stay can be called slower than usual. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from dashboard.timeline.digest import Step

FEWEST = 20  # finished stays, below which nobody can say what is usual
PERCENTILE = 0.95


@dataclass(frozen=True, slots=True)
class Usual:
    """95 % of `stays` finished stays at a node lasted at most so long."""

    stays: int
    at_most: timedelta


def usual(paths: Iterable[Iterable[Step]]) -> dict[str, Usual]:
    """By node id, for each node with enough finished stays."""
    stays: defaultdict[str, list[float]] = defaultdict(list)
    for path in paths:
        for step in path:
            if step.node_id and step.seconds is not None:
                stays[step.node_id].append(step.seconds)
    return {
        node_id: Usual(len(seconds), timedelta(seconds=percentile(seconds)))
        for node_id, seconds in stays.items()
        if len(seconds) >= FEWEST
    }


def percentile(values: Sequence[float], share: float = PERCENTILE) -> float:
    """The smallest value that at least this share of the values do not exceed (nearest rank)."""
    return sorted(values)[ceil(share * len(values)) - 1]
