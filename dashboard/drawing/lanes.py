"""Who shares a row: the same node, the same label where no node is named, the same loop.

Rows come in order of first appearance, so that a loop is repeated bars in one row and height is bounded by nodes.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from dashboard.drawing import wording
from dashboard.drawing.picture import AXIS, ROW, Lane
from dashboard.timeline.model import Visit

# A record with ever new labels must not grow without end: what comes later shares the last row.
MOST = 80


def key(visit: Visit) -> Hashable:
    """What visits of one row have in common."""
    return ("node", visit.node_id) if visit.node_id is not None else ("label", visit.label)


class Lanes:
    """Hands out rows; ask for each visit or group in order."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, int] = {}
        self._lanes: list[Lane] = []

    def of_visit(self, visit: Visit) -> int:
        return self._row(key(visit), wording.type_word(visit.type), wording.label(visit))

    def of_group(self, visits: Sequence[Visit], period: int) -> int:
        if not period:
            return self._row("neighbours", "Group", "neighbouring steps")
        labels = (wording.label(visit) for visit in visits[:period])
        names = wording.cut(" + ".join(labels), wording.LONGEST_LABEL)
        return self._row(("loop", *(key(visit) for visit in visits[:period])), "Loop", names)

    def all(self) -> tuple[Lane, ...]:
        return tuple(self._lanes)

    def _row(self, of: Hashable, type_: str, label: str) -> int:
        row = self._rows.get(of)
        if row is None:
            row = min(len(self._lanes), MOST - 1)
            self._rows[of] = row
            lane = Lane(type_, label, AXIS + ROW * row)
            if row == len(self._lanes):
                self._lanes.append(lane)
            else:
                self._lanes[row] = Lane("More", "steps beyond the rows above", lane.top)
        return row
