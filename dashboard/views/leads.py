"""The leads of one workflow."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard import upstream
from dashboard.forms import PageForm, read
from dashboard.http import Request
from dashboard.timeline.model import Workflow
from dashboard.views.clocks import page_zone

PER_PAGE = 100


@require_safe
def lead_list(request: Request, workflow_id: str) -> HttpResponse:
    """Every lead: id, masked phone, status. A list that came whole is paged here."""
    number = read(PageForm(request.GET))["page"] or 1
    answer = upstream.leads(workflow_id, number)
    page = answer.value
    leads, pages = page.items, page.pages
    if page.is_whole:
        pages = Paginator(page.items, PER_PAGE).num_pages
        leads = page.items[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render(
        request,
        "lead_list.html",
        {
            "workflow": upstream.known_workflow(workflow_id) or Workflow(workflow_id, workflow_id),
            "answer": answer,
            "page": page,
            "leads": leads,
            "number": number,
            "pages": pages,
            "zone": page_zone(request),
            "now": upstream.now(),
        },
    )
