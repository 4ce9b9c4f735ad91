"""The table's rows as finished words: a template that looks everything up itself takes five times as long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from typing import TypedDict

from dashboard.timeline import status, words
from dashboard.timeline.marks import visible
from dashboard.timeline.model import VOICE_CALL, Visit


class Row(TypedDict):
    """A visit as the table shows it. A cell of which nothing is known has its words under the name with _not."""

    position: int
    node: str
    family: str
    icon: str
    status: str
    raw_status: str
    label: str
    type: str
    is_current: bool
    href: str  # of the row's own link: the call's panel, or else the visit's record
    call_id: str
    record_href: str  # "" where the row's own link is the record's
    entered: str
    entered_not: str
    left: str
    left_not: str
    duration: str
    duration_not: str


def rows(
    visits: Iterable[Visit],
    *,
    now: datetime,
    zone: tzinfo,
    current: Visit | None,
    href: Callable[[int], str],
    record_href: Callable[[int], str],
) -> Iterator[Row]:
    for visit in visits:
        family = status.family(visit.status)
        no_call = " · no call recorded" if visit.type == VOICE_CALL and not visit.call_id else ""
        left, left_not = _left(visit, zone)
        duration, duration_not = _duration(visit, now)
        yield Row(
            position=visit.position,
            node=visit.node_id or "",
            family=family.value,
            icon=status.FAMILY_ICONS[family],
            status=visible(status.in_words(visit.status)),
            raw_status=visible(visit.raw_status),
            label=visible(visit.label),
            type=f"{visible(visit.type)}{no_call}",
            is_current=visit == current,
            href=href(visit.position),
            call_id=visit.call_id or "",
            record_href=record_href(visit.position) if visit.call_id else "",
            entered=words.stamp(visit.entered_at, zone) if visit.entered_at else "",
            entered_not="start unknown",
            left=left,
            left_not=left_not,
            duration=duration,
            duration_not=duration_not,
        )


def _left(visit: Visit, zone: tzinfo) -> tuple[str, str]:
    if visit.left_at:
        return words.stamp(visit.left_at, zone), ""
    if visit.due_at:
        return "", f"planned {words.stamp(visit.due_at, zone)}"
    return "", "still here" if visit.is_open else "not given"


def _duration(visit: Visit, now: datetime) -> tuple[str, str]:
    if visit.duration is not None:
        return words.length(visit.duration), ""
    if visit.is_open and visit.entered_at:
        return f"{words.length(now - visit.entered_at)} so far", ""
    return "", "inconsistent" if visit.left_at and visit.entered_at else "–"
