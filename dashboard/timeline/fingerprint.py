"""A timeline's fingerprint: equal while nothing that a person can see of the record has changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from dashboard.timeline.model import Timeline, Visit

_VISIT = attrgetter(*(field.name for field in fields(Visit)))  # thousands of them: at the speed of C


def fingerprint(timeline: Timeline) -> str:
    """SHA-256 of everything read of one history, in hexadecimal: lead, visits in order, graph, data notes."""
    others = [getattr(timeline, field.name) for field in fields(timeline) if field.name != "visits"]
    visits = [_VISIT(visit) for visit in timeline.visits]
    text = json.dumps([others, visits], default=_plain, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return [getattr(value, field.name) for field in fields(value)]
