"""One lead's record as a file: its steps as CSV, its timeline as JSON; masked, without what was said."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dashboard import rates, upstream
from dashboard.audit import trail
from dashboard.audit.access import intend
from dashboard.export import cells, seal, stream
from dashboard.export.veiled import lead, notes, plain, veiled, visits
from dashboard.forms import BadInput
from dashboard.forms.exports import ExportForm
from dashboard.http import Request
from dashboard.models import Action
from dashboard.outcomes import Outcome
from dashboard.permissions import Right, export_rows, needs
from dashboard.timeline.model import Timeline
from dashboard.timeline.veil import Veil
from dashboard.trouble import trouble

AN_HOUR = 5
TOO_OFTEN = Outcome("busy", 429, "Too many exports", "Five an hour is the most. Nothing is lost.", can_retry=False)
COLUMNS = (
    *("position", "label", "type", "status", "status_in_words", "reported_as", "entered_at", "left_at", "due_at"),
    *("seconds", "exit", "call_id", "is_open", "is_readable"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EXPORT)
def lead_export(request: Request, workflow_id: str, lead_id: str) -> HttpResponseBase:
    """The form; and the file, which is recorded before it leaves and by its SHA-256 when it is whole."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    most = export_rows(request.user)
    if request.method != "POST" or not form.is_valid():
        back = reverse("lead-timeline", args=[workflow_id, lead_id])
        context = {"form": form, "lead_id": lead_id, "url": request.path, "back": back, "most": most}
        template = "_export.html" if request.htmx else "lead_export.html"
        return render(request, template, context, status=400 if form.errors else 200)
    if rates.count("lead-export", request.user.pk, 3600) > AN_HOUR:
        return trouble(request, TOO_OFTEN)
    access = intend(request, "timeline", workflow_id=workflow_id, lead_id=lead_id)
    history = upstream.lead_history(workflow_id, lead_id)
    timeline = history.value
    if len(timeline.visits) > most:
        raise BadInput([f"This lead has {len(timeline.visits):,} steps; you may export {most:,} at once."])
    access.shown(timeline.lead.phone, masked=True)
    kind = form.cleaned_data["format"]
    ids: dict[str, Any] = {"workflow_id": workflow_id, "lead_id": lead_id}
    reason = (form.cleaned_data["reason"], form.cleaned_data["text"])
    record = partial(trail.record, Action.EXPORT_LEAD, actor=request.user, reason=reason, **ids, format=kind)
    record(state="begun")
    shown = veiled(timeline, Veil(timeline.lead.phone, timeline.lead.variables))
    whole = f'{{"as_of":{_text(history.read_at)},"lead":{_text(lead(shown))},"notes":{_text(notes(shown))},"visits":['
    is_csv = kind == "csv"
    return stream.response(
        _csv(shown) if is_csv else _json(shown),
        head=cells.BOM + cells.line(COLUMNS) if is_csv else whole,
        mark="# complete {}\r\n" if is_csv else '],"complete":{}}}\n',
        name=f"leadline-{lead_id}.{kind}",
        content_type="text/csv; charset=utf-8" if is_csv else "application/json",
        record=record,
    )


def _csv(shown: Timeline) -> Iterator[str]:
    return (cells.line(row[name] for name in COLUMNS) for row in map(plain, visits(shown)))


def _json(shown: Timeline) -> Iterator[str]:
    """The visits, so that what stands around them is JSON."""
    for number, row in enumerate(visits(shown)):
        yield f"{',' if number else ''}{_text(row)}"


def _text(value: object) -> str:
    return seal.canonical(plain(value)).decode()
