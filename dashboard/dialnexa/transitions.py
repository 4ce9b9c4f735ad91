"""A history told as transitions (from node, to node, why, when) -> the visits between them.

The parts are published, their spelling is not: the keys follow DialNexa's edges and lists of leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.dialnexa import visits
from dashboard.dialnexa.fields import Row, first, identifier, moment, plain, text
from dashboard.dialnexa.graph import SOURCE, TARGET, Graph
from dashboard.dialnexa.rows import Received, by_time
from dashboard.dialnexa.visits import Draft
from dashboard.timeline import status as words
from dashboard.timeline.model import TERMINAL_TYPES, TIME, VOICE_CALL

AT = ("timestamp", "at", "created_at", "createdAt")
REASON = ("reason",)
CALL_ID = ("metadata.call_id", "metadata.callId", "call_id", "callId", "call_log_id")
PLAN = tuple(f"metadata.{key}" for key in visits.DUE) + visits.DUE
VISIT_KEYS = ("node_id", "nodeId", *visits.ENTERED[:-1])  # any of these: the row is a visit

# What the lead did at a step is over when it leaves: where leaving is all there is, any exit means done.
DONE_WHEN_LEFT = frozenset({TIME, "CONDITIONAL"})
NAMELESS: Row = {}


def are_transitions(rows: Sequence[Received]) -> bool:
    """Whether rows go from node to node and none is a visit. Mixed histories are read as visits."""
    objects = [one.row for one in rows if one.row is not None]
    if any(key in row for row in objects for key in VISIT_KEYS):
        return False
    return any(key in row for row in objects for key in (*SOURCE, *TARGET))


@dataclass(frozen=True, slots=True)
class Step:
    one: Received
    at: datetime | None
    doubts: list[str]


def read(rows: Sequence[Received], graph: Graph, *, now: datetime, is_lead_final: bool) -> list[Draft]:
    """In order of time, each row ends the visit of its `from` (exit = reason) and begins one of its `to`.

    Where `from` is not the step the lead was at, the record has a gap: the open visit ends at an unknown time, and
    `from` gets a visit with an unknown start. A row without a `to` only ends one, and both
    rows are that visit's raw text. A call belongs to `from` if that is a voice call still without one, else to `to`.
    """
    path = _Path(graph)
    for step in by_time([_step(one, now) for one in rows], lambda step: step.at):
        if step.one.row is None:
            path.drafts.append(visits.unreadable(step.one))
        else:
            path.follow(step, step.one.row)
    path.stop(is_lead_final=is_lead_final)
    return path.drafts


def _step(one: Received, now: datetime) -> Step:
    doubts = one.doubts
    at = moment(one.row, AT, "time of this change", doubts, now=now) if one.row is not None else None
    if one.row is not None and first(one.row, AT) is None:
        doubts.append("no time was given")
    return Step(one, at, doubts)


class _Path:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.drafts: list[Draft] = []
        self.here: Draft | None = None

    def follow(self, step: Step, row: Row) -> None:
        source, target = first(row, SOURCE), first(row, TARGET)
        reason = text(row, REASON, "reason", step.doubts)
        call_id = identifier(row, CALL_ID, "call’s id", step.doubts)
        left = self._leave(step, plain(source), reason) if source is not None else None
        if left and call_id and left.type == VOICE_CALL and left.call_id is None:
            left.call_id, call_id = call_id, None
        if target is None and left is not None:
            left.call_id = left.call_id or call_id
            left.raw = left.raw if left.received == step.one.number else f"[{left.raw},{step.one.raw}]"
            left.doubts += step.doubts
            return
        if source is None and self.here is not None:
            self._lose(self.here)
        self.here = self._enter(step, plain(target) if target is not None else None)
        self.here.entered_at, self.here.call_id, self.here.doubts = step.at, call_id, step.doubts + self.here.doubts
        self.here.due_at = moment(row, PLAN, "planned release", self.here.doubts)
        if self.here.type in TERMINAL_TYPES:
            self.here.left_at, self.here.is_left, self.here.status = step.at, True, "completed"
            self.here = None

    def stop(self, *, is_lead_final: bool) -> None:
        """After the last row: the lead is where it went last."""
        if self.here is not None and not is_lead_final:
            self.here.status = "waiting" if self.here.type == TIME else "in_progress"

    def _leave(self, step: Step, node_id: str, reason: str | None) -> Draft:
        draft = self.here
        if draft is None or draft.node_id != node_id:
            if draft is not None:
                self._lose(draft)
            draft = self._enter(step, node_id)
            draft.doubts.append("the record does not say when this step began")
        draft.left_at, draft.is_left, draft.exit, draft.raw_status = step.at, True, reason, reason or ""
        draft.status = _outcome(reason, draft.type)
        if step.at is None:
            draft.doubts.append("when it ended is not known")
        self.here = None
        return draft

    def _lose(self, draft: Draft) -> None:
        draft.is_left = True
        draft.doubts.append("the record goes on from another step, so when this one ended is not known")

    def _enter(self, step: Step, node_id: str | None) -> Draft:
        draft = Draft(step.one.number, step.one.raw)
        visits.place(draft, node_id, NAMELESS, self.graph)
        self.drafts.append(draft)
        return draft


def _outcome(reason: str | None, node_type: str) -> str:
    """How a visit went, from why it was left. A reason we don't know is never taken for success."""
    word = words.word(reason)
    family = words.family(word)
    if family is words.Family.DONE or (family is words.Family.UNKNOWN and node_type in DONE_WHEN_LEFT):
        return "completed"
    if family is words.Family.FAILED:
        return "failed"
    return word if family in (words.Family.NOT_REACHED, words.Family.STOPPED) else "unknown"
