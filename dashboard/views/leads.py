"""The leads of one workflow."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from dashboard import upstream
from dashboard.audit import trail
from dashboard.forms import SORTS, VERDICTS, LeadQuery, LeadSearchForm, read
from dashboard.http import Request
from dashboard.leadlist import LeadList, Search
from dashboard.models import Action
from dashboard.permissions import Right, needs
from dashboard.timeline.model import Workflow
from dashboard.timeline.status import LEAD_FINAL, LEAD_LIVE
from dashboard.views.clocks import page_zone
from dashboard.views.scans import ScanNow
from dashboard.views.stuck import ON_A_PAGE, StuckBoard

TITLES = {
    "id": "Lead",
    "status": "Status",
    "node": "Where it is",
    "since": "Since",
    "dials": "Calls",
    "visits": "Steps",
    "enrolled": "Enrolled",
}


class LeadListPage:
    """The context of lead_list.html."""

    def __init__(self, request: Request, workflow_id: str, query: LeadQuery, search: Search | None = None) -> None:
        self.now = upstream.now()
        self.zone = page_zone(request)
        self.query = query
        self.is_search = search is not None
        self.leads = LeadList(workflow_id, query, now=self.now, search=search, reader=request.user)
        self.workflow = upstream.known_workflow(workflow_id) or Workflow(workflow_id, workflow_id)
        self.board = StuckBoard(request, self.workflow, most=ON_A_PAGE)
        self.scan = ScanNow(request, workflow_id)
        self.statuses = sorted(LEAD_LIVE | LEAD_FINAL)
        self.verdicts = VERDICTS

    @cached_property
    def columns(self) -> list[dict[str, str]]:
        """Each column's title, its sorting link, and how it is sorted now."""
        return [
            {
                "title": TITLES[name],
                "href": self.query.query(sort=f"-{name}" if self.query.sort == name else name),
                "sorted": {name: "ascending", f"-{name}": "descending"}.get(self.query.sort, ""),
                "name": name,
            }
            for name in sorted(SORTS, key=list(TITLES).index)
        ]

    @cached_property
    def timeline_query(self) -> str:
        """For the timelines opened from here: how they find their neighbours."""
        if self.is_search:
            return ""
        state = self.query.query(page=self.query.page).removeprefix("?")
        return f"?{urlencode({'list': state or '-'})}"

    @property
    def previous_href(self) -> str:
        return self.query.query(page=self.leads.number - 1) or "?"

    @property
    def next_href(self) -> str:
        return self.query.query(page=self.leads.number + 1)

    @property
    def has_next(self) -> bool:
        pages = self.leads.pages
        return self.leads.number < pages if pages is not None else bool(self.leads.rows)


@require_safe
@needs(Right.LISTS)
def lead_list(request: Request, workflow_id: str) -> HttpResponse:
    """The workflow: what is stuck, and every lead by pages, as the query string says."""
    page = LeadListPage(request, workflow_id, LeadQuery.of(request.GET))
    return render(request, "lead_list.html", {"page": page})


@require_POST
@needs(Right.SEARCH)
def lead_search(request: Request, workflow_id: str) -> HttpResponse:
    """Leads by phone number or a variable's value, which stand in no address."""
    asked = read(LeadSearchForm(request.POST))
    search = Search(asked["digits"], asked["variable"], asked["value"])
    by = "phone" if search.digits else "variable"
    trail.record(Action.SEARCH_PHONE, workflow_id=workflow_id, phone=asked["phone"] or None, by=by)
    page = LeadListPage(request, workflow_id, LeadQuery(), search)

    return render(request, "lead_list.html", {"page": page})
