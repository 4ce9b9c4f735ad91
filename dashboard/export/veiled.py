"""A timeline as it may leave the house: what its veil hides is hidden in every text of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dashboard.timeline import status as words
from dashboard.timeline.marks import visible
from dashboard.timeline.model import Timeline, Visit
from dashboard.timeline.veil import Veil


def said(text: str, veil: Veil) -> str:
    """A text with what the veil hides hidden, and hidden characters shown."""
    return visible(veil.text(text))


def veiled(timeline: Timeline, veil: Veil) -> Timeline:
    """The same path without raw records. Labels are the workflow's, not the lead's: no veil is on them."""
    lead = replace(
        timeline.lead,
        phone=veil.number(timeline.lead.phone) if timeline.lead.phone else None,
        variables={visible(name): visible(veil.value(value)) for name, value in timeline.lead.variables.items()},
        raw_status=said(timeline.lead.raw_status, veil),
    )
    return replace(
        timeline,
        lead=lead,
        visits=tuple(_visit(visit, veil) for visit in timeline.visits),
        notes=tuple(replace(note, text=said(note.text, veil)) for note in timeline.notes),
    )


def _visit(visit: Visit, veil: Veil) -> Visit:
    return replace(
        visit,
        label=visible(visit.label),
        status=said(visit.status, veil),
        raw_status=said(visit.raw_status, veil),
        exit=said(visit.exit, veil) if visit.exit else None,
        raw="",
    )


def lead(timeline: Timeline) -> dict[str, Any]:
    """A veiled lead, for JSON."""
    one = timeline.lead
    return {
        "workflow_id": timeline.workflow_id,
        "lead_id": one.id,
        "phone": one.phone,
        "status": one.status,
        "reported_as": one.raw_status,
        "enrolled_at": one.enrolled_at,
        "variables": dict(one.variables),
    }


def visits(timeline: Timeline) -> list[dict[str, Any]]:
    """A veiled timeline's visits, for JSON and tables."""
    return [
        {
            "position": visit.position,
            "label": visit.label,
            "type": visit.type,
            "status": visit.status,
            "status_in_words": words.in_words(visit.status),
            "reported_as": visit.raw_status,
            "entered_at": visit.entered_at,
            "left_at": visit.left_at,
            "due_at": visit.due_at,
            "seconds": visit.duration.total_seconds() if visit.duration is not None else None,
            "exit": visit.exit,
            "call_id": visit.call_id,
            "is_open": visit.is_open,
            "is_readable": visit.is_readable,
        }
        for visit in timeline.visits
    ]


def notes(timeline: Timeline) -> list[dict[str, Any]]:
    return [{"text": note.text, "visit": note.position} for note in timeline.notes]


def plain(value: Any) -> Any:
    """The same value with its moments as JSON has them: ISO 8601, with their offset."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
