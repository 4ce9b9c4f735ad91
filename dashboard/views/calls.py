"""One call of one lead: its transcript and what is known of it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard import upstream
from dashboard.http import Request
from dashboard.outcomes import outcome
from dashboard.timeline.model import Call
from dashboard.timeline.transcript import absence, is_recording_kept
from dashboard.views.page import TimelinePage, is_fragment

TURNS_SHOWN = 200


@require_safe
def call_panel(request: Request, workflow_id: str, lead_id: str, call_id: str) -> HttpResponse:
    """The call beside its timeline. A call that is not in this lead's history is a 404 and is never asked for."""
    history = upstream.lead_history(workflow_id, lead_id)
    visit = history.value.call_visit(call_id)
    if visit is None:
        raise Http404
    page = TimelinePage(request, history, selected=visit, panel="_call.html")
    if is_fragment(request):
        return render(request, page.panel, {"page": page, **_call_context(request, upstream.call(call_id), page)})
    call = upstream.call_or_failure(call_id)
    if isinstance(call, Call):
        return render(request, "lead_timeline.html", {"page": page, **_call_context(request, call, page)})
    page.panel = "_trouble.html"
    context = {"page": page, "trouble": outcome(call), "retry_url": request.get_full_path()}
    return render(request, "lead_timeline.html", context)


def _call_context(request: Request, call: Call, page: TimelinePage) -> dict[str, object]:
    shown = call.transcript if request.GET.get("turns") == "all" else call.transcript[:TURNS_SHOWN]
    return {
        "call": call,
        "turns": shown,
        "hidden_turns": len(call.transcript) - len(shown),
        "all_turns_href": f"{request.path}{page.state.query()}{'&' if page.state.query() else '?'}turns=all",
        "absence": absence(call, now=page.now),
        "recording_is_kept": is_recording_kept(call, now=page.now),
    }
