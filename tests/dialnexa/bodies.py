"""Answers in every shape DialNexa documents or was seen to send, with invented people. Each call builds a new body."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Body = dict[str, Any]

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
WORKFLOW = "workflow_solar7"
LEAD = "lead_k2"
CALL = "call_u81"
PHONE = "+919811002233"


def visit(**changes: object) -> Body:
    row: Body = {
        "node_id": "node_intro",
        "node_type": "VOICE_CALL",
        "label": "Introduction",
        "status": "completed",
        "call_id": CALL,
        "started_at": "2026-07-14T05:00:00.000Z",
        "ended_at": "2026-07-14T05:03:20.000Z",
    }
    return row | changes


def wait(**changes: object) -> Body:
    row: Body = {
        "node_id": "node_pause",
        "node_type": "TIME",
        "label": "Wait two days",
        "status": "waiting",
        "started_at": "2026-07-14T05:03:21.000Z",
        "ends_at": "2026-07-16T05:03:21.000Z",
    }
    return row | changes


def lead(**changes: object) -> Body:
    row: Body = {
        "id": LEAD,
        "phone_number": PHONE,
        "dynamic_variables": {"name": "Kavya Menon", "roof": "flat"},
        "status": "active",
        "createdAt": "2026-07-13T08:00:00.000Z",
    }
    return row | changes


def h1(*rows: object, **of_lead: object) -> Body:
    """The current form: an envelope, the lead beside its visits."""
    history = list(rows) or [visit(), wait()]
    return {"statusCode": 200, "message": "OK", "data": {"lead": lead(**of_lead), "history": history}}


def h2() -> Body:
    """Bare; node_label, entered_at and exited_at."""
    call = {
        "node_id": "node_intro",
        "node_label": "Introduction",
        "node_type": "VOICE_CALL",
        "status": "no_answer",
        "call_id": CALL,
        "entered_at": "2024-03-05T10:00:00.000Z",
        "exited_at": "2024-03-05T10:00:40.000Z",
    }
    pause = {
        "node_id": "node_pause",
        "node_label": "Wait an hour",
        "node_type": "TIME",
        "status": "waiting",
        "call_id": None,
        "entered_at": "2024-03-05T10:00:41.000Z",
        "exited_at": None,
    }
    return {"id": LEAD, "workflow_id": WORKFLOW, "history": [call, pause]}


def h3() -> Body:
    """Bare; lead_id, and a wait with its planned release."""
    return {"lead_id": LEAD, "history": [visit(), wait()]}


def h4(*rows: object, **changes: object) -> Body:
    """Transitions, with the whole graph."""
    history = list(rows) or [
        move(None, "n_call", "2026-07-14T05:00:00.000Z"),
        move("n_call", "n_pause", "2026-07-14T05:00:45.000Z", reason="DNP", metadata={"call_id": CALL}),
    ]
    body: Body = {
        "lead": {"id": LEAD, "phone_number": PHONE, "dynamic_variables": {}, "notes": {"city": "Kochi"}},
        "execution": {"current_node_id": "n_pause", "status": "active"},
        "history": history,
        "all_nodes": [
            {"id": "n_call", "node_type": "VOICE_CALL", "label": "First call"},
            {"id": "n_pause", "node_type": "TIME", "label": "Pause", "config": {"delay_hours": 4}},
            {"id": "n_check", "node_type": "CONDITIONAL", "label": "Interested?"},
            {"id": "n_won", "node_type": "CONVERTED", "label": "Won"},
        ],
        "all_edges": [
            {"from_node_id": "n_call", "to_node_id": "n_pause", "label": "DNP"},
            {"from_node_id": "n_call", "to_node_id": "n_check", "label": "COMPLETED"},
            {"from_node_id": "n_pause", "to_node_id": "n_call"},
        ],
    }
    return body | changes


def move(source: str | None, target: str | None, at: str | None, **more: object) -> Body:
    return {"from_node_id": source, "to_node_id": target, "timestamp": at, **more}


def h5() -> Body:
    return {"statusCode": 200, "data": {"data": {"lead": lead(), "history": [visit(), wait()]}}}


HISTORIES = {"h1": h1, "h2": h2, "h3": h3, "h4": h4, "h5": h5}


def l1(count: int = 2) -> Body:
    """Leads, every one of them whatever was asked for."""
    return {"statusCode": 200, "data": [lead(id=f"lead_{n}") for n in range(count)], "count": count}


def l2(count: int = 2) -> Body:
    """Leads, paged."""
    row = {"workflow_id": WORKFLOW, "current_node_id": "node_pause", "created_at": "2024-03-05T10:00:00.000Z"}
    rows = [{"id": f"wflead_{n}", "phone_number": PHONE, "status": "active", **row} for n in range(count)]
    return {"data": rows, "meta": {"page": 2, "limit": count, "total": 41, "totalPages": 21}}


def l3() -> Body:
    """One lead as prose describes it: metadata, enrolled_at."""
    return {
        "data": [
            {
                "id": "wlead_q9",
                "workflow_id": WORKFLOW,
                "phone_number": PHONE,
                "metadata": {"name": "Kavya Menon"},
                "current_node_id": "node_pause",
                "status": "in_progress",
                "enrolled_at": "2024-05-02T09:00:00.000Z",
            }
        ]
    }


def l4() -> Body:
    return {"statusCode": 200, "data": l2()}


LEAD_LISTS = {"l1": l1, "l2": l2, "l3": l3, "l4": l4}


def w1() -> Body:
    return {"statusCode": 200, "data": [_w1()], "meta": {"totalItems": 13, "itemsPerPage": 10, "totalPages": 2}}


def w2() -> Body:
    """The list in two envelopes, as it was seen live."""
    meta = {"totalItems": 13, "itemsPerPage": 10, "totalPages": 2, "currentPage": 1}
    return {"statusCode": 200, "data": {"data": [_w1()], "meta": meta}}


def w3() -> Body:
    """One workflow, bare."""
    return {
        "id": WORKFLOW,
        "organization_id": "org_9",
        "title": "Solar roofs",
        "description": "Asks for the roof",
        "status": "active",
        "created_at": "2026-05-01T06:00:00.000Z",
        "updated_at": "2026-06-01T06:00:00.000Z",
    }


def w4() -> Body:
    """One workflow with name and counts."""
    counts = {"node_count": 6, "edge_count": 7, "enrolled_leads": 310}
    return {
        "id": WORKFLOW,
        "name": "Solar roofs",
        "status": "active",
        **counts,
        "created_at": "2026-05-01T06:00:00.000Z",
    }


def w5() -> Body:
    return {"statusCode": 200, "data": _w1()}


def _w1() -> Body:
    times = {"createdAt": "2026-05-01T06:00:00.000Z", "updatedAt": "2026-06-01T06:00:00.000Z"}
    return {"id": WORKFLOW, "title": "Solar roofs", "status": "active", "description": None, **times}


WORKFLOW_LISTS = {"w1": w1, "w2": w2}
WORKFLOWS = {"w3": w3, "w4": w4, "w5": w5}
