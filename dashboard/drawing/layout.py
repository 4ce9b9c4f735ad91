"""One lead's timeline as a picture: which bar lies where, and what it says. The one truth that every renderer draws.

Pure: the moment, the zone and what a person has chosen to see are passed in. Nothing here is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from dashboard.drawing import captions, folds, grouping, notes, ticks, wording
from dashboard.drawing.lanes import Lanes, key
from dashboard.drawing.picture import Bar, Group, Marker, Now, Picture, Plan
from dashboard.drawing.stays import Stay, extent, is_final, lines, span, spent, stay
from dashboard.timeline import status as words
from dashboard.timeline import timemap
from dashboard.timeline.model import VOICE_CALL, Timeline, Visit
from dashboard.timeline.status import FAMILY_ICONS, Family
from dashboard.timeline.timemap import WIDTH, Kind, Span, TimeMap
from dashboard.timeline.words import LeadClock, clock

# Between two markers whose place is not known, so that they do not hide each other.
_ASIDE = 28.0


@dataclass(frozen=True, slots=True)
class View:
    """What a person has chosen to see."""

    unfolded: frozenset[str] = frozenset()
    is_true_scale: bool = False
    first: int | None = None  # positions of the visits shown, both included; None: from either end
    last: int | None = None
    selected: int | None = None


def picture(
    timeline: Timeline,
    *,
    now: datetime,
    zone: tzinfo,
    view: View = View(),
    is_overdue: bool,
    lead_clock: LeadClock | None = None,
) -> Picture:
    """The picture at that moment, its texts in that zone. is_overdue: a planned release that has passed is late."""
    shown = _shown(timeline.visits, view)
    if not shown:
        return Picture("No visits to draw.")
    final = is_final(timeline)
    stays = [stay(visit, now=now, is_final=final, is_overdue=is_overdue) for visit in shown]
    runs = _runs(shown)
    spans = [found for run in runs if (found := _span(shown, stays, run)) is not None]
    moments = (now,) if any(found.is_open for found in stays) else ()
    axis = timemap.build(spans, moments=moments, unfolded=view.unfolded, is_true_scale=view.is_true_scale)
    drawing = _Drawing(axis, now, zone, view.selected, len(timeline.visits), bool(spans), lead_clock)
    for run in runs:
        if run.size == 1:
            drawing.add_visit(shown[run.first], stays[run.first])
        else:
            drawing.add_group(shown[run.first : run.last + 1], stays[run.first : run.last + 1], run.period)
    return drawing.picture(shown, view, has_now=bool(moments) and axis.start <= now <= axis.end)


def _shown(visits: Sequence[Visit], view: View) -> Sequence[Visit]:
    """The visits of the chosen range; a range that holds none shows all."""
    first = max(view.first or 1, 1)
    last = len(visits) if view.last is None else max(view.last, 0)
    return visits[first - 1 : last] or visits


def _runs(shown: Sequence[Visit]) -> Sequence[grouping.Run]:
    if len(shown) <= grouping.MOST:
        return [grouping.Run(index, index, 0) for index in range(len(shown))]
    # Where the lead is now stays a bar of its own: it is what people come for.
    alone = 1 if shown[-1].is_open else 0
    found = grouping.runs([key(visit) for visit in shown[: len(shown) - alone]])
    return (*found, grouping.Run(len(shown) - 1, len(shown) - 1, 0)) if alone else found


def _span(shown: Sequence[Visit], stays: Sequence[Stay], run: grouping.Run) -> Span | None:
    if run.size == 1:
        return span(shown[run.first], stays[run.first])
    ends = extent(stays[run.first : run.last + 1])
    return Span(shown[run.first].position, *ends, Kind.GROUP) if ends else None


@dataclass(slots=True)
class _Drawing:
    """Collects the marks of one picture, in order of the visits."""

    axis: TimeMap
    now: datetime
    zone: tzinfo
    selected: int | None
    total: int
    has_times: bool
    lead_clock: LeadClock | None
    lanes: Lanes = field(default_factory=Lanes)
    bars: list[Bar] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    marks: list[notes.Mark] = field(default_factory=list)
    reached: float = 0.0  # where the visits so far end: an unknown start is drawn after it
    aside: int = 0  # how many unknown starts stand there already

    def add_visit(self, visit: Visit, when: Stay) -> None:
        lane = self.lanes.of_visit(visit)
        family = words.family(visit.status)
        extra = tuple(lines(visit, when, now=self.now, zone=self.zone))
        hover = wording.hover(visit, total=self.total, zone=self.zone, extra=extra, lead_clock=self.lead_clock)
        is_selected = visit.position == self.selected
        left = right = self._left(when)
        if when.start is None or when.end is None:
            self.markers.append(Marker(visit.position, lane, left, family, hover, not when.problem, is_selected))
        else:
            right = self.axis.position(when.end)
            late = when.overdue_from
            solid = self.axis.position(late) if late is not None and late > when.start else right
            self.bars.append(Bar(visit.position, lane, left, solid, family, hover, is_selected))
            if late is not None:
                at = self.axis.position(late)
                self.plans.append(Plan(visit.position, lane, at, right, family, hover, is_overdue=True))
        if when.plan_end is not None:
            planned = self.axis.position(when.plan_end)
            self.plans.append(Plan(visit.position, lane, right, planned, family, hover, is_overdue=False))
            right = planned
        self._write(visit, when, lane, left, right)
        self.reached = max(self.reached, right) if when.start else self.reached

    def _left(self, when: Stay) -> float:
        if when.start is not None:
            self.aside = 0
            return self.axis.position(when.start)
        self.aside += 1
        return min(self.reached + _ASIDE * self.aside, WIDTH)

    def _write(self, visit: Visit, when: Stay, lane: int, left: float, right: float) -> None:
        is_late = when.overdue_from is not None
        is_plain = not is_late and when.plan_end is None and not folds.touches(self.axis, left, right)
        texts = wording.texts(visit, spent(visit, when, self.now))
        self.marks.append(
            notes.Mark(visit.position, lane, left, right, texts, "overdue" if is_late else "ink", is_plain)
        )

    def add_group(self, visits: Sequence[Visit], stays: Sequence[Stay], period: int) -> None:
        lane = self.lanes.of_group(visits, period)
        rounds = f"× {len(visits) // period:,}" if period else f"{len(visits):,} steps"
        kinds = " + ".join(wording.type_word(visit.type) for visit in visits[:period])
        ends = extent(stays)
        start, end = ends or (None, None)
        name = f"{kinds} {rounds}" if period else rounds
        hover = wording.group_hover(visits, name, zone=self.zone, start=start, end=end)
        left = self.axis.position(start) if start else self.reached
        right = self.axis.position(end) if end else left
        family = _commonest(visits)
        first, last = visits[0].position, visits[-1].position
        is_selected = self.selected is not None and first <= self.selected <= last
        self.groups.append(Group(first, last, lane, left, right, family, hover, is_selected))
        self.marks.append(notes.Mark(first, lane, left, right, (f"{FAMILY_ICONS[family]} {rounds}", rounds)))
        self.reached = max(self.reached, right)

    def picture(self, shown: Sequence[Visit], view: View, *, has_now: bool) -> Picture:
        now = Now(self.axis.position(self.now), f"now {clock(self.now, self.zone)}") if has_now else None
        said = captions.sentences(
            shown,
            total=self.total,
            groups=len(self.groups),
            axis=self.axis,
            has_times=self.has_times,
            is_true_scale=view.is_true_scale,
        )
        return Picture(
            captions.title(len(shown), self.axis, self.zone),
            lanes=self.lanes.all(),
            bars=tuple(self.bars),
            plans=tuple(self.plans),
            markers=tuple(self.markers),
            groups=tuple(self.groups),
            folds=folds.marks(self.axis, {visit.position: visit for visit in shown}),
            breaks=folds.breaks(self.axis, (*self.bars, *self.plans, *self.groups)),
            ticks=ticks.ticks(self.axis, self.zone) if self.has_times else (),
            notes=notes.place(self.marks),
            now=now,
            sentences=tuple(said),
            first=shown[0].position,
            last=shown[-1].position,
            axis=self.axis,
        )


def _commonest(visits: Sequence[Visit]) -> Family:
    """The family of most calls, or of most visits where there are no calls."""
    calls = [visit for visit in visits if visit.type == VOICE_CALL] or visits
    return Counter(words.family(visit.status) for visit in calls).most_common(1)[0][0]
