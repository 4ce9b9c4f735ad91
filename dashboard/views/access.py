"""The access trail: my own rows; for reviewers everybody's, with filters, as pages and as files."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from dashboard import rates
from dashboard.audit import proof, trail
from dashboard.export import cells
from dashboard.forms import BadInput, read
from dashboard.forms.access import PersonForm, TrailForm
from dashboard.http import Request
from dashboard.models import Action, AuditEvent
from dashboard.outcomes import Outcome as Trouble
from dashboard.permissions import Right, may, needs
from dashboard.timeline import mask
from dashboard.trouble import trouble
from dashboard.views.clocks import page_zone
from dashboard.views.page import is_fragment

PER_PAGE = 100
IN_PANEL = 30
MOST_EXPORTED = 50_000
EXPORTS_AN_HOUR = 20
TOO_OFTEN = Trouble("busy", 429, "Too many exports", "Twenty an hour is the most. Nothing is lost.", can_retry=False)
COLUMNS = (
    *("seq", "at", "actor_label", "actor_roles", "action", "outcome", "http_status", "workflow_id", "lead_id"),
    *("call_id", "target", "reason_code", "reason_text", "ip", "request_id", "detail", "hash"),
)


@require_safe
@needs(Right.TRAIL)
def access_list(request: Request) -> HttpResponse:
    """The rows, newest first. Reading them is recorded as well, before they are shown."""
    form = _form(request)
    trail.record(Action.AUDIT_READ, target=form.cleaned_data["lead"], **_asked(form))
    number = IN_PANEL if is_fragment(request) else PER_PAGE
    before = form.cleaned_data["before"]
    events = list(_events(request, form).filter(**{"seq__lt": before} if before else {})[: number + 1])
    context = {
        "form": form,
        "events": events[:number],
        "older": form.query(before=events[number - 1].seq) if len(events) > number else "",
        "newest": form.query(before="") or "?" if before else "",
        "exports": form.query(before=""),
        "sees_all": may(request.user, Right.TRAIL_ALL),
        "zone": page_zone(request),
    }
    return render(request, "_openers.html" if is_fragment(request) else "access_list.html", context)


@require_POST
@needs(Right.TRAIL_ALL)
def access_person(request: Request) -> HttpResponse:
    """Every row about one person, over all workflows, by the phone number; it is kept nowhere."""
    phone = read(PersonForm(request.POST))["phone"]
    trail.record(Action.AUDIT_READ, phone=phone, where="person")
    key = trail.subject_key(phone)
    events = (
        AuditEvent.objects.filter(subject_key=key).exclude(action=Action.AUDIT_READ)
        if key
        else AuditEvent.objects.none()
    )
    form = TrailForm({})
    form.is_valid()
    context = {"form": form, "events": events.order_by("-seq")[: 5 * PER_PAGE], "sees_all": True, "is_person": True}
    return render(request, "access_list.html", {**context, "zone": page_zone(request)})


@require_safe
@needs(Right.TRAIL_ALL)
def access_csv(request: Request) -> HttpResponse:
    """For a spreadsheet."""
    return _file(request, "csv", "text/csv; charset=utf-8")


@require_safe
@needs(Right.TRAIL_ALL)
def access_jsonl(request: Request) -> HttpResponse:
    """For scripts/verify_trail.py: each row as it was sealed."""
    return _file(request, "jsonl", "application/x-ndjson")


def _file(request: Request, kind: str, content_type: str) -> HttpResponse:
    """The rows of the filters, oldest first. What left, by its SHA-256, is recorded before it leaves."""
    form = _form(request)
    if rates.count("trail-export", request.user.pk, 3600) > EXPORTS_AN_HOUR:
        return trouble(request, TOO_OFTEN)
    events = _events(request, form)
    if events.count() > MOST_EXPORTED:
        raise BadInput([f"More than {MOST_EXPORTED:,} rows: narrow the filters, for instance by dates."])
    rows = events.order_by("seq").values(*proof.COLUMNS)
    if kind == "csv":
        body = cells.table(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
    else:
        body = "".join(f"{line}\n" for line in proof.lines(rows))
    digest = hashlib.sha256(body.encode()).hexdigest()
    trail.record(Action.AUDIT_EXPORT, **_asked(form), format=kind, rows=len(rows), sha256=digest)
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="leadline-trail.{kind}"'
    return response


def _form(request: Request) -> TrailForm:
    """Raises BadInput."""
    form = TrailForm(request.GET)
    read(form)
    return form


def _asked(form: TrailForm) -> dict[str, Any]:
    """The filters, as they are recorded."""
    asked = {name: value for name, value in form.cleaned_data.items() if value and name != "before"}
    words = ", ".join(f"{name}={mask.phones_in(str(value))}" for name, value in asked.items())
    return {"filters": words} if words else {}


def _events(request: Request, form: TrailForm) -> QuerySet[AuditEvent]:
    asked = form.cleaned_data
    events = AuditEvent.objects.order_by("-seq")
    if not may(request.user, Right.TRAIL_ALL):
        events = events.filter(actor_id=request.user.pk)
    elif asked["actor"]:
        events = events.filter(actor_label=asked["actor"])
    given = {"action": asked["action"], "outcome": asked["outcome"], "workflow_id": asked["workflow"]}
    events = events.filter(**{name: value for name, value in given.items() if value})
    if asked["lead"]:
        events = events.filter(lead_id=asked["lead"])
    zone = page_zone(request)
    if asked["since"]:
        events = events.filter(at__gte=datetime.combine(asked["since"], time.min, zone).astimezone(UTC))
    if asked["until"]:
        events = events.filter(
            at__lt=datetime.combine(asked["until"] + timedelta(days=1), time.min, zone).astimezone(UTC)
        )
    if not asked["intents"] and not asked["action"]:
        events = events.exclude(action__endswith=".intent")
    return events
