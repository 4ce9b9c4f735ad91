"""The flow as geometry in pixels: boxes in columns, bands between them. One truth for the SVG and for plotly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.timeline.flow import OTHERS, Flow, Link, Stop

COLUMN = 168  # px from one column's left edge to the next one's
BOX = 12  # px across a box
PAD = 18  # px between two boxes: a line of text
TOP = 28  # px for the columns' titles
BODY = 300  # px for all leads together
HEAD, TAIL = 11, 7  # characters kept of a label that is too long beside its box: names often differ at their end


@dataclass(frozen=True, slots=True)
class Box:
    stop: Stop
    label: str
    type: str
    x: float
    y: float
    height: float
    hover: str

    @property
    def short(self) -> str:
        """What fits beside it."""
        is_long = len(self.label) > HEAD + TAIL + 1
        return f"{self.label[:HEAD].rstrip()}…{self.label[-TAIL:].lstrip()}" if is_long else self.label

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Band:
    """From a box to one of the next column; y: its upper edge at either end."""

    link: Link
    source: int  # index of the box
    target: int
    left: float
    right: float
    left_y: float
    right_y: float
    height: float
    hover: str


@dataclass(frozen=True, slots=True)
class River:
    title: str  # one sentence for people who cannot see it
    columns: tuple[str, ...]
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    floor: float  # px from the top to where the boxes may end

    @property
    def width(self) -> int:
        return COLUMN * len(self.columns)

    @property
    def height(self) -> float:
        return self.floor + 8


def river(flow: Flow, *, name: Callable[[str], tuple[str, str]]) -> River:
    """name: a node's type and label by its id."""
    room = BODY + PAD * (max((len(column) for column in flow.stops), default=1) - 1)
    # The fullest column decides; plotly reckons in the same way.
    scale = min(
        ((room - PAD * (len(column) - 1)) / sum(stop.count for stop in column) for column in flow.stops), default=1.0
    )
    boxes: list[Box] = []
    places: dict[tuple[int, str], int] = {}
    for column in flow.stops:
        y = float(TOP)
        for stop in _uncrossed(column, flow.links, boxes, places):
            type_, label = _name(stop, name)
            places[stop.column, stop.node_id] = len(boxes)
            height = stop.count * scale
            boxes.append(Box(stop, label, type_, stop.column * COLUMN, y, height, _hover(stop, label, flow.leads)))
            y += height + PAD
    return River(
        title=f"The first {len(flow.stops)} steps of {flow.leads} leads, from left to right.",
        columns=tuple(f"Step {number}" for number in range(1, len(flow.stops) + 1)),
        boxes=tuple(boxes),
        bands=_bands(flow, boxes, places, scale),
        floor=TOP + room,
    )


def _name(stop: Stop, name: Callable[[str], tuple[str, str]]) -> tuple[str, str]:
    if stop.node_id == OTHERS:
        return "", f"{stop.merged} other steps"
    return name(stop.node_id)


def _uncrossed(
    column: tuple[Stop, ...], links: tuple[Link, ...], boxes: list[Box], places: dict[tuple[int, str], int]
) -> list[Stop]:
    """Each stop near those that its leads come from; the first column as it is."""
    pulls: defaultdict[str, float] = defaultdict(float)
    counts = {stop.node_id: stop.count for stop in column}
    for link in links:
        if column and link.column == column[0].column - 1:
            pulls[link.target] += link.count * boxes[places[link.column, link.source]].middle
    return sorted(column, key=lambda stop: pulls[stop.node_id] / counts[stop.node_id])


def _bands(flow: Flow, boxes: list[Box], places: dict[tuple[int, str], int], scale: float) -> tuple[Band, ...]:
    """At either end in the order of where they come from or go to, so that they do not cross in their box."""
    ends = [(link, places[link.column, link.source], places[link.column + 1, link.target]) for link in flow.links]
    left_y = _stacked([(source, target, link.count * scale) for link, source, target in ends], boxes)
    right_y = _stacked([(target, source, link.count * scale) for link, source, target in ends], boxes)
    return tuple(
        Band(
            link=link,
            source=source,
            target=target,
            left=boxes[source].x + BOX,
            right=boxes[target].x,
            left_y=left_y[index],
            right_y=right_y[index],
            height=link.count * scale,
            hover=f"{boxes[source].label} → {boxes[target].label}: {link.count:,} of {flow.leads:,} leads",
        )
        for index, (link, source, target) in enumerate(ends)
    )


def _stacked(ends: list[tuple[int, int, float]], boxes: list[Box]) -> dict[int, float]:
    """The upper edge of each band at the box named first."""
    filled: defaultdict[int, float] = defaultdict(float)
    edges: dict[int, float] = {}
    for index in sorted(range(len(ends)), key=lambda index: boxes[ends[index][1]].y):
        box, _, height = ends[index]
        edges[index] = boxes[box].y + filled[box]
        filled[box] += height
    return edges


def _hover(stop: Stop, label: str, leads: int) -> str:
    stays = stop.count - stop.goes_on
    rest = f"; for {stays:,} it is the last so far" if stays else ""
    return f"Step {stop.column + 1}: {label}, {stop.count:,} of {leads:,} leads{rest}"
