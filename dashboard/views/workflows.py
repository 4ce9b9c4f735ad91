"""The workflows of the installation's DialNexa workspace."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard import upstream
from dashboard.forms import PageForm, read
from dashboard.http import Request
from dashboard.views.clocks import page_zone


@require_safe
def workflow_list(request: Request) -> HttpResponse:
    """Every workflow: title, status, when it changed."""
    number = read(PageForm(request.GET))["page"] or 1
    answer = upstream.workflows(number)
    return render(
        request,
        "workflow_list.html",
        {"answer": answer, "page": answer.value, "number": number, "zone": page_zone(request), "now": upstream.now()},
    )
