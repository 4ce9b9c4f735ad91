"""The access trail: my own rows; for reviewers everybody's, with filters, as pages and as files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from dashboard import rates
from dashboard.audit import proof, trail
from dashboard.export import cells, stream
from dashboard.forms import BadInput, read
from dashboard.forms.access import PersonForm, TrailForm
from dashboard.http import Request
from dashboard.models import Action, AuditEvent, Outcome
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
CHUNK = 2_000  # rows of an export that are read at once
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
        "broken": _fault(request),
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
def access_csv(request: Request) -> HttpResponseBase:
    """For a spreadsheet."""
    return _file(request, "csv", "text/csv; charset=utf-8")


@require_safe
@needs(Right.TRAIL_ALL)
def access_jsonl(request: Request) -> HttpResponseBase:
    """For scripts/verify_trail.py: each row as it was sealed."""
    return _file(request, "jsonl", "application/x-ndjson")


def _file(request: Request, kind: str, content_type: str) -> HttpResponseBase:
    """The rows of the filters, oldest first. Recorded when it begins, and when it is whole, by its SHA-256, or cut."""
    form = _form(request)
    if rates.count("trail-export", request.user.pk, 3600) > EXPORTS_AN_HOUR:
        return trouble(request, TOO_OFTEN)
    events = _events(request, form)
    if events.count() > MOST_EXPORTED:
        raise BadInput([f"More than {MOST_EXPORTED:,} rows: narrow the filters, for instance by dates."])
    asked = {**_asked(form), "format": kind}
    begun = trail.record(Action.AUDIT_EXPORT, **asked, state="begun")
    rows = _in_chunks(events.filter(seq__lt=begun.seq).order_by("seq").values(*proof.COLUMNS))
    return stream.response(
        _csv(rows) if kind == "csv" else (f"{line}\n" for line in proof.lines(rows)),
        head=cells.BOM + cells.line(COLUMNS) if kind == "csv" else "",
        mark="# complete {}\r\n" if kind == "csv" else '{{"complete": {}}}\n',
        name=f"leadline-trail.{kind}",
        content_type=content_type,
        # By name: the request is over when the last row leaves.
        record=partial(trail.record, Action.AUDIT_EXPORT, actor=request.user, **asked),
    )


def _in_chunks(events: QuerySet[AuditEvent, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each chunk a query of its own: a slow reader holds no cursor and no snapshot of the database."""
    last = 0
    while chunk := list(events.filter(seq__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1]["seq"]


def _csv(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (cells.line(row[name] for name in COLUMNS) for row in rows)


def _fault(request: Request) -> dict[str, Any] | None:
    """What the last proof of the trail found, for who reads everybody's rows or runs the installation."""
    if not may(request.user, Right.TRAIL_ALL) and not may(request.user, Right.OPERATE):
        return None
    last = AuditEvent.objects.filter(action=Action.AUDIT_VERIFY).order_by("-seq").first()
    if last is None or last.outcome != Outcome.ERROR:
        return None
    told = json.loads(last.detail)
    return {"at": last.at, "kind": told["fault"], "seq": told["seq"]}


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
