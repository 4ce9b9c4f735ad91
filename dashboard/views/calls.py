"""One call of one lead: its transcript and what is known of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from dashboard import judging, upstream
from dashboard.audit import trail
from dashboard.audit.access import intend
from dashboard.dialnexa.errors import MissingCallError
from dashboard.http import Request
from dashboard.models import Action
from dashboard.outcomes import outcome
from dashboard.permissions import Right, needs
from dashboard.timeline.model import Call
from dashboard.timeline.transcript import absence, is_recording_kept
from dashboard.views.page import TimelinePage, is_fragment

TURNS_SHOWN = 200


@require_safe
@needs(Right.CALL)
def call_panel(request: Request, workflow_id: str, lead_id: str, call_id: str) -> HttpResponse:
    """The call beside its timeline. A call that is not in this lead's history is a 404 and is never asked for."""
    ids: dict[str, Any] = {"workflow_id": workflow_id, "lead_id": lead_id}
    access = intend(request, "transcript", **ids, call_id=call_id)
    access.begin()
    history = upstream.lead_history(workflow_id, lead_id)
    visit = history.value.call_visit(call_id)
    if visit is None:
        raise Http404
    page = TimelinePage(request, history, selected=visit, panel="_call.html")
    call = upstream.call_or_failure(call_id)
    if isinstance(call, Call):
        access.shown(page.lead.phone, masked=not page.sight.said.is_lifted)
        has_learnt = judging.keep_call(history.value, call, read_at=page.now)
        template = page.panel if is_fragment(request) else "lead_timeline.html"
        response = render(request, template, {"page": page, **call_context(request, call, page)})
        # What the rules say around the panel has to be asked for anew: static/js/live.js.
        return trigger_client_event(response, "learnt") if has_learnt else response
    if isinstance(call, MissingCallError):
        judging.keep_call(history.value, call_id, read_at=page.now)
    if is_fragment(request):
        raise call
    found = outcome(call)
    access.failed(found.status)
    trail.record(Action.TIMELINE_VIEW, status=200, phone=page.lead.phone, **ids, masked=not page.sight.facts.is_lifted)
    page.panel = "_trouble.html"
    context = {"page": page, "trouble": found, "retry_url": request.get_full_path()}
    return render(request, "lead_timeline.html", context)


def call_context(request: Request, call: Call, page: TimelinePage) -> dict[str, object]:
    """What _call.html needs besides the page."""
    shown = call.transcript if request.GET.get("turns") == "all" else call.transcript[:TURNS_SHOWN]
    query = page.state.query()
    return {
        "call": call,
        "to_phone": page.sight.said.number(call.to_phone),
        "turns": shown,
        "hidden_turns": len(call.transcript) - len(shown),
        "all_turns_href": f"{request.path}{query}{'&' if query else '?'}turns=all",
        "absence": absence(call, now=page.now),
        "recording_is_kept": is_recording_kept(call, now=page.now),
    }
