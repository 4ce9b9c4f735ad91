"""When a visit was, as far as its record says: a stretch to draw, a plan beyond it, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from dashboard.drawing.wording import has_local_time, moment
from dashboard.timeline import status as words
from dashboard.timeline.model import VOICE_CALL, Timeline, Visit
from dashboard.timeline.standing import is_wait
from dashboard.timeline.timemap import Kind, Span
from dashboard.timeline.words import length


@dataclass(frozen=True, slots=True)
class Stay:
    """start None: its place on the axis is not known. end None: it has no length."""

    start: datetime | None = None
    end: datetime | None = None
    plan_end: datetime | None = None  # open: the planned release, when that is still to come
    overdue_from: datetime | None = None  # open: the release that has passed, when it counts as overdue
    problem: str = ""  # why the length is not known
    is_open: bool = False


def stay(visit: Visit, *, now: datetime, is_final: bool, is_overdue: bool) -> Stay:
    """is_final: the lead can no longer move, so nothing grows up to now. is_overdue: a release that passed is late."""
    start, end = _drawable(visit.entered_at), _drawable(visit.left_at)
    if start is None:
        return Stay(problem="start unknown")
    if visit.is_open and not is_final:
        return _open(visit, start, now, is_overdue)
    if end is None:
        return Stay(start, problem="end not given")
    if end < start:
        return Stay(start, problem="times contradict each other")
    return Stay(start, end if end > start else None)


def _drawable(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and has_local_time(moment) else None


def _open(visit: Visit, start: datetime, now: datetime, is_overdue: bool) -> Stay:
    due = _drawable(visit.due_at)
    end = now if now > start else None
    plan_end = due if due is not None and due > max(now, start) else None
    late_from = max(due, start) if due is not None and due < now and is_overdue and end else None
    return Stay(start, end, plan_end, late_from, is_open=True)


def spent(visit: Visit, stay: Stay, now: datetime) -> str:
    """In a few words: how long it took, how long it still takes, or why that is not known."""
    if stay.problem or stay.start is None:
        return stay.problem
    if not stay.is_open:
        return length(stay.end - stay.start if stay.end else timedelta(0))
    if stay.overdue_from is not None and visit.due_at is not None:
        return f"overdue by {length(now - visit.due_at)}"
    if stay.plan_end is not None and is_wait(visit):
        return f"{length(stay.plan_end - now)} to go"
    return f"{length(now - stay.start)} so far" if stay.end else "starts later than now"


def lines(visit: Visit, stay: Stay, *, now: datetime, zone: tzinfo) -> Iterator[str]:
    """The hover lines that say how long, and what was planned."""
    if stay.is_open and stay.end is not None and stay.start is not None:
        yield f"Still here, {length(now - stay.start)} so far"
    elif not stay.is_open or stay.start is None:
        text = spent(visit, stay, now)
        yield text[0].upper() + text[1:]
    if not stay.is_open:
        return
    due = _drawable(visit.due_at)
    if due is None:
        if is_wait(visit):
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
    kind = Kind.WAIT if is_wait(visit) else Kind.CALL if visit.type == VOICE_CALL else Kind.STEP
    end = stay.plan_end or stay.end or stay.start
    return Span(visit.position, stay.start, end, kind, _drawable(visit.due_at))


def extent(stays: Iterable[Stay]) -> tuple[datetime, datetime] | None:
    """From the first start to the last end of many."""
    known = [(stay.start, stay.plan_end or stay.end or stay.start) for stay in stays if stay.start is not None]
    return (min(start for start, _ in known), max(end for _, end in known)) if known else None


def is_final(timeline: Timeline) -> bool:
    return timeline.lead.status in words.LEAD_FINAL
