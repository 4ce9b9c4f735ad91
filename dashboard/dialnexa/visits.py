"""A history's rows -> visits: what each row says, then what only the whole path can tell (order, open or over, exits).

Rows that are visits themselves are read here; rows that are steps from node to node, in transitions.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from dashboard.dialnexa.fields import Doubts, Row, first, identifier, moment, plain, text
from dashboard.dialnexa.graph import NODE_LABEL, NODE_TYPE, TARGET, Graph, node_type
from dashboard.dialnexa.rows import Received, by_time
from dashboard.timeline import status as words
from dashboard.timeline.model import TERMINAL_TYPES, TIME, UNKNOWN_TYPE, VOICE_CALL, DataNote, Visit

NODE_ID = ("node_id", "nodeId", *TARGET)
STATUS = ("status", "state")
ENTERED = ("started_at", "entered_at", "startedAt", "enteredAt", "timestamp")
LEFT = ("ended_at", "exited_at", "endedAt", "exitedAt")
DUE = ("ends_at", "release_at", "planned_release_at")  # a wait's plan: the lead has not left yet
DUE_WHILE_WAITING = (*DUE, "end")
CALL_ID = ("call_id", "callId", "call_log_id", "metadata.call_id")

WAITING = frozenset({"waiting", "pending"})
UNDER_WAY = frozenset({words.Family.WAITING, words.Family.IN_FLIGHT})


@dataclass(slots=True)
class Draft:
    """A visit while it is being read."""

    received: int
    raw: str
    node_id: str | None = None
    type: str = UNKNOWN_TYPE
    label: str = ""
    status: str = "unknown"
    raw_status: str = ""
    entered_at: datetime | None = None
    left_at: datetime | None = None
    due_at: datetime | None = None
    call_id: str | None = None
    is_call_named: bool = False  # there is an id, usable or not
    exit: str | None = None
    is_left: bool = False  # upstream says it is over, at whatever time; a missing end is already doubted
    is_open: bool = False
    is_readable: bool = True
    doubts: Doubts = field(default_factory=list)


def read(one: Received, graph: Graph, now: datetime) -> Draft:
    """A row that is a visit, or is not even an object: then a visit that only says so."""
    if one.row is None:
        return unreadable(one)
    row, draft = one.row, Draft(one.number, one.raw, doubts=one.doubts)
    doubts = draft.doubts
    node_id = first(row, NODE_ID)
    place(draft, plain(node_id) if node_id is not None else None, row, graph)
    raw_status = text(row, STATUS, "status", doubts)
    draft.raw_status, draft.status = raw_status or "", words.word(raw_status)
    draft.entered_at = moment(row, ENTERED, "start time", doubts, now=now)
    if first(row, ENTERED) is None:
        doubts.append("no start time was given")
    draft.left_at = moment(row, LEFT, "end time", doubts, now=now)
    draft.is_left = first(row, LEFT) is not None
    due = DUE_WHILE_WAITING if draft.status in WAITING else DUE
    draft.due_at = moment(row, due, "planned release", doubts)
    draft.call_id = identifier(row, CALL_ID, "call’s id", doubts)
    draft.is_call_named = first(row, CALL_ID) is not None
    return draft


def unreadable(one: Received) -> Draft:
    label = f"Unreadable step {one.number}"
    return Draft(one.number, one.raw, label=label, is_left=True, is_readable=False, doubts=one.doubts)


def place(draft: Draft, node_id: str | None, row: Row, graph: Graph) -> None:
    """The node a visit was at: what the row says of it, else the workflow's own list of nodes."""
    node = graph.nodes.get(node_id) if node_id is not None else None
    if node_id is None:
        draft.doubts.append("it does not say which step of the workflow this was")
    draft.node_id = node_id
    draft.type = node_type(row, draft.doubts) if first(row, NODE_TYPE) is not None or not node else node.type
    label = text(row, NODE_LABEL, "name", draft.doubts) or (node.label if node else node_id)
    draft.label = label or (draft.type if draft.type != UNKNOWN_TYPE else "Unknown node")


def finish(drafts: Sequence[Draft], graph: Graph, *, is_lead_final: bool) -> tuple[tuple[Visit, ...], list[DataNote]]:
    """Drafts in the order received -> visits in order of time, with what is doubtful about each."""
    ordered = by_time(drafts, lambda draft: draft.entered_at)
    readable = [draft for draft in ordered if draft.is_readable]
    for draft in readable:
        draft.is_open = not is_lead_final and _is_open(draft, is_last=draft is readable[-1])
        if draft.is_open and draft.due_at is None:
            _plan(draft, graph)
        _doubt(draft, is_lead_final=is_lead_final)
    for draft, after in pairwise(readable):
        if draft.exit is None and not draft.is_open and draft.node_id is not None and after.node_id is not None:
            draft.exit = graph.labels.get((draft.node_id, after.node_id))
    visits, notes = [], []
    for position, draft in enumerate(ordered, start=1):
        visits.append(_visit(draft, position))
        notes += [DataNote(f"Step {position}: {doubt}.", position) for doubt in dict.fromkeys(draft.doubts)]
    return tuple(visits), notes


def _is_open(draft: Draft, *, is_last: bool) -> bool:
    """Whether the lead is still there, unless the lead itself is finished (then it is nowhere).

    Not where an end is given, readable or not, nor at a terminal node. Otherwise the status decides: under way means
    open; done, not reached, failed and stopped mean over; one we don't know means open only for the last step.
    """
    if draft.is_left or draft.left_at is not None or draft.type in TERMINAL_TYPES:
        return False
    family = words.family(draft.status)
    return family in UNDER_WAY or (family is words.Family.UNKNOWN and is_last)


def _plan(draft: Draft, graph: Graph) -> None:
    hold = graph.holds.get(draft.node_id) if draft.node_id is not None else None
    if draft.type == TIME and draft.entered_at and hold:
        draft.due_at = draft.entered_at + hold
        draft.doubts.append(
            "no planned release was given, so it is worked out from the wait’s present settings, "
            "which may have changed since"
        )


def _doubt(draft: Draft, *, is_lead_final: bool) -> None:
    """What the fields, each readable, say against each other."""
    entered_at, left_at = draft.entered_at, draft.left_at
    if entered_at and left_at and left_at < entered_at:
        draft.doubts.append("the end is before the start; both are shown as given, and the length is unknown")
    if entered_at and draft.due_at and draft.due_at < entered_at:
        draft.doubts.append("the planned release is before the start")
    if draft.is_open:
        return
    if not draft.is_left and draft.type not in TERMINAL_TYPES:
        if is_lead_final and words.family(draft.status) in UNDER_WAY:
            draft.doubts.append("the lead is finished, yet this step was never reported as left")
        else:
            draft.doubts.append("no end time was given, so when the step ended is not known")
    if draft.type == VOICE_CALL and draft.call_id is None and not draft.is_call_named:
        draft.doubts.append("no call is recorded for this step")


def _visit(draft: Draft, position: int) -> Visit:
    return Visit(
        position=position,
        received=draft.received,
        node_id=draft.node_id,
        type=draft.type,
        label=draft.label,
        status=draft.status,
        raw_status=draft.raw_status,
        entered_at=draft.entered_at,
        left_at=draft.left_at,
        due_at=draft.due_at,
        call_id=draft.call_id,
        exit=draft.exit,
        is_open=draft.is_open,
        is_readable=draft.is_readable,
        raw=draft.raw,
    )
