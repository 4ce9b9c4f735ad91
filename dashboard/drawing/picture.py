"""What a picture of a timeline consists of: plain frozen data that every renderer draws alike.

Across, everything is a position 0..WIDTH; down, everything is pixels, so that text never scales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.timeline.status import Family
from dashboard.timeline.timemap import WIDTH, TimeMap

__all__ = ["WIDTH"]

MARGIN = 16  # px left and right of the picture; chart.css holds the same number
BLEED = 4  # px that plotly may draw beyond either end of the axis, so that it does not cut the edges of bars
AXIS = 62  # px above the first lane: clock, day, and the fold handles
CLOCK_Y, DAY_Y, HANDLE_Y, BASE_Y = 12, 26, 46, 58  # baselines of clock and day, middle of a handle, the axis itself
ROW = 42  # px per lane: a line of text, then the bar
BAR = 18
FOOT = 26  # px below the last lane, for "now"
# Widths of the drawing area for which texts are placed: a phone, and anything from a tablet up.
NARROW, WIDE = 326, 780
# A zigzag needs a fold this wide, px; on a narrow page fewer folds have that.
BREAK_ROOM = 14
# What a lane's name may be long on a narrow page.
SHORT_NAME = 43
# A zigzag: down a bar, with its middle at 0,0; along the axis the same, turned.
BREAK_PATH = "M-3,-12L3,-6L-3,0L3,6L-3,12"
AXIS_BREAK_PATH = "M-8,0L-5,-4L-2,4L2,-4L5,4L8,0"

# What nobody can tell stands back behind what is wrong.
FLAG_SIGNS = {"cannot": "⚐"}

Room = Literal["both", "wide", "narrow"]
Anchor = Literal["start", "middle", "end"]
Tone = Literal["ink", "inside", "overdue"]


def edge_anchor(at: float, edge: float = 0.06) -> Anchor:
    """Texts near an end of the axis, by this part of it, grow inwards."""
    return "start" if at < edge * WIDTH else "end" if at > (1 - edge) * WIDTH else "middle"


@dataclass(frozen=True, slots=True)
class Lane:
    """One row: a node, the nodes upstream did not name under one label, or a kind of group."""

    type: str  # in words: "Call"
    label: str
    top: int

    @property
    def name(self) -> str:
        return f"{self.type} · {self.label}"

    @property
    def short_name(self) -> str:
        """For a narrow page."""
        return self.name if len(self.name) <= SHORT_NAME else f"{self.name[: SHORT_NAME - 1].rstrip()}…"

    @property
    def text_y(self) -> int:
        """Baseline of the lane's own label."""
        return self.top + 12

    @property
    def bar_y(self) -> int:
        return self.top + 18

    @property
    def middle(self) -> float:
        return self.bar_y + BAR / 2


@dataclass(frozen=True, slots=True)
class Bar:
    """The time a visit took, up to now when it is open."""

    position: int
    lane: int
    left: float
    right: float
    family: Family
    hover: tuple[str, ...]
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Time after now that is planned, or time after the plan that is overdue."""

    position: int
    lane: int
    left: float
    right: float
    family: Family
    hover: tuple[str, ...]
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Marker:
    """A visit without a length: zero-length, or with a time missing or contradicted."""

    position: int
    lane: int
    at: float
    family: Family
    hover: tuple[str, ...]
    is_sure: bool  # False: its place on the axis is not known
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring visits drawn as one bar, because all of them would be too many."""

    first: int
    last: int
    lane: int
    left: float
    right: float
    family: Family  # of most of its calls
    hover: tuple[str, ...]
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class FoldMark:
    """A fold across all lanes, and the handle that opens or closes it."""

    key: str
    position: int
    left: float
    right: float
    text: str  # its real length
    hover: tuple[str, ...]
    is_folded: bool
    room: Room | None  # where the text fits into the handle


@dataclass(frozen=True, slots=True)
class Break:
    """A zigzag across a bar, where the bar is folded, or (lane None) across the axis."""

    lane: int | None
    at: float
    room: Room


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    clock: str  # "15:30 IST"
    day: str  # "Mon 13 Jul"
    is_minor: bool  # hidden where the picture is narrow
    is_extra: bool  # only for zooming in


@dataclass(frozen=True, slots=True)
class Note:
    """A text in or beside a bar."""

    position: int  # of the visit it belongs to; of a group, the first
    lane: int
    at: float
    text: str
    anchor: Anchor
    tone: Tone
    gap: float  # px to leave between `at` and the text
    room: Room


@dataclass(frozen=True, slots=True)
class Now:
    at: float
    text: str

    @property
    def anchor(self) -> Anchor:
        # Half of its text is a sixth of a narrow page.
        return edge_anchor(self.at, 1 / 6)


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch across all lanes in which nobody may be called."""

    left: float
    right: float
    is_sure: bool  # False: only on some of the clocks that may be the called party's


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark at what a rule's result concerns."""

    lane: int
    at: float
    kind: str  # "breach", "warning", "cannot"
    text: str
    is_above: bool = False  # on the bar's upper edge; else before it

    @property
    def sign(self) -> str:
        return FLAG_SIGNS.get(self.kind, "⚑")


@dataclass(frozen=True, slots=True)
class Picture:
    title: str  # one sentence for people who cannot see it
    lanes: tuple[Lane, ...] = ()
    bars: tuple[Bar, ...] = ()
    plans: tuple[Plan, ...] = ()
    markers: tuple[Marker, ...] = ()
    groups: tuple[Group, ...] = ()
    folds: tuple[FoldMark, ...] = ()
    breaks: tuple[Break, ...] = ()
    ticks: tuple[Tick, ...] = ()  # best first: who has less room takes the first that fit
    notes: tuple[Note, ...] = ()
    now: Now | None = None
    sentences: tuple[str, ...] = ()
    first: int = 0  # visits in view; 0: none
    last: int = 0
    axis: TimeMap | None = None  # None: nothing to draw
    shades: tuple[Shade, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def is_grouped(self) -> bool:
        return bool(self.groups)

    @property
    def height(self) -> int:
        """Of the whole picture, px."""
        return AXIS + ROW * len(self.lanes) + FOOT

    @property
    def floor(self) -> int:
        """Where the last lane ends, px from the top."""
        return AXIS + ROW * len(self.lanes)
