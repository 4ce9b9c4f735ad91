"""Where a lead stands: final, pending, moving, waiting, held or stuck; since when, why, and what to check next.

Pure: the moment, the workflow's status and the limits are passed in. It never guesses: what was not given is said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from dashboard.timeline import status as words
from dashboard.timeline.model import TERMINAL_TYPES, TIME, UNKNOWN_TYPE, VOICE_CALL, Call, Timeline, Visit
from dashboard.timeline.words import length

# DialNexa's own maximum for a call, and time to ring.
LONGEST_CALL = timedelta(seconds=5400 + 120)

LimitKind = Literal["wait", "call", "step"]


class Kind(StrEnum):
    FINAL = "final"
    PENDING = "pending"  # enrolled, nothing has happened yet
    MOVING = "moving"  # a step is under way, or between two steps, within its limit
    WAITING = "waiting"  # a wait, before its release or with no release given
    HELD = "held"  # the workflow does not run, so nothing is late
    STUCK = "stuck"
    UNKNOWN = "unknown"  # no step is open, and the record does not say enough: not for Leadline to guess


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is too long."""

    grace: timedelta = timedelta(minutes=15)
    call: timedelta = LONGEST_CALL
    step: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Standing:
    kind: Kind
    sentence: str
    since: datetime | None = None
    position: int | None = None  # the visit it is about
    overdue: timedelta | None = None  # how long past its release or its limit, when stuck
    due_at: datetime | None = None
    next_check: str | None = None  # what a person should look at next

    @property
    def is_live(self) -> bool:
        """Whether the record can still change."""
        return self.kind is not Kind.FINAL


def standing(
    timeline: Timeline,
    *,
    now: datetime,
    workflow_status: str | None,
    limits: Limits = Limits(),
    call: Call | None = None,
) -> Standing:
    """Where the lead stands now. FINAL and UNKNOWN do not depend on the workflow.

    workflow_status None: not known, taken as running. call: the open call's own record, where somebody has read it.
    """
    if timeline.lead.status in words.LEAD_FINAL:
        return _final(timeline)
    visit = here(timeline)
    if visit is None:
        return _nowhere(timeline, now, workflow_status, limits)
    if not _runs(workflow_status):
        where = f"at “{visit.label}”" if is_wait(visit) else f"after “{visit.label}”, which may still finish"
        return _held(workflow_status, where, visit.entered_at, visit.position, visit.due_at)
    if is_wait(visit):
        return _waiting(visit, now, limits)
    if ended_at := _ended_at(visit, call):
        return _after_call(visit, now - ended_at, limits)
    return _working(visit, now, limits)


def late_from(timeline: Timeline) -> tuple[LimitKind, datetime] | None:
    """Which limit a lead of a running workflow may pass, and since when it counts; None: none will make it stuck.

    standing() says "stuck" once that moment is longer ago than the grace for a wait, or the limit for a call or a step.
    """
    if timeline.lead.status in words.LEAD_FINAL:
        return None
    visit = here(timeline)
    if visit is None:
        last = timeline.visits[-1] if timeline.visits else None
        if last is None or last.left_at is None or last.type in TERMINAL_TYPES or _unknown(timeline, last):
            return None
        return "step", last.left_at
    if is_wait(visit):
        return ("wait", visit.due_at) if visit.due_at else None
    if visit.entered_at is None:
        return None
    return "call" if visit.type == VOICE_CALL else "step", visit.entered_at


def is_wait(visit: Visit) -> bool:
    """Whether the lead only waits there: at a TIME node, or anywhere that reports "waiting" and plans a release."""
    if visit.type == TIME:
        return True
    is_planned = visit.due_at is not None or visit.type == UNKNOWN_TYPE
    return is_planned and words.family(visit.status) is words.Family.WAITING


def here(timeline: Timeline) -> Visit | None:
    """The open visit: the one upstream names as current, else the latest. None: between steps, or at a path's end."""
    current = timeline.lead.current_node_id
    open_ = [visit for visit in timeline.visits if visit.is_open and visit.type not in TERMINAL_TYPES]
    if named := [visit for visit in open_ if current is not None and visit.node_id == current]:
        return named[-1]
    return None if not open_ or timeline.visits[-1].type in TERMINAL_TYPES else open_[-1]


def _final(timeline: Timeline) -> Standing:
    """The last step decides between converted and dropped: upstream's "completed" may mean either."""
    moments = [moment for visit in timeline.visits if (moment := visit.left_at or visit.entered_at)]
    since = max(moments, default=None)
    last = timeline.visits[-1] if timeline.visits else None
    how = "removed from the workflow" if timeline.lead.status == "removed" else words.in_words(timeline.lead.status)
    if last is None:
        return Standing(Kind.FINAL, f"Finished: {how}.", since)
    if last.type in TERMINAL_TYPES and timeline.lead.status not in words.LEAD_FINAL - {"completed"}:
        return Standing(Kind.FINAL, f"Finished: {last.type.lower()} at “{last.label}”.", since, last.position)
    return Standing(Kind.FINAL, f"Finished: {how}. The last step was “{last.label}”.", since, last.position)


