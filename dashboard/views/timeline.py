"""One lead's timeline, and the raw record of one of its visits."""

from __future__ import annotations

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard import reviewing, upstream
from dashboard.audit.access import intend
from dashboard.http import Request
from dashboard.permissions import Right, needs
from dashboard.scan.digests import keep_viewed
from dashboard.views.page import TimelinePage, is_fragment


@require_safe
@needs(Right.TIMELINE)
def lead_timeline(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """The path as picture, table and sentences."""
    access = intend(request, "timeline", workflow_id=workflow_id, lead_id=lead_id)
    history = upstream.lead_history(workflow_id, lead_id, before=access.begin)
    page = TimelinePage(request, history)
    access.shown(page.lead.phone, masked=not page.sight.facts.is_lifted)
    response = render(request, "lead_timeline.html", {"page": page})
    if page.rules:
        reviewing.refresh(page.rules.judgement, page.now)
    # Afterwards: what is new of this lead may take it out of the list that it was opened from.
    keep_viewed(history.value, history.read_at)
    return response


@require_safe
@needs(Right.RECORD)
def visit_record(request: Request, workflow_id: str, lead_id: str, position: int) -> HttpResponse:
    """A visit as upstream sent it, masked: beside the timeline, or the whole page with the panel open."""
    access = intend(request, "step", workflow_id=workflow_id, lead_id=lead_id)

    history = upstream.lead_history(workflow_id, lead_id, before=access.begin)
    visit = history.value.visit(position)
    if visit is None:
        raise Http404
    page = TimelinePage(request, history, selected=visit, panel="_record.html")
    record = json.dumps(json.loads(visit.raw), indent=2, ensure_ascii=False) if visit.raw else ""
    access.shown(page.lead.phone, masked=True, position=position)

    notes = [note for note in history.value.notes if note.position == position]
    template = page.panel if is_fragment(request) else "lead_timeline.html"
    return render(
        request,
        template,
        {"page": page, "visit": visit, "record": record and page.sight.closed.record(record), "notes": notes},
    )
