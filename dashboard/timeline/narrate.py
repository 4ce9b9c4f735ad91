"""The path as sentences a person can read aloud or paste into a ticket. Pure; the zone is passed in and printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from dashboard.timeline import status as words
from dashboard.timeline.model import TERMINAL_TYPES, VOICE_CALL, Visit
from dashboard.timeline.standing import is_wait
from dashboard.timeline.words import LeadClock, clock, day, length, stamp


def narrate(
    visits: tuple[Visit, ...], *, now: datetime, zone: tzinfo, lead_clock: LeadClock | None = None
) -> tuple[str, ...]:
    """One sentence a visit, in order. The day stands where it changes; the lead's own clock where it differs."""
    return tuple(_sentences(visits, now=now, zone=zone, lead_clock=lead_clock))


def _sentences(
    visits: tuple[Visit, ...], *, now: datetime, zone: tzinfo, lead_clock: LeadClock | None
) -> Iterator[str]:
    said: datetime | None = None  # the moment whose day the reader last saw
    for visit in visits:
        yield f"{_what(visit, said, now, zone, lead_clock)}."
        said = visit.entered_at or said


def _what(visit: Visit, said: datetime | None, now: datetime, zone: tzinfo, lead_clock: LeadClock | None) -> str:
    if not visit.is_readable:
        return f"Row {visit.received} of the record could not be read"
    at = _moment(visit.entered_at, said, zone, lead_clock)
    if is_wait(visit):
        return _wait(visit, at, now, zone, lead_clock) + _exit(visit)
    if visit.type in TERMINAL_TYPES:
        return f"“{visit.label}”: reached {at or 'at a time not given'}, {visit.type.lower()}"
    no_call = ", no call recorded" if visit.type == VOICE_CALL and visit.call_id is None else ""
    when = f"{_verb(visit)} {at or 'at a time not given'}"
    return f"“{visit.label}”: {when}, {_outcome(visit, now)}{_exit(visit)}{no_call}"


def _verb(visit: Visit) -> str:
    """What the lead's arrival at a step that is no wait and no end means."""
    if words.family(visit.status) is words.Family.WAITING:
        return "reached"  # a call in the queue has not been made
    return {VOICE_CALL: "called", "CONDITIONAL": "checked"}.get(visit.type, "started")


def _moment(moment: datetime | None, said: datetime | None, zone: tzinfo, lead_clock: LeadClock | None) -> str | None:
    """With its day, unless the reader has just seen that day."""
    if moment is None:
        return None
    text = f"at {clock(moment, zone)}" if said and day(said, zone) == day(moment, zone) else stamp(moment, zone)
    aside = lead_clock.beside(moment, zone) if lead_clock else ""
    return f"{text} ({aside})" if aside else text


def _outcome(visit: Visit, now: datetime) -> str:
    how = _status(visit)
    if visit.is_open:
        return how + _so_far(visit, now)
    if visit.duration is None:
        return f"{how}, {_no_length(visit)}"
    if not visit.duration:
        return how
    is_known = words.family(visit.status) is not words.Family.UNKNOWN
    return f"{how}{' after' if is_known else ', took'} {length(visit.duration)}"


def _status(visit: Visit) -> str:
    is_known = visit.status == "unknown" or words.family(visit.status) is not words.Family.UNKNOWN
    return words.in_words(visit.status) if is_known else f"reported as “{words.in_words(visit.status)}”"


def _so_far(visit: Visit, now: datetime) -> str:
    return f", {length(now - visit.entered_at)} so far" if visit.entered_at and now >= visit.entered_at else ""


def _no_length(visit: Visit) -> str:
    if visit.left_at is None:
        return "end not given"
    return "length not known" if visit.entered_at is None else "with its end recorded before its start"


def _exit(visit: Visit) -> str:
    """Why it left, unless the status says the same."""
    return f", left by “{visit.exit}”" if visit.exit and words.word(visit.exit) != visit.status else ""


def _wait(visit: Visit, at: str | None, now: datetime, zone: tzinfo, lead_clock: LeadClock | None) -> str:
    since = (at or "a time not given").removeprefix("at ")
    if visit.is_open:
        return f"Waiting at “{visit.label}” since {since}{_so_far(visit, now)}; {_plan(visit, now, zone, lead_clock)}"
    took = f" {length(visit.duration)}" if visit.duration is not None else ""
    no_length = f", {_no_length(visit)}" if visit.duration is None else ""
    return f"Waited{took} at “{visit.label}” from {since}{_end_of_wait(visit)}{no_length}"


def _end_of_wait(visit: Visit) -> str:
    """Nothing when it went as planned; nothing either when it never reported an end."""
    family = words.family(visit.status)
    if family in (words.Family.DONE, words.Family.WAITING, words.Family.IN_FLIGHT):
        return ""
    return f", {'then ' if family is not words.Family.UNKNOWN else ''}{_status(visit)}"


def _plan(visit: Visit, now: datetime, zone: tzinfo, lead_clock: LeadClock | None) -> str:
    if visit.due_at is None:
        return "release time not given"
    planned = _moment(visit.due_at, visit.entered_at, zone, lead_clock)
    if visit.due_at >= now:
        return f"to be released {planned}, in {length(visit.due_at - now)}"
    return f"its release was due {planned}, {length(now - visit.due_at)} ago"
