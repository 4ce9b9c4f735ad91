"""A timeline's fingerprint: equal while nothing that a person can see of the record has changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from dashboard.timeline.model import Timeline


def fingerprint(timeline: Timeline) -> str:
    """SHA-256 of everything read of one history, in hexadecimal: lead, visits in order, graph, data notes."""
    text = json.dumps(_plain(timeline), ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if hasattr(value, "items"):
        return {str(key): _plain(item) for key, item in value.items()}
    return value
