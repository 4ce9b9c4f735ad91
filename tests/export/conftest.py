"""A reviewer, a lead on an upstream of canned answers, and PDFs where this machine can make them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard.export.tasks import make_packet
from dashboard.models import Packet
from tests.people import signed_in
from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, VISITS, WORKFLOW, call, history, stub  # noqa: F401  (a fixture)

REASON = {"reason": "regulator", "text": "They asked about this person, see letter."}
PHONE, NAME, SAID = "919845612378", "Kanariya Devi", "the heron waits in the reeds"
VARIABLES = {"customer_name": NAME, "account": "5551234987"}
TEXT = f"Agent: Is this {NAME}?\nUser: Yes, +{PHONE}, account 5551234987. Remember: {SAID}."
LABELS = ("पहली कॉल", "இரண்டாவது அழைப்பு")  # Hindi, Tamil


@pytest.fixture
def lead(stub: Stub) -> Stub:  # noqa: F811
    """With a number, variables, a call in which they are said, and labels in Hindi and Tamil."""
    visits = [
        {**VISITS[0], "node_label": LABELS[0], "reason": f"{NAME} was out"},
        VISITS[1],
        {**VISITS[2], "node_label": LABELS[1], "note": f"{NAME} on +{PHONE}"},
        f"not a row, but {NAME} on +{PHONE}",
    ]
    stub.answer(HISTORY, history(visits, phone_number=f"+{PHONE}", dynamic_variables=VARIABLES))
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"id": WORKFLOW, "title": "Loans", "status": "active"})
    stub.answer("/v1/calls/call_two", call("call_two", transcript=TEXT, summary=f"{NAME} spoke", to_number=PHONE))
    return stub


@pytest.fixture
def reviewer(db: None) -> Client:
    return signed_in("reviewer")


Ask = Callable[..., Packet]


@pytest.fixture
def ask(reviewer: Client) -> Ask:
    """Ask for a packet by the form, and have a worker make it."""

    def asked(**choices: Any) -> Packet:
        response = reviewer.post(f"{URL}packets/", {**REASON, **choices})
        found = re.search(r"/packets/(\d+)/$", response["Location"])
        assert found
        make_packet.call(int(found[1]))
        return Packet.objects.get(pk=found[1])

    return asked


def content(packet: Packet, client: Client) -> dict[str, Any]:
    """What packet.json says."""
    body = client.get(f"{URL}packets/{packet.pk}/packet.json").content
    found: dict[str, Any] = json.loads(body)["content"]
    return found
