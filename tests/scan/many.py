"""Leads in numbers: a list, and a history of one call for each."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.stub import Stub

WORKFLOW = "wf_many"
LEADS = f"/v1/workflows/{WORKFLOW}/leads"
PHONE, NAME, VALUE = "+919812345678", "Canary Person", "canary-variable-5521"


def ids(count: int) -> list[str]:
    return [f"lead_{number:03}" for number in range(1, count + 1)]


def listed(lead_id: str, status: str = "active") -> dict[str, Any]:
    return {"id": lead_id, "phone_number": PHONE, "status": status, "dynamic_variables": {"customer_name": NAME}}


def history_path(lead_id: str) -> str:
    return f"{LEADS}/{lead_id}/history"


def history(lead_id: str, status: str = "active") -> dict[str, Any]:
    visit = {
        "node_id": "node_call",
        "label": "First call",
        "node_type": "VOICE_CALL",
        "status": "completed",
        "call_id": f"call_{lead_id}",
        "started_at": "2026-03-02T10:00:00.000Z",
        "ended_at": "2026-03-02T10:01:00.000Z",
    }
    lead = {**listed(lead_id, status), "dynamic_variables": {"customer_name": NAME, "note": VALUE}}
    return {"data": {"lead": lead, "history": [visit]}}


class Many:
    """many.has(60): a whole list of sixty leads, and their histories."""

    def __init__(self) -> None:
        self.stub = Stub()

    def has(self, count: int, **special: Any) -> list[str]:
        """special: a lead's own answers, as a list of (status, body) or (status, body, headers)."""
        rows = [listed(lead_id) for lead_id in ids(count)]
        self.stub.answer(LEADS, {"data": rows, "count": count})
        for lead_id in ids(count):
            for status, body, *headers in special.get(lead_id, [(200, history(lead_id))]):
                self.stub.answer(history_path(lead_id), body, status, **dict(*headers))
        return ids(count)

    @property
    def reads(self) -> Counter[str]:
        """How often each lead's history was asked for."""
        return Counter(path.split("/")[-2] for path in self.stub.seen if path.endswith("/history"))
