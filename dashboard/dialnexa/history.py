"""A lead's history, in any of its forms -> Timeline. Finds the lead, the rows and the graph; others read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dashboard.dialnexa import envelope, graph, leads, transitions, visits
from dashboard.dialnexa.errors import UnreadableError
from dashboard.dialnexa.fields import ODD, Doubts, Row, identifier, moment, notes
from dashboard.dialnexa.rows import received
from dashboard.timeline.model import Lead, Timeline, Visit
from dashboard.timeline.status import LEAD_FINAL

HISTORY = ("history", "transitions", "steps")
LEAD = "lead"
LEAD_ID = ("lead_id", "id")
EXECUTION_PLAN = tuple(f"execution.{key}" for key in visits.DUE)
OF_THE_BODY = ("execution", "current_node_id")  # beside the lead, yet about it


def timeline(data: object, *, workflow_id: str, lead_id: str, now: datetime) -> Timeline:
    """One lead's path. now (aware): to doubt moments that lie ahead of it.

    Raises UnreadableError when there is no history, or it is not a list. An empty one is a legal answer: no step yet.
    """
    body, rows = _open(data)
    doubts: Doubts = []
    of_graph = graph.read(body, doubts)
    lead = _lead(body, lead_id, now)
    if leads.is_other(body, leads.WORKFLOW_ID, workflow_id):
        doubts.append("the answer names another workflow than the one asked for")
    is_final = lead.status in LEAD_FINAL
    kept = received(rows)
    if transitions.are_transitions(kept):
        drafts = transitions.read(kept, of_graph, now=now, is_lead_final=is_final)
        if (
            drafts
            and drafts[-1].due_at is None
            and drafts[-1].node_id == lead.current_node_id
            and not drafts[-1].is_left
        ):
            drafts[-1].due_at = moment(body, EXECUTION_PLAN, "planned release", doubts)
    else:
        drafts = [visits.read(one, of_graph, now) for one in kept]
    path, of_visits = visits.finish(drafts, of_graph, is_lead_final=is_final)
    return Timeline(
        workflow_id=workflow_id,
        lead=_completed(lead, path),
        visits=path,
        notes=(*notes(doubts), *lead.notes, *of_visits),
        nodes=tuple(of_graph.nodes.values()),
        edges=of_graph.edges,
        received_rows=len(rows),
    )


def _open(data: object) -> tuple[Row, list[object]]:
    for layer in envelope.layers(data):
        if isinstance(layer, list):
            return {}, layer
        if not isinstance(layer, dict):
            break
        if key := next((key for key in HISTORY if key in layer), None):
            rows = layer[key]
            if not isinstance(rows, list):
                raise UnreadableError("The history in the answer is not a list.")
            return layer, rows
    raise UnreadableError("There is no history in the answer.")


def _lead(body: Row, lead_id: str, now: datetime) -> Lead:
    """The lead beside the history, else the body itself: an older form has the lead's fields there."""
    doubts: Doubts = []
    held = body.get(LEAD)
    if held is not None and not isinstance(held, dict):
        doubts.append(f"the lead’s own record {ODD}")
    row: Row = {**held, **{key: body[key] for key in OF_THE_BODY if key in body}} if isinstance(held, dict) else body
    # The record's own id comes first; an id of the body beside it may be the enrolment's.
    told = identifier(row, ("id", "lead_id"), "lead’s id", doubts) if row is not body else None
    told = told or identifier(body, LEAD_ID, "lead’s id", doubts)
    if told is not None and told != lead_id:
        doubts.append("the answer names another lead than the one asked for; check that this is the right path")
    return leads.lead(row, lead_id=lead_id, doubts=doubts, now=now)


def _completed(lead: Lead, path: tuple[Visit, ...]) -> Lead:
    """What a lead's record leaves out and its path tells. Its notes are with the timeline's."""
    here = next((visit for visit in reversed(path) if visit.is_open), None)
    start = next((visit.entered_at for visit in path if visit.entered_at), None)
    return replace(
        lead,
        current_node_id=lead.current_node_id or (here.node_id if here else None),
        enrolled_at=lead.enrolled_at or start,
        notes=(),
    )
