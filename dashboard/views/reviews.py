"""What a timeline page does about the lead's review: the called party's zone, a place in the queue, a dispute."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from dashboard import reviewing, upstream
from dashboard.forms.lead import DisputeForm, ZoneForm
from dashboard.http import Request
from dashboard.judging import judgement
from dashboard.models import Action, Review
from dashboard.permissions import Right, needs
from dashboard.reviewing.acting import acting, kept, put, record, save
from dashboard.views.reveal import back, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.REVIEW)
def lead_zone(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """Where the called party lives, if a reviewer knows better than the number: in the trail before it counts."""
    ids = {"workflow_id": workflow_id, "lead_id": lead_id}
    known = Review.objects.filter(**ids).values_list("zone", flat=True).first()
    form = ZoneForm(request.POST if request.method == "POST" else None, initial={"zone": known})
    if request.method != "POST" or not form.is_valid():
        return _sheet(request, "lead_zone.html", form, ids)
    # Only of a lead that exists; the history is most often a copy of a moment ago.
    timeline = upstream.lead_history(workflow_id, lead_id).value
    _set_zone(ids, form.cleaned_data["zone"], form.cleaned_data["reason"])
    reviewing.refresh(judgement(timeline), upstream.now())
    return see_other(back(request, workflow_id, lead_id))


@transaction.atomic
def _set_zone(ids: dict[str, Any], zone: str, reason: str) -> None:
    review, _ = Review.objects.get_or_create(**ids, defaults={"queued_at": upstream.now()})
    with acting(review) as row:
        record(Action.ZONE_SET, row, reason=("", reason), zone=zone or "by the number")
        put(row, zone=zone, zone_why=kept(reason, 300) if zone else "")
        save(row, "zone set")


@require_POST
@needs(Right.REVIEW)
def review_queue(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """Put the lead into the review queue."""
    timeline = upstream.lead_history(workflow_id, lead_id).value
    reviewing.queue_one(judgement(timeline), now=upstream.now())
    return see_other(back(request, workflow_id, lead_id))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.DISPUTE)
def review_dispute(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """Say that a judgement is wrong. What the rules of conduct forbid is said in the form."""
    ids = {"workflow_id": workflow_id, "lead_id": lead_id}
    review = Review.objects.filter(**ids).first()
    if review is None:
        raise Http404
    form = DisputeForm(request.POST if request.method == "POST" else None, initial={"version": review.version})
    if request.method != "POST" or not form.is_valid():
        return _sheet(request, "review_dispute.html", form, ids)
    review.version = form.cleaned_data["version"]
    try:
        reviewing.dispute(review, request.user, form.cleaned_data["text"], now=upstream.now())
    except reviewing.ConductError as error:
        form.add_error(None, str(error))
        return _sheet(request, "review_dispute.html", form, ids)
    return see_other(back(request, workflow_id, lead_id))


def _sheet(request: Request, template: str, form: Any, ids: dict[str, str]) -> HttpResponse:
    """The form over the page that it was asked for on, or alone."""
    context = {"form": form, "url": request.path, "next": back(request, **ids), **ids}
    name = f"_{template}" if request.htmx else template
    return render(request, name, context, status=400 if form.errors else 200)
