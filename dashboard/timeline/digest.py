"""What is kept of a history when the history itself is not: no variable, no transcript, no number in clear.

Pure. A digest's own tail, two or three visits, is enough to say where the lead stands as if the whole path were here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from dashboard.timeline import mask
from dashboard.timeline.dialling import is_call, is_in_queue, is_unmade
from dashboard.timeline.fingerprint import fingerprint
from dashboard.timeline.model import DataNote, Lead, Timeline, Visit
from dashboard.timeline.standing import Kind, here, is_wait, late_from, standing

LONGEST_ID = 100
LONGEST_LABEL = 200
LONGEST_WORD = 40
_NO_MORE: tuple[Any, ...] = ("", True, None, False)  # what a step has that does not say more


@dataclass(frozen=True, slots=True)
class Digest:
    """One lead's path in short. path: a step a visit, as Step.of reads it; tail: visits that decide the standing."""

    workflow_id: str
    lead_id: str
    lead_status: str
    current_node_id: str
    kind: str  # of standing.Kind, the workflow taken as running and nothing as late: never "stuck"
    node_id: str
    node_label: str
    node_type: str
    node_status: str
    position: int | None  # the visit the standing is about
    since: datetime | None
    due_at: datetime | None
    limit_kind: str  # of standing.late_from: "", "wait", "call", "step"
    limit_from: datetime | None
    enrolled_at: datetime | None
    visits: int
    dials: int
    last_dial_at: datetime | None
    notes: int
    phone_masked: str
    fingerprint: str
    path: list[list[Any]]
    dial_times: list[str]
    tail: list[list[Any]]


class Kept(Protocol):
    """A digest as it was kept: what retold() needs of it."""

    workflow_id: Any
    lead_id: Any
    lead_status: Any
    current_node_id: Any
    enrolled_at: Any
    notes: Any
    path: Any
    tail: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a digest's path. seconds: how long it took, once it is over."""

    node_id: str
    type: str
    label: str
    status: str
    exit: str
    entered_at: datetime | None
    seconds: float | None
    call_id: str = ""
    is_readable: bool = True
    left_at: datetime | None = None  # where the length does not tell it
    is_open: bool = False

    @classmethod
    def of(cls, item: Sequence[Any]) -> Step:
        """Of what was kept before there were calls in it, too."""
        node_id, type_, label, status, exit_, entered_at, seconds, *more = item
        call_id, is_readable, left_at, is_open = (*more, *_NO_MORE[len(more) :])
        return cls(
            *(node_id, type_, label, status, exit_, _moment(entered_at), seconds),
            *(call_id, is_readable, _moment(left_at), is_open),
        )


def digest(timeline: Timeline, *, now: datetime) -> Digest:
    """The digest of a history read at `now`."""
    lead = timeline.lead
    found = standing(timeline, now=now, workflow_status="active")
    visit = timeline.visit(found.position) if found.position else None
    limit = late_from(timeline)
    made = [visit for visit in timeline.visits if is_call(visit) and not is_unmade(visit)]
    dials = [visit.entered_at for visit in made if visit.entered_at and not is_in_queue(visit)]
    return Digest(
        workflow_id=timeline.workflow_id,
        lead_id=lead.id,
        lead_status=short(lead.status, LONGEST_WORD),
        current_node_id=short(lead.current_node_id, LONGEST_ID),
        kind=(_unhurried(timeline) if found.kind is Kind.STUCK else found.kind).value,
        node_id=short(visit.node_id, LONGEST_ID) if visit else "",
        node_label=short(visit.label, LONGEST_LABEL) if visit else "",
        node_type=short(visit.type, LONGEST_WORD) if visit else "",
        node_status=short(visit.status, LONGEST_WORD) if visit else "",
        position=found.position,
        since=found.since,
        due_at=found.due_at,
        limit_kind=limit[0] if limit else "",
        limit_from=limit[1] if limit else None,
        enrolled_at=lead.enrolled_at,
        visits=len(timeline.visits),
        dials=len(made),
        last_dial_at=max(dials, default=None),
        notes=len(timeline.notes),
        phone_masked=mask.phone(lead.phone) if lead.phone else "",
        fingerprint=fingerprint(timeline),
        path=[_step(visit) for visit in timeline.visits],
        dial_times=[moment.isoformat() for moment in dials],
        tail=[_tail_item(visit) for visit in _tail(timeline)],
    )


