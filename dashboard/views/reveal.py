"""Uncover a lead for a reason and a while, and cover it again."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from dashboard import reveal, upstream
from dashboard.audit import trail
from dashboard.forms.access import RevealForm
from dashboard.http import Request
from dashboard.models import Action
from dashboard.permissions import Right, needs, reveal_time


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.REVEAL)
def lead_reveal(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """The form, and what comes of it. The trail has the reason before anything is uncovered."""
    form = RevealForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {
            "form": form,
            "lead_id": lead_id,
            "url": request.path,
            "next": back(request, workflow_id, lead_id),
            "minutes": int(reveal_time(request.user).total_seconds() // 60),
        }
        template = "_reveal.html" if request.htmx else "lead_reveal.html"
        return render(request, template, context, status=400 if form.errors else 200)
    trail.record(
        Action.REVEAL_OPEN,
        workflow_id=workflow_id,
        lead_id=lead_id,
        reason=(form.cleaned_data["reason"], form.cleaned_data["text"]),
        minutes=int(reveal_time(request.user).total_seconds() // 60),
    )
    reveal.uncover(request, workflow_id, lead_id, now=upstream.now())
    return see_other(back(request, workflow_id, lead_id))


@require_POST
@needs(Right.REVEAL)
def lead_conceal(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    reveal.cover(request, workflow_id, lead_id)
    trail.record(Action.REVEAL_CLOSE, workflow_id=workflow_id, lead_id=lead_id)
    return see_other(back(request, workflow_id, lead_id))


def back(request: Request, workflow_id: str, lead_id: str) -> str:
    """The page it was asked on: this lead's timeline, with its panel and state."""
    timeline = reverse("lead-timeline", args=[workflow_id, lead_id])
    page = request.POST.get("next") or request.GET.get("next", "")
    is_ours = page.startswith(timeline) and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else timeline


def see_other(page: str) -> HttpResponse:
    answer = HttpResponseRedirect(page)
    answer.status_code = 303
    return answer
