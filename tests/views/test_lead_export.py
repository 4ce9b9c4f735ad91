"""A lead's record as a file: masked, guarded, bounded, recorded, and never without a reason."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import pytest
from django.test import Client

from dashboard.models import AuditEvent
from tests.people import signed_in
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, VISITS, call, history

pytestmark = pytest.mark.django_db
EXPORT = f"{URL}export/"
REASON = {"reason": "complaint", "text": "She wrote to us, see ticket."}
VARIABLES = {"customer_name": "Asha Verma", "due": "54321"}


@pytest.fixture(autouse=True)
def lead(stub: Stub) -> None:
    row = {**VISITS[2], "node_label": "=HYPERLINK(1)", "reason": "Asha Verma paid 54,321", "note": "Asha, 9812345678"}
    rows = [*VISITS[:2], row, "Asha Verma"]
    stub.answer(HISTORY, history(rows, dynamic_variables=VARIABLES))
    stub.answer("/v1/calls/call_two", call("call_two"))


def export(client: Client, kind: str) -> str:
    response = client.post(EXPORT, {**REASON, "format": kind})
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="leadline-{LEAD}.{kind}"'
    body: str = response.getvalue().decode()
    return body


@pytest.mark.parametrize("role", ["ops", "reviewer", "superuser"])
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_file_holds_the_path_and_nothing_personal(role: str, kind: str) -> None:
    """Whoever asks, and whether or not the lead is uncovered on the page."""
    client = signed_in(role)
    client.post(f"{URL}reveal/", REASON)

    body = export(client, kind)

    assert "First call" in body
    assert "call_two" in body
    for secret in ("98123", "Asha", "Verma", "54321", "54,321", "afternoon"):
        assert secret not in body


def test_csv_is_a_table_whose_cells_are_text(ops: Client) -> None:
    """A row a visit, a byte order mark, no formula, and a last line that says it is whole."""
    body = export(ops, "csv")
    rows = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))

    assert body.startswith("\ufeffposition,label,")
    assert [row[0] for row in rows] == ["position", "1", "2", "3", "4", "# complete 4"]
    assert rows[1][6:9] == ["2026-03-02T10:00:00+00:00", "2026-03-02T10:00:45+00:00", ""]
    assert rows[3][1] == "'=HYPERLINK(1)"
    assert not any(cell.startswith(tuple("=+-@")) for row in rows for cell in row)


def test_json_is_the_timeline(ops: Client) -> None:
    """Lead, visits and data notes; when the history was read, and how many visits there are."""
    found: dict[str, Any] = json.loads(export(ops, "json"))

    assert found["lead"] | {"enrolled_at": None} == {
        "workflow_id": "wf_abc123",
        "lead_id": LEAD,
        "phone": "•••• ••78",
        "status": "completed",
        "reported_as": "completed",
        "enrolled_at": None,
        "variables": {"customer_name": "••••", "due": "••••"},
    }
    assert [visit["position"] for visit in found["visits"]] == [1, 2, 3, 4]
    assert found["complete"] == 4
    assert found["visits"][1]["seconds"] == 7200
    assert {note["visit"] for note in found["notes"]} == {4}
    assert found["as_of"].startswith("20")


def test_export_is_recorded_before_and_when_it_is_whole(ops: Client) -> None:
    """Who, which lead, why, how many rows, and the file's SHA-256."""
    body = export(ops, "csv")

    begun, complete = AuditEvent.objects.filter(action="export.lead").order_by("seq")
    assert (begun.actor_label, begun.lead_id, begun.reason_code) == ("olga", LEAD, "complaint")
    assert json.loads(begun.detail)["state"] == "begun"
    assert json.loads(complete.detail) == {
        "format": "csv",
        "rows": 4,
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
        "state": "complete",
    }
    assert AuditEvent.objects.filter(action="timeline.view", lead_id=LEAD).exists()


@pytest.mark.parametrize(
    "data", [{}, {"format": "csv"}, {**REASON, "format": "xlsx"}, {**REASON, "text": "short", "format": "csv"}]
)
def test_without_a_reason_nothing_leaves(ops: Client, stub: Stub, data: dict[str, str]) -> None:
    """The form comes back with what is wrong."""
    response = ops.post(EXPORT, data)

    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    assert stub.seen == []
    assert not AuditEvent.objects.filter(action="export.lead").exists()


@pytest.mark.parametrize(("role", "most"), [("ops", 3), ("reviewer", 4)])
def test_long_path_needs_the_right_for_it(settings: Any, role: str, most: int) -> None:
    """Each role may export so many steps; more is a sentence."""
    settings.EXPORT_ROWS = {"ops": 3, "reviewer": 4}

    response = signed_in(role).post(EXPORT, {**REASON, "format": "csv"})

    assert response.status_code == (400 if most < 4 else 200)
    assert most == 4 or "This lead has 4 steps; you may export 3 at once." in response.content.decode()


def test_five_an_hour_are_the_most(ops: Client) -> None:
    """The sixth is told so."""
    answers = [ops.post(EXPORT, {**REASON, "format": "json"}).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


def test_form_is_a_page_and_a_sheet(ops: Client) -> None:
    """Linked on the timeline; a whole page without JavaScript."""
    assert f'href="{EXPORT}"' in ops.get(URL).content.decode()
    assert "<html" in ops.get(EXPORT).content.decode()
    sheet = ops.get(EXPORT, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in sheet
    assert "at most 1000" in sheet