def _nowhere(timeline: Timeline, now: datetime, workflow_status: str | None, limits: Limits) -> Standing:
    """Not final by its status, and at no step: at a path's end, not started, or between two steps."""
    lead, last = timeline.lead, timeline.visits[-1] if timeline.visits else None
    if last and last.type in TERMINAL_TYPES:
        return _final(timeline)
    if unknown := _unknown(timeline, last):
        return Standing(Kind.UNKNOWN, unknown, last.left_at if last else None, last.position if last else None)
    if not _runs(workflow_status):
        where, since = (f"after “{last.label}”", last.left_at) if last else ("before the first step", lead.enrolled_at)
        return _held(workflow_status, where, since, last.position if last else None)
    if last is None:
        said = "Not started" if lead.status == "pending" else f"Said to be {words.in_words(lead.status)}"
        check = "Check that the workflow is active and has an entry node."
        return Standing(Kind.PENDING, f"{said}: DialNexa reports no step yet.", lead.enrolled_at, next_check=check)
    gone = now - last.left_at if last.left_at else timedelta(0)
    ago = f" {length(gone)} ago" if gone > timedelta(0) else ""
    if gone <= limits.step:
        sentence = f"Left “{last.label}”{ago}; the next step is not reported yet."
        return Standing(Kind.MOVING, sentence, last.left_at, last.position)
    is_failed = words.family(last.status) is words.Family.FAILED
    ended, exit_ = ("failed", "failure") if is_failed else ("ended", "exit")
    sentence = f"Stuck after “{last.label}”, which {ended}{ago}: no later step is reported."
    check = f"Check whether the workflow has a path for this {exit_}."
    return Standing(Kind.STUCK, sentence, last.left_at, last.position, gone - limits.step, next_check=check)


def _unknown(timeline: Timeline, last: Visit | None) -> str | None:
    """Why nobody can say how a lead stands that is at no step, or None."""
    status = timeline.lead.status
    if status == "unknown":
        said = "no status for this lead"
    elif status not in words.LEAD_LIVE:
        said = f"a status Leadline does not know, “{words.in_words(status)}”"
    else:
        said = None
    if last is None:
        return f"DialNexa reports no step yet, and {said}." if said else None
    if not last.is_readable:
        return "The last step of the record could not be read, so where the lead stands is not known."
    if said:
        return f"DialNexa reports no step after “{last.label}”, and {said}."
    if last.left_at is None:
        return f"DialNexa reports no step after “{last.label}”, nor when that one ended."
    return None


def _runs(workflow_status: str | None) -> bool:
    return workflow_status is None or workflow_status == "unknown" or workflow_status in words.WORKFLOW_RUNS


def _held(
    workflow_status: str | None,
    where: str,
    since: datetime | None,
    position: int | None,
    due_at: datetime | None = None,
) -> Standing:
    if workflow_status == "paused":
        why, check = "Held by pause", "Nothing moves on, and nothing is late, until the workflow is resumed."
    else:
        why, check = f"Workflow not running ({words.in_words(workflow_status or 'unknown')}): held", None
    return Standing(Kind.HELD, f"{why} {where}.", since, position, due_at=due_at, next_check=check)


def _waiting(here: Visit, now: datetime, limits: Limits) -> Standing:
    if here.due_at is None:
        sentence = f"Waiting at “{here.label}”, release time not given."
        check = "Look in DialNexa at what this wait’s settings say about its end."
        return Standing(Kind.WAITING, sentence, here.entered_at, here.position, next_check=check)
    late = now - here.due_at
    if late > limits.grace:
        return Standing(
            Kind.STUCK,
            f"Stuck at “{here.label}”: its release is overdue by {length(late)}.",
            here.entered_at,
            here.position,
            late,
            here.due_at,
            "Check the field that sets the release time, and whether DialNexa’s scheduler ran.",
        )
    if late > timedelta(0):
        sentence = f"Waiting at “{here.label}”: its release was due {length(late)} ago, and may come any minute."
    else:
        sentence = f"Waiting at “{here.label}”, to be released in {length(-late)}."
    return Standing(Kind.WAITING, sentence, here.entered_at, here.position, due_at=here.due_at)


def _ended_at(here: Visit, call: Call | None) -> datetime | None:
    """When the open step's call ended, if its own record says that it has; the step's start where it has no moment."""
    if here.type != VOICE_CALL or call is None or call.id != here.call_id or call.status not in words.CALL_FINAL:
        return None
    started_at = call.started_at or here.entered_at
    return call.ended_at or (started_at + call.duration if started_at and call.duration else started_at)


def _after_call(here: Visit, gone: timedelta, limits: Limits) -> Standing:
    ago = f" {length(gone)} ago" if gone > timedelta(0) else ""
    sentence = f"the call ended{ago}, but the step is still open."
    if gone <= limits.grace:
        return Standing(Kind.MOVING, f"At “{here.label}”: {sentence}", here.entered_at, here.position)
    check = "Check the step’s exits: is there a path for the way this call ended?"
    sentence = f"Stuck at “{here.label}”: {sentence}"
    return Standing(Kind.STUCK, sentence, here.entered_at, here.position, gone, next_check=check)


def _working(here: Visit, now: datetime, limits: Limits) -> Standing:
    is_call = here.type == VOICE_CALL
    what = "On a call at" if is_call and words.family(here.status) is words.Family.IN_FLIGHT else "At"
    if here.entered_at is None:
        return Standing(Kind.MOVING, f"{what} “{here.label}”; since when is not given.", None, here.position)
    limit = limits.call if is_call else limits.step
    spent = now - here.entered_at
    if spent <= limit:
        so_far = f", {length(spent)} so far" if spent >= timedelta(0) else "; its start is given as later than now"
        return Standing(Kind.MOVING, f"{what} “{here.label}”{so_far}.", here.entered_at, here.position)
    why = "longer than a call can last" if is_call else f"longer than the {length(limit)} allowed for such a step"
    check = "Check the call’s own record." if is_call else "Check the step’s exits and its integration."
    sentence = f"Stuck at “{here.label}” for {length(spent)}, {why}."
    return Standing(Kind.STUCK, sentence, here.entered_at, here.position, spent - limit, next_check=check)