def skeleton(
    workflow_id: str,
    lead_id: str,
    lead_status: str,
    current_node_id: str,
    enrolled_at: datetime | None,
    tail: Sequence[Sequence[Any]],
) -> Timeline:
    """A timeline of the tail alone, of which standing() says what it says of the whole one."""
    lead = Lead(lead_id, status=lead_status, current_node_id=current_node_id or None, enrolled_at=enrolled_at)
    return Timeline(workflow_id, lead, tuple(_tail_visit(item) for item in tail))


def retold(kept: Kept) -> Timeline:
    """A timeline of the whole path, as far as a digest knows it: no variables, no number, no texts of data notes."""
    ends = {visit.position: visit for visit in map(_tail_visit, kept.tail)}
    current = kept.current_node_id or None
    lead = Lead(kept.lead_id, status=kept.lead_status, current_node_id=current, enrolled_at=kept.enrolled_at)
    visits = tuple(_retold(position, Step.of(item), ends.get(position)) for position, item in enumerate(kept.path, 1))
    return Timeline(kept.workflow_id, lead, visits, (DataNote("Not kept."),) * kept.notes, received_rows=len(visits))


def _retold(position: int, step: Step, kept: Visit | None) -> Visit:
    """A visit by its step, and its plan if the tail knows it."""
    left_at = step.left_at
    if step.entered_at is not None and step.seconds is not None:
        left_at = step.entered_at + timedelta(seconds=step.seconds)
    return Visit(
        position=position,
        received=position,
        node_id=step.node_id or None,
        type=step.type,
        label=step.label,
        status=step.status,
        entered_at=step.entered_at,
        left_at=left_at,
        due_at=kept.due_at if kept else None,
        call_id=step.call_id or None,
        exit=step.exit or None,
        is_open=kept.is_open if kept else step.is_open,
        is_readable=step.is_readable,
    )


def _unhurried(timeline: Timeline) -> Kind:
    """What a stuck lead would be if it were not late."""
    open_ = here(timeline)
    return Kind.WAITING if open_ and is_wait(open_) else Kind.MOVING


def _tail(timeline: Timeline) -> list[Visit]:
    """The open visit, the last one, and the one with the latest moment: all that standing() looks at."""
    visits = timeline.visits
    dated = [(moment, visit.position) for visit in visits if (moment := visit.left_at or visit.entered_at)]
    open_ = here(timeline)
    wanted = {max(dated, default=(None, 0))[1], len(visits), open_.position if open_ else 0}
    return [visit for visit in visits if visit.position in wanted]


def _tail_item(visit: Visit) -> list[Any]:
    moments = (visit.entered_at, visit.left_at, visit.due_at)
    return [
        visit.position,
        short(visit.node_id, LONGEST_ID) or None,
        short(visit.type, LONGEST_WORD),
        short(visit.label, LONGEST_LABEL),
        short(visit.status, LONGEST_WORD),
        *(moment.isoformat() if moment else None for moment in moments),
        visit.is_open,
        visit.is_readable,
    ]


def _tail_visit(item: Sequence[Any]) -> Visit:
    position, node_id, type_, label, status, entered_at, left_at, due_at, is_open, is_readable = item
    return Visit(
        position=position,
        received=position,
        node_id=node_id,
        type=type_,
        label=label,
        status=status,
        entered_at=_moment(entered_at),
        left_at=_moment(left_at),
        due_at=_moment(due_at),
        is_open=is_open,
        is_readable=is_readable,
    )


def _step(visit: Visit) -> list[Any]:
    length = visit.duration
    left_at = visit.left_at.isoformat() if visit.left_at and length is None else None
    return [
        short(visit.node_id, LONGEST_ID),
        short(visit.type, LONGEST_WORD),
        short(visit.label, LONGEST_LABEL),
        short(visit.status, LONGEST_WORD),
        short(visit.exit, LONGEST_LABEL),
        visit.entered_at.isoformat() if visit.entered_at else None,
        length.total_seconds() if length is not None else None,
        short(visit.call_id, LONGEST_ID),
        visit.is_readable,
        *((left_at, visit.is_open) if left_at or visit.is_open else ()),
    ]


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def short(value: str | None, longest: int) -> str:
    """Text short enough to keep, with a mark for what databases refuse: NUL and halves of surrogate pairs."""
    cut = (value or "")[:longest]
    if cut.isascii() and "\0" not in cut:  # nearly all: a scan looks at hundreds of words a lead
        return cut
    return cut.encode(errors="replace").decode().replace("\0", "\ufffd")
