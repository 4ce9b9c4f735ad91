"""When a visit was, as far as its record says: a stretch to draw, a plan beyond it, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from dashboard.drawing.wording import moment
from dashboard.timeline import status as words
from dashboard.timeline.model import TIME, VOICE_CALL, Timeline, Visit
from dashboard.timeline.timemap import Kind, Span
from dashboard.timeline.words import length


@dataclass(frozen=True, slots=True)
class Stay:
    """start None: its place on the axis is not known. end None: it has no length."""

    spent: str  # in words: how long, or why that is not known
    start: datetime | None = None
    end: datetime | None = None
    plan_end: datetime | None = None  # open: the planned release, when that is still to come
    overdue_from: datetime | None = None  # open: the release that has passed, when it counts as overdue
    is_sure: bool = True
    is_open: bool = False


def stay(visit: Visit, *, now: datetime, is_final: bool, is_overdue: bool) -> Stay:
    """is_final: the lead can no longer move, so nothing grows up to now. is_overdue: a release that passed is late."""
    start, end = _drawable(visit.entered_at), _drawable(visit.left_at)
    if start is None:
        return Stay("start unknown", is_sure=False)
    if visit.is_open and not is_final:
        return _open(visit, start, now, is_overdue)
    if end is None:
        return Stay("end not given", start, is_sure=False)
    if end < start:
        return Stay("times contradict each other", start, is_sure=False)
    return Stay(length(end - start), start, end if end > start else None)


def _drawable(moment: datetime | None) -> datetime | None:
    """Not so near the ends of the calendar that a zone would push it over."""
    return moment if moment is not None and 1 < moment.year < 9999 else None


def _open(visit: Visit, start: datetime, now: datetime, is_overdue: bool) -> Stay:
    due = _drawable(visit.due_at)
    end = now if now > start else None
    plan_end = due if due is not None and due > max(now, start) else None
    late_from = max(due, start) if due is not None and due < now and is_overdue and end else None
    if late_from is not None and due is not None:
        spent = f"overdue by {length(now - due)}"
    elif plan_end is not None and visit.type == TIME:
        spent = f"{length(plan_end - now)} to go"
    elif end is None:
        spent = "starts later than now"
    else:
        spent = f"{length(now - start)} so far"
    return Stay(spent, start, end, plan_end, late_from, is_open=True)


def lines(visit: Visit, stay: Stay, *, now: datetime, zone: tzinfo) -> Iterator[str]:
    """The hover lines that say how long, and what was planned."""
    if stay.is_open and stay.end is not None and stay.start is not None:
        yield f"Still here, {length(now - stay.start)} so far"
    elif not stay.is_open or stay.start is None:
        yield stay.spent[0].upper() + stay.spent[1:]
    if not stay.is_open:
        return
    due = _drawable(visit.due_at)
    if due is None:
        if visit.type == TIME:
            yield "Release time not given"
    elif due >= now:
        yield f"Release planned {moment(due, zone)}, in {length(due - now)}"
    else:
        late = f"overdue by {length(now - due)}" if stay.overdue_from else f"{length(now - due)} ago"
        yield f"Release was planned {moment(due, zone)}, {late}"


def span(visit: Visit, stay: Stay) -> Span | None:
    """What the visit takes of the axis; None: nothing."""
    if stay.start is None:
        return None
    kind = Kind.WAIT if visit.type == TIME else Kind.CALL if visit.type == VOICE_CALL else Kind.STEP
    end = stay.plan_end or stay.end or stay.start
    return Span(visit.position, stay.start, end, kind, _drawable(visit.due_at))


def extent(stays: Iterable[Stay]) -> tuple[datetime, datetime] | None:
    """From the first start to the last end of many."""
    known = [(stay.start, stay.plan_end or stay.end or stay.start) for stay in stays if stay.start is not None]
    return (min(start for start, _ in known), max(end for _, end in known)) if known else None


def is_final(timeline: Timeline) -> bool:
    return timeline.lead.status in words.LEAD_FINAL
