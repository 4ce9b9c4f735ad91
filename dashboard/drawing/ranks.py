"""Where the boxes of a graph stand: ranks from top to bottom, few crossings, room for lines that pass a rank by.

In the manner of Sugiyama: loops are turned around, ranks are longest paths, order and places are by neighbours' means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 6
Ends = tuple[str, str]
Spot = tuple[str, ...]  # (node,), or (source, target, rank) where a line passes by


@dataclass(frozen=True, slots=True)
class Ranked:
    """ranks: each rank's spots from left to right; x: the middle of each spot; routes: an edge's spots.

    Edges from a node to itself are left out.
    """

    ranks: tuple[tuple[Spot, ...], ...]
    x: Mapping[Spot, float]
    routes: Mapping[Ends, tuple[Spot, ...]]


def ranked(nodes: Sequence[str], edges: Sequence[Ends], *, box: float, line: float) -> Ranked:
    """nodes: in the order in which loops are looked for. box, line: px across that a node or a passing line takes."""
    edges = [ends for ends in dict.fromkeys(edges) if ends[0] != ends[1]]
    turned = _backwards(nodes, edges)
    down = [(target, source) if (source, target) in turned else (source, target) for source, target in edges]
    rank = _longest(nodes, down)
    routes: dict[Ends, tuple[Spot, ...]] = {}
    spots: defaultdict[int, dict[Spot, None]] = defaultdict(dict)
    for node in nodes:
        spots[rank[node]][(node,)] = None
    for ends, (upper, lower) in zip(edges, down, strict=True):
        between = [(*ends, str(level)) for level in range(rank[upper] + 1, rank[lower])]
        for level, spot in enumerate(between, start=rank[upper] + 1):
            spots[level][spot] = None
        route: list[Spot] = [(upper,), *between, (lower,)]
        routes[ends] = tuple(reversed(route) if ends in turned else route)
    rows = [list(spots[level]) for level in range(len(spots))]
    above, below = _neighbours(routes.values(), {spot: at for at, row in enumerate(rows) for spot in row})
    for sweep in range(SWEEPS):
        _reorder(rows if sweep % 2 == 0 else rows[::-1], above if sweep % 2 == 0 else below)
    width = {spot: box if len(spot) == 1 else line for row in rows for spot in row}
    return Ranked(tuple(map(tuple, rows)), _places(rows, above, below, width), routes)


def _backwards(nodes: Sequence[str], edges: Iterable[Ends]) -> set[Ends]:
    """The edges that close a loop, found depth first."""
    after: defaultdict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    found: set[Ends] = set()
    done: set[str] = set()
    for start in nodes:
        path = [(start, iter(after[start]))] if start not in done else []
        on_path = {start}
        while path:
            node, rest = path[-1]
            for target in rest:
                if target in on_path:
                    found.add((node, target))
                elif target not in done:
                    path.append((target, iter(after[target])))
                    on_path.add(target)
                    break
            else:
                path.pop()
                on_path.discard(node)
                done.add(node)
    return found


def _longest(nodes: Sequence[str], down: Sequence[Ends]) -> dict[str, int]:
    """Each node below all that lead to it. down: without loops."""
    after: defaultdict[str, list[str]] = defaultdict(list)
    waiting = dict.fromkeys(nodes, 0)
    for source, target in down:
        after[source].append(target)
        waiting[target] += 1
    rank = dict.fromkeys(nodes, 0)
    free = [node for node in nodes if not waiting[node]]
    for node in free:
        for target in after[node]:
            rank[target] = max(rank[target], rank[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                free.append(target)
    return rank


Neighbours = Mapping[Spot, list[Spot]]


def _neighbours(routes: Iterable[Sequence[Spot]], level: Mapping[Spot, int]) -> tuple[Neighbours, Neighbours]:
    above: defaultdict[Spot, list[Spot]] = defaultdict(list)
    below: defaultdict[Spot, list[Spot]] = defaultdict(list)
    for route in routes:
        for one, other in pairwise(route):
            upper, lower = (one, other) if level[one] < level[other] else (other, one)
            above[lower].append(upper)
            below[upper].append(lower)
    return above, below


def _reorder(rows: Sequence[list[Spot]], neighbours: Neighbours) -> None:
    """Each row by where its neighbours in the row before stand; who has none stays where it is."""
    for before, row in pairwise(rows):
        at = {spot: index / max(1, len(before) - 1) for index, spot in enumerate(before)}
        own = {spot: index / max(1, len(row) - 1) for index, spot in enumerate(row)}
        row.sort(key=lambda spot: _mean([at[one] for one in neighbours.get(spot, ())], own[spot]))


def _places(
    rows: Sequence[Sequence[Spot]], above: Neighbours, below: Neighbours, width: Mapping[Spot, float]
) -> dict[Spot, float]:
    """The middle of each spot: near its neighbours, in order, without overlap, beginning at 0."""
    x: dict[Spot, float] = {}
    for row in rows:
        edge = -sum(width[spot] for spot in row) / 2
        for spot in row:
            x[spot] = edge + width[spot] / 2
            edge += width[spot]
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            sides = (above, below) if sweep == SWEEPS - 1 else ((above,) if sweep % 2 == 0 else (below,))
            wanted = [_mean([x[one] for side in sides for one in side.get(spot, ())], x[spot]) for spot in row]
            _settle(row, wanted, width, x)
    left = min((x[spot] - width[spot] / 2 for spot in x), default=0.0)
    return {spot: place - left for spot, place in x.items()}


def _settle(row: Sequence[Spot], wanted: Sequence[float], width: Mapping[Spot, float], x: dict[Spot, float]) -> None:
    """As near to what is wanted as the order allows: pushed from the left, and from the right, and the mean of both."""
    gaps = [0.0, *((width[one] + width[other]) / 2 for one, other in pairwise(row))]
    right: list[float] = []
    for place, gap in zip(wanted, gaps, strict=True):
        right.append(max(place, right[-1] + gap) if right else place)
    left: list[float] = []
    for place, gap in zip(reversed(wanted), [0.0, *reversed(gaps[1:])], strict=True):
        left.append(min(place, left[-1] - gap) if left else place)
    for spot, one, other in zip(row, right, reversed(left), strict=True):
        x[spot] = (one + other) / 2


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
