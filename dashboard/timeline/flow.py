"""Many paths as one flow: a column for each visit number, so that loops unroll and nothing runs backwards. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from dashboard.timeline.coverage import Walk

OTHERS = "\0"  # no node id can be it: several nodes of a column, each with few leads, as one


@dataclass(frozen=True, slots=True)
class Stop:
    """A node as visit number `column` + 1 of so many leads. merged: how many nodes it stands for; goes_on: leads."""

    column: int
    node_id: str
    count: int
    goes_on: int
    merged: int = 1


@dataclass(frozen=True, slots=True)
class Link:
    """So many leads went from a stop of this column to one of the next."""

    column: int
    source: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class Flow:
    """stops: by column, the most frequent first; beyond: leads whose path goes on after the last column."""

    leads: int
    stops: tuple[tuple[Stop, ...], ...]
    links: tuple[Link, ...]
    beyond: int


def flow(walks: Iterable[Walk], *, depth: int, most: int) -> Flow:
    """The first `depth` visits. A column shows `most` stops: beyond that, those with few leads are merged."""
    paths = [[step.node_id for step in walk.path[: depth + 1]] for walk in walks if walk.path]
    counts = [Counter(path[column] for path in paths if column < len(path)) for column in range(depth)]
    counts = [count for count in counts if count]
    kept = [_kept(count, most) for count in counts]
    named = [
        [node_id if node_id in kept[column] else OTHERS for column, node_id in enumerate(path[:depth])]
        for path in paths
    ]
    links = Counter(
        (column, source, target) for path in named for column, (source, target) in enumerate(pairwise(path))
    )
    goes_on = Counter(
        (column, name)
        for path, names in zip(paths, named, strict=True)
        for column, name in enumerate(names)
        if column + 1 < len(path)
    )
    stops = tuple(
        tuple(
            Stop(column, node_id, count, goes_on[column, node_id], merged)
            for node_id, count, merged in _stops(counts[column], kept[column])
        )
        for column in range(len(counts))
    )
    return Flow(
        leads=len(paths),
        stops=stops,
        links=tuple(
            Link(*ends, count)
            for ends, count in sorted(links.items(), key=lambda item: (item[0][0], -item[1], item[0]))
        ),
        beyond=sum(len(path) > depth for path in paths),
    )


def _kept(count: Counter[str], most: int) -> frozenset[str]:
    """The nodes that are shown by themselves: all, or all but those that leave no room for "others"."""
    ordered = sorted(count, key=lambda node_id: (-count[node_id], node_id))
    return frozenset(ordered if len(ordered) <= most else ordered[: most - 1])


def _stops(count: Counter[str], kept: frozenset[str]) -> list[tuple[str, int, int]]:
    """Node id, leads, nodes merged into it; the most frequent first, the others at the end."""
    shown = sorted(kept, key=lambda node_id: (-count[node_id], node_id))
    rest = [count[node_id] for node_id in count if node_id not in kept]
    return [*((node_id, count[node_id], 1) for node_id in shown), *([(OTHERS, sum(rest), len(rest))] if rest else [])]
