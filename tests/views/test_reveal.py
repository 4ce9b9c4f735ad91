"""Masked by default; uncovered for a reason and a while, by who may, and recorded before."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client

from dashboard.models import AuditEvent
from tests.disk import full_disk
from tests.people import signed_in
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, VISITS, WORKFLOW, call, history

pytestmark = pytest.mark.django_db

REASON = {"reason": "complaint", "text": "She wrote to us, see ticket."}
VARIABLES = {"customer_name": "Asha Verma", "due": "54321"}
SAID = "Agent: Am I speaking with Asha Verma?\nUser: Yes. Ring +91 22 6789 1234, I owe 54,321."
CALL = f"{URL}calls/call_two/"


@pytest.fixture(autouse=True)
def lead(stub: Stub) -> None:
    row = {**VISITS[2], "note": "Asha owes 54321, ring 9812345678"}
    stub.answer(HISTORY, history([*VISITS[:2], row], dynamic_variables=VARIABLES))
    stub.answer("/v1/calls/call_two", call("call_two", transcript=SAID, summary="Asha will pay 54321."))


def shown(client: Client, path: str, **headers: str) -> str:
    return html.unescape(client.get(path, headers=headers).content.decode())


@pytest.mark.parametrize("role", ["ops", "reviewer", "superuser"])
@pytest.mark.parametrize("path", [URL, CALL, f"{URL}visits/3/"])
def test_nobody_sees_anything_personal_without_asking(role: str, path: str) -> None:
    """On the page, in the call, in the raw record."""
    page = shown(signed_in(role), path)

    for secret in ("9812345678", "98123 45678", "Asha", "Verma", "54321", "54,321", "6789 1234"):
        assert secret not in page


def test_ops_uncovers_phone_and_variables_but_not_what_was_said(ops: Client) -> None:
    """For ten minutes, and the transcript stays masked."""
    answer = ops.post(f"{URL}reveal/", {**REASON, "next": f"{URL}?zone=utc"})

    page = shown(ops, URL)
    said = shown(ops, CALL)
    assert (answer.status_code, answer["Location"]) == (303, f"{URL}?zone=utc")
    assert "+919812345678" in page
    assert "Asha Verma" in page
    assert "Am I speaking with ••••?" in said
    assert "54321" not in shown(ops, f"{URL}visits/3/", **{"HX-Request": "true"})


def test_reviewer_uncovers_what_was_said_too(reviewer: Client) -> None:
    """For thirty minutes."""
    reviewer.post(f"{URL}reveal/", REASON)

    said = shown(reviewer, CALL)

    assert "Am I speaking with Asha Verma?" in said
    assert "+91 22 6789 1234" in said
    assert AuditEvent.objects.filter(action="transcript.view", detail__contains='"masked":false').exists()


@pytest.mark.parametrize(("role", "minutes"), [("ops", 10), ("reviewer", 30)])
def test_it_ends_by_the_clock(role: str, minutes: int) -> None:
    """The page says until when; a second later everything is masked again."""
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        client = signed_in(role)
        client.post(f"{URL}reveal/", REASON)
        assert f"Uncovered until 09:{minutes}:00" in shown(client, URL).replace("</strong>", "")
        clock.shift(timedelta(minutes=minutes, seconds=-1))
        assert "Asha" in shown(client, URL)
        clock.shift(timedelta(seconds=1))
        assert "Asha" not in shown(client, URL)


def test_it_is_one_lead_of_one_session(ops: Client, stub: Stub) -> None:
    """Not the next lead, not the same account elsewhere."""
    other = URL.replace(LEAD, "lead_other")
    stub.answer(HISTORY.replace(LEAD, "lead_other"), history(id="lead_other"))
    ops.post(f"{URL}reveal/", REASON)
    elsewhere = Client()
    elsewhere.force_login(User.objects.get(username="olga"))

    assert "9812345678" not in shown(ops, other)
    assert "9812345678" not in shown(elsewhere, URL)


def test_covering_again_takes_it_away_at_once(ops: Client) -> None:
    """And is recorded."""
    ops.post(f"{URL}reveal/", REASON)

    ops.post(f"{URL}conceal/")

    assert "9812345678" not in shown(ops, URL)
    assert AuditEvent.objects.filter(action="reveal.close", lead_id=LEAD).exists()


def test_right_that_was_taken_away_covers_at_once(ops: Client) -> None:
    """Whatever the session still says."""
    ops.post(f"{URL}reveal/", REASON)
    user = User.objects.get(username="olga")

    user.groups.set([Group.objects.get_or_create(name="admin")[0]])

    assert "9812345678" not in shown(ops, URL)


@pytest.mark.parametrize(
    "data", [{}, {"reason": "complaint"}, {"reason": "complaint", "text": "short"}, {**REASON, "reason": "curiosity"}]
)
def test_without_a_reason_nothing_is_uncovered(ops: Client, data: dict[str, str]) -> None:
    """A code of the list, and a sentence."""
    answer = ops.post(f"{URL}reveal/", data)

    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert "9812345678" not in shown(ops, URL)
    assert not AuditEvent.objects.filter(action="reveal.open").exists()


def test_reason_is_recorded_before_anything_is_shown(ops: Client) -> None:
    """Who, which lead, why; numbers in the sentence are masked."""
    ops.post(f"{URL}reveal/", {"reason": "dispute", "text": "The person at 9812345678 disputes it."})

    event = AuditEvent.objects.get(action="reveal.open")
    assert (event.actor_label, event.workflow_id, event.lead_id) == ("olga", WORKFLOW, LEAD)
    assert (event.reason_code, event.reason_text) == ("dispute", "The person at •••• ••78 disputes it.")


def test_what_cannot_be_recorded_is_not_uncovered(ops: Client) -> None:
    """503, and the veil stays."""
    with full_disk():
        answer = ops.post(f"{URL}reveal/", REASON)

    assert answer.status_code == 503
    assert "9812345678" not in shown(ops, URL)


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/workflows/other/", "javascript:x"])
def test_it_leads_back_to_this_lead_alone(ops: Client, target: str) -> None:
    """Whatever next says."""
    answer = ops.post(f"{URL}reveal/", {**REASON, "next": target})

    assert answer["Location"] == URL


def test_form_is_a_page_and_a_sheet(ops: Client) -> None:
    """The link opens it over the timeline, and alone without JavaScript."""
    assert "<html" in shown(ops, f"{URL}reveal/")
    sheet = shown(ops, f"{URL}reveal/", **{"HX-Request": "true"})
    assert "<html" not in sheet
    assert "Uncover for 10 minutes" in sheet


def test_uncovering_is_offered_where_there_is_something_to_uncover(ops: Client, reviewer: Client, stub: Stub) -> None:
    """A history without number and variables hides nothing from ops; reviewers may still want what was said."""
    bare = URL.replace(LEAD, "lead_bare")
    body = {"data": {"lead": {"id": "lead_bare", "status": "completed"}, "history": VISITS}}
    stub.answer(HISTORY.replace(LEAD, "lead_bare"), body)

    assert "Uncover" in shown(ops, URL)
    assert "Uncover" not in shown(ops, bare)
    assert "Uncover" in shown(reviewer, bare)
