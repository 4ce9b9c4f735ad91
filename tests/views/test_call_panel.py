"""A call beside its timeline: as a fragment for htmx, and as a whole page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, VISITS, call, history

pytestmark = pytest.mark.django_db

PANEL = f"{URL}calls/call_two/"
HTMX = {"hx-request": "true"}
CALL = "/v1/calls/call_two"
DETAILS = "/v1/call-logs/call_two/details"


def test_call_panel_fragment_is_the_panel_alone(ops: Client, stub: Stub) -> None:
    """htmx gets the transcript by speaker, the end in words, and no page around it."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_two"))

    response = ops.get(PANEL, headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert "Good afternoon." in page
    assert "the person hung up" in page
    assert "2 min 25 s" in page
    assert "Wants a call tomorrow." in page


def test_call_panel_opened_cold_is_the_timeline_with_the_panel_open(ops: Client, stub: Stub) -> None:
    """The same URL in a colleague's browser shows the same, in one page."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_two"))

    page = ops.get(PANEL, {"zone": "utc"}).content.decode()

    assert "<html" in page
    assert 'data-visit="3" data-status="done" id="visit-3" aria-current="true"' in page
    assert "Good afternoon." in page
    assert f'href="{URL}?zone=utc" data-close' in page


def test_call_panel_masks_phone_numbers_that_were_said(ops: Client, stub: Stub) -> None:
    """A number in the transcript is as personal as the lead's own."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_two"))

    page = ops.get(PANEL, headers=HTMX).content.decode()

    assert "98123 45678" not in page
    assert "Please ring me on" in page


def test_call_panel_knows_its_neighbours(ops: Client, stub: Stub) -> None:
    """The second of two calls links to the first, and to nothing after it."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_two"))

    page = ops.get(PANEL, headers=HTMX).content.decode()

    assert "Call 2 of 2" in page
    assert f'rel="prev" href="{URL}calls/call_one/"' in page
    assert 'rel="next"' not in page


def test_call_panel_of_another_leads_call_is_not_found(ops: Client, stub: Stub) -> None:
    """A call id that this history does not hold is a 404, and DialNexa is never asked for the call."""
    stub.answer(HISTORY, history())
    stub.answer("/v1/calls/call_other", call("call_other"))

    response = ops.get(f"{URL}calls/call_other/", headers=HTMX)

    assert response.status_code == 404
    assert stub.seen == [HISTORY]


def test_f45_call_panel_refuses_another_calls_record(ops: Client, stub: Stub) -> None:
    """A body that carries another call's id is somebody else's transcript: refused, nothing of it shown."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_999", transcript="Agent: A stranger's secret."))

    response = ops.get(PANEL, headers=HTMX)

    assert response.status_code == 502
    assert "stranger" not in response.content.decode()
    assert "another record" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "in-progress", "duration": None, "end_reason": None}, "still in progress"),
        ({"status": "no-answer"}, "never connected"),
        ({}, "returned no transcript"),
        ({"createdAt": "2021-03-02T12:00:45.000Z"}, "older than the 365 days"),
        ({"sensitive_delete": True, "transcript": "Agent: hush", "summary": "hush"}, "Removed at source"),
    ],
)
def test_f60_call_panel_says_why_there_is_no_transcript(
    ops: Client, stub: Stub, fields: dict[str, Any], sentence: str
) -> None:
    """Each reason for a missing transcript has a sentence of its own, and none is an error."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_two", **{"transcript": None, "summary": None, **fields}))

    response = ops.get(PANEL, headers=HTMX)

    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_f61_call_panel_shows_nothing_of_a_sensitive_call(ops: Client, stub: Stub) -> None:
    """sensitive_delete wins even when DialNexa still sends the text."""
    body = call("call_two", sensitive_delete=True, transcript="Agent: hush-hush", summary="hush-hush")
    body["post_call_analysis"] = {"mood": "hush-hush"}
    body["recording_url"] = "https://files.example/hush-hush"
    stub.answer(HISTORY, history())
    stub.answer(CALL, body)

    assert "hush" not in ops.get(PANEL, headers=HTMX).content.decode()


def test_call_panel_takes_the_transcript_from_the_details(ops: Client, stub: Stub) -> None:
    """Where the call's own record has none, the optional details endpoint is asked and merged."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_two", transcript=None))
    stub.answer(
        DETAILS, {"id": "log_1", "call_id": "call_two", "status": "completed", "transcript": "Agent: From the log."}
    )

    page = ops.get(PANEL, headers=HTMX).content.decode()

    assert "From the log." in page
    assert stub.seen == [HISTORY, CALL, DETAILS]


def test_call_panel_remembers_that_there_are_no_details(ops: Client, stub: Stub) -> None:
    """A 404 of the details endpoint is remembered: the second click does not ask again."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_two", transcript=None))

    ops.get(PANEL, headers=HTMX)
    ops.get(PANEL, headers=HTMX)

    assert stub.seen == [HISTORY, CALL, DETAILS, CALL]


def test_f59_call_panel_shows_200_turns_and_the_rest_on_demand(ops: Client, stub: Stub) -> None:
    """A very long transcript starts with its first 200 turns; one link shows all of it."""
    lines = "\n".join(f"{'Agent' if number % 2 else 'User'}: Line {number}." for number in range(1000))
    stub.answer(HISTORY, history())
    stub.answer(CALL, call("call_two", transcript=lines))

    first = ops.get(PANEL, headers=HTMX).content.decode()
    whole = ops.get(f"{PANEL}?turns=all", headers=HTMX).content.decode()

    assert first.count('<li class="turn') == 200
    assert "800 more turns are not shown" in first
    assert whole.count('<li class="turn') == 1000


@pytest.mark.parametrize("status", [404, 400, 500, 429, 401])
def test_f28_call_panel_failure_leaves_the_timeline(ops: Client, stub: Stub, status: int) -> None:
    """Opened cold with a call that can't be read: the timeline is all there, the trouble is in the panel."""
    stub.answer(HISTORY, history())
    stub.answer(CALL, {"statusCode": status, "message": "upstream's own words"}, status=status)

    response = ops.get(PANEL)

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<tr data-visit=") == 3
    assert 'role="alert"' in page
    assert "upstream's own words" not in page
    assert "upstream&#x27;s own words" not in page


def test_f56_call_without_an_id_or_with_an_odd_one_has_no_call_link(ops: Client, stub: Stub) -> None:
    """A call step without a record says so; an id that can't stand in a path is text, never a link."""
    stub.answer(HISTORY, history([{**VISITS[0], "call_id": ""}, {**VISITS[2], "call_id": "../agents"}]))

    page = ops.get(URL).content.decode()

    assert "no call recorded" in page
    assert "data-call=" not in page
    assert f"{URL}calls/" not in page


def test_visit_record_shows_what_upstream_sent(ops: Client, stub: Stub) -> None:
    """Raw JSON is one click away, with numbers in it masked."""
    stub.answer(HISTORY, history([{**VISITS[1], "metadata": {"note": "ring +91 98123 45678", "error_code": "E17"}}]))

    page = ops.get(f"{URL}visits/1/", headers=HTMX).content.decode()

    assert "E17" in page
    assert "98123 45678" not in page
    assert "<html" not in page


def test_visit_record_beyond_the_path_is_not_found(ops: Client, stub: Stub) -> None:
    """There is no step 99 of three."""
    stub.answer(HISTORY, history())

    assert ops.get(f"{URL}visits/99/").status_code == 404
    assert ops.get(f"{URL}visits/0/").status_code == 404
