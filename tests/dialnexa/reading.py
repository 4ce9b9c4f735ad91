"""The bodies read as the client would read them, and what the timeline then says."""

from __future__ import annotations

from datetime import UTC, datetime

from dashboard.dialnexa import parse
from dashboard.timeline.model import Timeline
from tests.dialnexa.bodies import LEAD, NOW, WORKFLOW


def read(body: object) -> Timeline:
    return parse.timeline(body, workflow_id=WORKFLOW, lead_id=LEAD, now=NOW)


def said(timeline: Timeline) -> list[str]:
    return [note.text for note in timeline.notes]


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
