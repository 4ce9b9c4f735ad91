"""What the demo answers to a path and a query, without HTTP: the endpoints over the scenarios at one moment.

Read-only apart from the fault counts. What DialNexa does not publish (nodes, edges) is a 404 here too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

from dashboard.demo import calls, dirty, faults, scale, shapes
from dashboard.demo.faults import Answer, error
from dashboard.demo.graphs import EMI, FAULTS, SCALE, WORKFLOWS, Workflow
from dashboard.demo.moments import Anchor, ist
from dashboard.demo.paths import Lead, Visit, lay, status_of
from dashboard.demo.scenarios import DIRTY, LEADS

LeadsMode = Literal["plain", "paged", "scale"]
Query = dict[str, str]

_STORED = {**LEADS, **faults.LEADS}
_OWNER = {step.call_id: lead for lead in _STORED.values() for step in lead.steps if step.call_id}
_SCAN_LEADS = {"plain": 46, "paged": 46, "scale": 1_200 - len(scale.VISITS)}
_ENROLLED_BEFORE = timedelta(minutes=5)
NO_WORKFLOW = error(404, "Workflow not found")
NO_CALL = error(404, "Call not found")


class BadQueryError(ValueError):
    """A page or limit that is no positive number."""


class World:
    """The scenarios, from the moment the demo started (or was reset)."""

    def __init__(
        self, now: Callable[[], datetime], *, leads_mode: LeadsMode = "plain", scan_leads: int | None = None
    ) -> None:
        self._now = now
        self._mode = leads_mode
        self._scan_leads = _SCAN_LEADS[leads_mode] if scan_leads is None else scan_leads
        self._faults = faults.Faults()
        self.reset()

    def reset(self) -> None:
        """Start the demo's time and the faults' counts afresh."""
        self._anchor = Anchor(self._now())
        self._faults.forget()

    def answer(self, path: str, query: Query) -> Answer:
        """The answer to GET ``path``."""
        try:
            return self._route(path.strip("/").split("/"), query)
        except BadQueryError as refusal:
            return error(400, str(refusal))

    def _route(self, parts: list[str], query: Query) -> Answer:
        match parts:
            case ["v1", "workflows"]:
                return Answer(200, self._workflows(query))
            case ["v1", "workflows", workflow_id, *rest]:
                workflow = WORKFLOWS.get(workflow_id)
                return self._of_workflow(workflow, rest, query) if workflow else NO_WORKFLOW
            case ["v1", "calls"]:
                return Answer(200, self._calls(query))
            case ["v1", "calls", call_id] if not call_id.startswith("call_"):
                return error(400, "Invalid call ID format")
            case ["v1", "calls", call_id]:
                record = self._call(call_id)
                return Answer(200, record) if record else NO_CALL
            case ["v1", "call-logs", call_id, "details"]:
                found = self._find(call_id)
                details = calls.details(*found, now=self._now()) if found else None
                return Answer(200, details) if details else error(404, "Call log not found")
        return error(404, f"Cannot GET /{'/'.join(parts)}")

    def _of_workflow(self, workflow: Workflow, rest: list[str], query: Query) -> Answer:
        match rest:
            case []:
                return Answer(200, shapes.workflow(workflow, self._created(workflow), self._count(workflow)))
            case ["leads"]:
                return Answer(200, self._leads(workflow, query))
            case ["leads", "variable-keys"]:
                return Answer(200, self._variable_keys(workflow))
            case ["leads", lead_id, "history"]:
                struck = self._faults.strike(lead_id) if workflow.id == FAULTS else None
                return struck or replace(self._history(workflow, lead_id), seconds=faults.SILENCE.get(lead_id, 0.0))
        return error(404, f"Cannot GET /v1/workflows/{workflow.id}/{'/'.join(rest)}")

    def _workflows(self, query: Query) -> shapes.Json:
        """Each page in two envelopes, as it was seen live (W2)."""
        page, limit = _positive(query, "page", 1), min(_positive(query, "limit", 20), 100)
        created = [(workflow, self._created(workflow)) for workflow in WORKFLOWS.values()]
        if query.get("sortOrder", "").upper() == "DESC":
            created.reverse()
        rows, pages = shapes.page_of([shapes.workflow_row(*pair) for pair in created], page, limit)
        meta = {"totalItems": len(created), "itemsPerPage": limit, "totalPages": pages, "currentPage": page}
        return {"data": {"data": rows, "meta": meta}}

    def _created(self, workflow: Workflow) -> datetime:
        return self._anchor.moved(ist(12, 1 + list(WORKFLOWS).index(workflow.id), 10, year=2025))

    def _count(self, workflow: Workflow) -> int:
        if workflow.id == SCALE:
            return len(scale.VISITS) + self._scan_leads
        return sum(lead.workflow_id == workflow.id for lead in _STORED.values())

    def _leads(self, workflow: Workflow, query: Query) -> shapes.Json | bytes:
        """The whole list whatever page is asked for, as the contract has it; in paged mode, the page (L2)."""
        wanted = query.get("leadIds")
        if workflow.id == SCALE and self._mode != "paged" and not wanted:
            return _generated_list(self._scan_leads, self._anchor)
        leads = self._leads_of(workflow, wanted.split(",") if wanted else None)
        if self._mode != "paged":
            return shapes.fetched("Leads", [self._lead_row(lead) for lead in leads], count=len(leads))
        status = query.get("status")
        if status:
            leads = [lead for lead in leads if self._status(lead) == status]
        page, limit = _positive(query, "page", 1), min(_positive(query, "limit", 20), 100)
        rows, pages = shapes.page_of(leads, page, limit)
        meta = {"page": page, "limit": limit, "total": len(leads), "totalPages": pages}
        return {"data": [self._lead_row_paged(lead) for lead in rows], "meta": meta}

    def _leads_of(self, workflow: Workflow, wanted: Sequence[str] | None) -> list[Lead]:
        if wanted is not None:
            found = (_lead(lead_id) for lead_id in wanted)
            return [lead for lead in found if lead and lead.workflow_id == workflow.id]
        if workflow.id == SCALE:
            return _generated_leads(self._scan_leads)
        return [lead for lead in _STORED.values() if lead.workflow_id == workflow.id]

    def _variable_keys(self, workflow: Workflow) -> shapes.Json:
        leads = [lead for lead in _STORED.values() if lead.workflow_id == workflow.id]
        keys = list(dict.fromkeys(chain.from_iterable(lead.variables for lead in leads)))
        return {"keys": keys} if workflow.id == EMI else shapes.fetched("Variable keys", {"keys": keys})

    def _history(self, workflow: Workflow, lead_id: str) -> Answer:
        lead = _lead(lead_id)
        if lead is None or lead.workflow_id != workflow.id:
            return error(404, faults.NO_LEAD)
        if lead.workflow_id == SCALE:
            return Answer(200, _generated_history(lead_id, self._anchor))
        if lead.id == DIRTY:
            return Answer(200, dirty.body(lead, self._anchor.moved(lead.starts) - lead.starts))
        visits = self._visits(lead)
        status, enrolled = status_of(lead, visits), self._enrolled(lead)
        return Answer(200, shapes.history(lead, visits, workflow.graph, status=status, enrolled=enrolled))

    def _calls(self, query: Query) -> list[shapes.Json]:
        """A bare array without transcripts, newest first."""
        page, limit = _positive(query, "page", 1), min(_positive(query, "limit", 20), 200)
        wanted = query["call_id"].split(",") if query.get("call_id") else _OWNER
        found = [pair for pair in map(self._find, filter(None, wanted)) if pair]
        found.sort(key=lambda pair: pair[1].start, reverse=query.get("created_at") != "asc")
        records = [calls.record(*pair, now=self._now(), is_listed=True) for pair in found]
        for key in ("status", "end_reason", "sentiment", "agent_id"):
            if query.get(key):
                records = [record for record in records if record.get(key) in query[key].split(",")]
        return shapes.page_of(records, page, limit)[0]

    def _call(self, call_id: str) -> shapes.Json | None:
        found = self._find(call_id)
        return calls.record(*found, now=self._now()) if found else None

    def _find(self, call_id: str) -> tuple[Lead, Visit, Workflow] | None:
        if call_id in calls.UNKNOWN:
            return None
        lead = _OWNER.get(call_id) or scale.lead_of_call(call_id)
        if lead is None:
            return None
        visits = _generated_visits(lead.id, self._anchor) if lead.workflow_id == SCALE else self._visits(lead)
        visit = next((visit for visit in visits if visit.call_id == call_id), None)
        return (lead, visit, WORKFLOWS[lead.workflow_id]) if visit else None

    def _visits(self, lead: Lead) -> list[Visit]:
        return lay(lead, WORKFLOWS[lead.workflow_id].graph, self._anchor, self._now())

    def _status(self, lead: Lead) -> str:
        return status_of(lead, self._visits(lead)) if lead.final_status else lead.status

    def _enrolled(self, lead: Lead) -> datetime:
        return self._anchor.moved(lead.starts, live=lead.is_live) - _ENROLLED_BEFORE

    def _lead_row(self, lead: Lead) -> shapes.Json:
        row = shapes.lead_row(lead, self._status(lead), self._enrolled(lead))
        return row | {"dynamic_variables": "n/a"} if lead.id == DIRTY else row

    def _lead_row_paged(self, lead: Lead) -> shapes.Json:
        node_id = shapes.open_node(self._visits(lead))
        return shapes.lead_row_paged(lead, self._status(lead), self._enrolled(lead), node_id)


def _lead(lead_id: str) -> Lead | None:
    return _STORED.get(lead_id) or scale.lead(lead_id)


def _positive(query: Query, key: str, default: int) -> int:
    text = query.get(key, str(default))
    if not text.isdecimal() or not text.isascii() or len(text) > 9 or int(text) < 1:
        raise BadQueryError(f"{key} must be a positive number")
    return int(text)


def to_json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _generated_leads(scan_leads: int) -> list[Lead]:
    ids = chain((f"lead_visits_{count}" for count in scale.VISITS), map(scale.scan_id, range(1, scan_leads + 1)))
    return [lead for lead in map(scale.lead, ids) if lead]


# Generated answers stay the same until the next reset, and benchmarks ask for them again and again.
@lru_cache(maxsize=64)
def _generated_visits(lead_id: str, anchor: Anchor) -> list[Visit]:
    lead = scale.lead(lead_id)
    return lay(lead, WORKFLOWS[SCALE].graph, anchor, anchor.start) if lead else []


@lru_cache(maxsize=64)
def _generated_history(lead_id: str, anchor: Anchor) -> bytes:
    lead = scale.lead(lead_id)
    if lead is None:
        return b""
    enrolled = anchor.moved(lead.starts) - _ENROLLED_BEFORE
    visits = _generated_visits(lead_id, anchor)
    return to_json(shapes.history(lead, visits, WORKFLOWS[SCALE].graph, status=lead.status, enrolled=enrolled))


@lru_cache(maxsize=2)
def _generated_list(scan_leads: int, anchor: Anchor) -> bytes:
    leads = _generated_leads(scan_leads)
    rows = [shapes.lead_row(lead, lead.status, anchor.moved(lead.starts) - _ENROLLED_BEFORE) for lead in leads]
    return to_json(shapes.fetched("Leads", rows, count=len(rows)))
