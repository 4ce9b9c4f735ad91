"""What a share link shows to whoever has it: one timeline, masked; and its calls, masked, if the link says so."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard import sharing, upstream
from dashboard.audit.access import intend
from dashboard.http import Request
from dashboard.models import ShareLink
from dashboard.timeline.model import Timeline, Visit
from dashboard.views.calls import call_context
from dashboard.views.page import TimelinePage, is_fragment


class SharedPage(TimelinePage):
    """A timeline whose every link stays behind the share link; nothing of it is ever uncovered."""

    is_shared = True
    live_seconds = None

    def __init__(
        self,
        request: Request,
        history: upstream.Read[Timeline],
        token: str,
        link: ShareLink,
        selected: Visit | None = None,
        panel: str = "",
    ) -> None:
        self.token = token
        self.link = link
        super().__init__(request, history, selected=selected, panel=panel)

    @cached_property
    def _path(self) -> str:
        return reverse("shared-timeline", args=[self.token])

    def opens_panel(self, visit: Visit) -> bool:
        return self.link.shows_calls and bool(visit.call_id)

    def visit_href(self, position: int) -> str:
        visit = self.timeline.visits[position - 1]
        if self.opens_panel(visit):
            return f"{self._path}calls/{visit.call_id}/{self._query}"
        return f"{self._path}{self.state.query(visit=position)}#visit-{position}"

    record_href = None  # type: ignore[assignment]


@login_not_required
@require_safe
def shared_timeline(request: Request, token: str) -> HttpResponse:
    """Unknown, expired, revoked and orphaned links are one and the same 404, and ask nothing of DialNexa."""
    link = _link(token)
    access = intend(request, "timeline", actor=sharing.name(link), **_ids(link))
    history = upstream.lead_history(link.workflow_id, link.lead_id, before=access.begin)
    page = SharedPage(request, history, token, link)
    access.shown(page.lead.phone, masked=True)
    sharing.opened(link, page.lead.phone)
    return render(request, "shared_timeline.html", {"page": page})


@login_not_required
@require_safe
def shared_call(request: Request, token: str, call_id: str) -> HttpResponse:
    """A call of this lead, if the link shows calls."""
    link = _link(token)
    if not link.shows_calls:
        raise Http404
    access = intend(request, "transcript", actor=sharing.name(link), **_ids(link), call_id=call_id)
    access.begin()
    history = upstream.lead_history(link.workflow_id, link.lead_id)
    visit = history.value.call_visit(call_id)
    if visit is None:
        raise Http404
    page = SharedPage(request, history, token, link, selected=visit, panel="_call.html")
    call = upstream.call(call_id)
    access.shown(page.lead.phone, masked=True)
    if not is_fragment(request):
        sharing.opened(link, page.lead.phone)
    template = page.panel if is_fragment(request) else "shared_timeline.html"
    return render(request, template, {"page": page, **call_context(request, call, page)})


def _link(token: str) -> ShareLink:
    link = sharing.find(token)
    if link is None:
        raise Http404
    return link


def _ids(link: ShareLink) -> dict[str, str]:
    return {"workflow_id": link.workflow_id, "lead_id": link.lead_id}
