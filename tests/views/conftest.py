"""A signed-in browser and an upstream of canned answers over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from dashboard import upstream
from tests.people import signed_in
from tests.stub import Stub

WORKFLOW = "wf_abc123"
LEAD = "wflead_abc"
URL = f"/workflows/{WORKFLOW}/leads/{LEAD}/"
HISTORY = f"/v1/workflows/{WORKFLOW}/leads/{LEAD}/history"

VISITS: list[dict[str, Any]] = [
    {
        "node_id": "node_first",
        "node_label": "First call",
        "node_type": "VOICE_CALL",
        "status": "no_answer",
        "call_id": "call_one",
        "entered_at": "2026-03-02T10:00:00.000Z",
        "exited_at": "2026-03-02T10:00:45.000Z",
    },
    {
        "node_id": "node_wait",
        "node_label": "Wait 2 hours",
        "node_type": "TIME",
        "status": "completed",
        "call_id": None,
        "entered_at": "2026-03-02T10:00:45.000Z",
        "exited_at": "2026-03-02T12:00:45.000Z",
    },
    {
        "node_id": "node_second",
        "node_label": "Second call",
        "node_type": "VOICE_CALL",
        "status": "completed",
        "call_id": "call_two",
        "entered_at": "2026-03-02T12:00:45.000Z",
        "exited_at": "2026-03-02T12:03:10.000Z",
    },
]


def history(visits: list[Any] | None = None, **lead: Any) -> dict[str, Any]:
    """A history body: a completed lead unless said otherwise."""
    record = {"id": LEAD, "phone_number": "+919812345678", "status": "completed", **lead}
    return {"statusCode": 200, "data": {"lead": record, "history": VISITS if visits is None else visits}}


def call(call_id: str, **fields: Any) -> dict[str, Any]:
    """A call's record with a two-turn transcript."""
    return {
        "id": call_id,
        "to_number": "+919812345678",
        "status": "completed",
        "end_reason": "user_disconnected",
        "call_direction": "outbound",
        "createdAt": "2026-03-02T12:00:45.000Z",
        "duration": 145,
        "transcript": "Agent: Good afternoon.\nUser: Please ring me on +91 98123 45678 tomorrow.",
        "summary": "Wants a call tomorrow.",
        **fields,
    }


@pytest.fixture
def stub(settings: Any) -> Iterator[Stub]:
    one = Stub()
    settings.DIALNEXA_BASE_URL = one.url
    upstream.forget()
    yield one
    upstream.forget()
    one.close()


@pytest.fixture
def ops(db: None) -> Client:
    """Somebody of the ops team, signed in."""
    return signed_in("ops")


@pytest.fixture
def reviewer(db: None) -> Client:
    return signed_in("reviewer")


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in("admin")


@pytest.fixture
def superuser(db: None) -> Client:
    return signed_in("superuser")
