"""What an open page asks again and again: answered with what has changed, or with nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboard import upstream
from dashboard.audit import trail
from dashboard.forms import LiveForm, read
from dashboard.http import Request
from dashboard.models import Action
from dashboard.permissions import Right, needs
from dashboard.scan.digests import keep_viewed
from dashboard.timeline.words import clock
from dashboard.views.page import TimelinePage, is_fragment

STOP = 286  # as htmx has it: take this, and ask no more


@require_safe
@needs(Right.TIMELINE)
def timeline_live(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """The timeline's parts, if anything in them but the passing of time is new. 304: nothing is; 286: it is over."""
    if not is_fragment(request):
        return redirect(f"{request.path.removesuffix('live/')}?{request.META.get('QUERY_STRING', '')}")
    history = upstream.lead_history(workflow_id, lead_id)
    chosen = history.value.visit(read(LiveForm(request.GET))["selected"] or 0)
    page = TimelinePage(request, history, selected=chosen, here=_around(request))
    # The server may have compressed the last answer, and then marks its tag as weak.
    if request.headers.get("If-None-Match", "").removeprefix("W/") == f'"{page.tag}"':
        read_at = {"X-Read-At": history.read_at.isoformat(), "X-Read-At-Clock": clock(history.read_at, page.zone)}
        return HttpResponse(status=304, headers={"ETag": f'"{page.tag}"', **read_at})
    ids: dict[str, Any] = {"workflow_id": workflow_id, "lead_id": lead_id}
    trail.record(Action.TIMELINE_VIEW, status=200, phone=page.lead.phone, **ids, refresh=True)
    response = render(request, "_live.html", {"page": page}, status=200 if page.live_seconds else STOP)
    response["ETag"] = f'"{page.tag}"'
    keep_viewed(history.value, history.read_at)
    return response


def _around(request: Request) -> str:
    """The address of the page that asks, with its panel: what its links are to lead to."""
    timeline = request.path.removesuffix("live/")
    around = request.htmx.current_url_abs_path or ""
    return around if around.startswith(timeline) else timeline
