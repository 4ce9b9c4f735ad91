"""Which visits are drawn as one bar when there are too many to draw. Pure; works on positions and node names only."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

# More visits in view than this are grouped: bars of three pixels and less can't be pointed at one by one.
MOST = 300
# A long loop is cut into about this many groups, so that opening one always shows fewer visits.
PIECES = 100
# The longest round a loop may have.
LONGEST_ROUND = 8


@dataclass(frozen=True, slots=True)
class Run:
    """Indexes first..last (both included). period: visits per round of the loop; 0: no loop, just neighbours."""

    first: int
    last: int
    period: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def runs(nodes: Sequence[Hashable]) -> tuple[Run, ...]:
    """Every index in exactly one run, in order; at most MOST runs. A run of one is a visit drawn by itself."""
    piece = max(2, -(-len(nodes) // PIECES))
    found = tuple(_cut(_loops(nodes), piece))
    if len(found) > MOST:
        found = tuple(_cut(_joined(found), piece))
    if len(found) > MOST:
        found = tuple(_cut([Run(0, len(nodes) - 1, 0)], piece))
    return found


def _loops(nodes: Sequence[Hashable]) -> Iterator[Run]:
    """From left to right, the loop that reaches furthest; what repeats nowhere is a run of one."""
    # same[p] holds, for each period, how far on from here node[i] == node[i + p] keeps holding.
    reach = [_reach(nodes, period) for period in range(1, LONGEST_ROUND + 1)]
    at = 0
    while at < len(nodes):
        size, period = max(((_whole(reach[p - 1][at], p), -p) for p in range(1, LONGEST_ROUND + 1)), default=(0, 0))
        if size:
            yield Run(at, at + size - 1, -period)
            at += size
        else:
            yield Run(at, at, 0)
            at += 1


def _reach(nodes: Sequence[Hashable], period: int) -> list[int]:
    reach = [0] * (len(nodes) + 1)
    for at in range(len(nodes) - period - 1, -1, -1):
        if nodes[at] == nodes[at + period]:
            reach[at] = reach[at + 1] + 1
    return reach


def _whole(reach: int, period: int) -> int:
    """Visits in whole rounds, when there are at least two of them."""
    rounds = (reach + period) // period
    return rounds * period if rounds >= 2 else 0


def _cut(found: Iterator[Run] | Sequence[Run], piece: int) -> Iterator[Run]:
    """Long runs in pieces of whole rounds."""
    for run in found:
        step = max(run.period, piece - piece % run.period) if run.period else piece
        for first in range(run.first, run.last + 1, step):
            yield Run(first, min(first + step - 1, run.last), run.period)


def _joined(found: Sequence[Run]) -> Iterator[Run]:
    """Neighbouring runs of one, as one."""
    first: int | None = None
    for run in found:
        if run.size == 1:
            first = run.first if first is None else first
            continue
        if first is not None:
            yield Run(first, run.first - 1, 0)
            first = None
        yield run
    if first is not None:
        yield Run(first, found[-1].last, 0)
