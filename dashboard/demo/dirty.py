"""Scenario 12's history: every way a row can be wrong that we know of, in one record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dashboard.demo.moments import iso, ist
from dashboard.demo.paths import Lead

SCRIPT = "<script>document.title='executed'</script>"


def body(lead: Lead, moved: timedelta) -> dict[str, Any]:
    """The whole H1 body; ``moved`` is how far the demo moved its moments."""
    start = ist(7, 12, 10) + moved

    def at(minutes: float) -> str:
        return iso(start + timedelta(minutes=minutes))

    def row(node_id: str, node_type: str, label: str, status: str, begin: Any, end: Any, **more: Any) -> dict[str, Any]:
        fixed = {"node_id": node_id, "node_type": node_type, "label": label, "status": status}
        return {**fixed, **more, "started_at": begin, "ended_at": end}

    first = row("a_call1", "VOICE_CALL", "First call", "completed", at(0), at(1.2), call_id="call_test01")
    no_node = row("", "APPLICATION", "A step without its node", "completed", at(300), at(300.1))
    del no_node["node_id"]
    rows = [
        first,
        dict(first),
        None,
        # No zone: it can only be taken for UTC.
        row("a_cond", "CONDITIONAL", "Wants to go ahead?", "completed", at(1.2)[:-5], at(1.3)),
        row("a_cb", "TIME", "Wait for the callback time", "completed", at(90), at(60)),
        row("a_cbcall", "VOICE_CALL", "Callback call", "no_answer", "not a date", None, call_id="call_404"),
        row(
            "a_wa", "APPLICATION", "WhatsApp: list of documents", "completed", int((start.timestamp() + 7200) * 1000), 7
        ),
        no_node,
        row("x_ivr9", "IVR_MENU", "Menu by keypad", "teleported", at(310), at(311)),
        row("a_mail", "APPLICATION", SCRIPT, "completed", at(320), at(320.1)),
    ]
    head = {
        "id": lead.id,
        "phone_number": lead.phone,
        "dynamic_variables": "n/a",
        "status": lead.status,
        "createdAt": at(-5),
    }
    return {
        "statusCode": 200,
        "message": "Lead history fetched successfully",
        "data": {"lead": head, "history": rows},
    }
