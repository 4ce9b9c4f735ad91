"""What a person sees when DialNexa or Leadline is in trouble: page and fragment, status, reference, a way on."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from dashboard import upstream
from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, VISITS, call, history

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
ERROR = {"statusCode": 500, "message": "<b>raw words of upstream</b>", "error": "Nope"}


class Fault(NamedTuple):
    """What DialNexa answers, and what a person gets: status, outcome."""

    name: str  # begins with the number of its row in tests/faults.yaml
    answer: int
    body: Any
    headers: dict[str, str]
    status: int
    outcome: str


FAULTS = [
    Fault("f21_busy_for_an_hour", 429, ERROR, {"Retry_After": "3600"}, 503, "busy"),
    Fault("f22_busy_without_a_time", 429, ERROR, {"Retry_After": "soon"}, 503, "busy"),
    Fault("f24_fault", 500, ERROR, {}, 502, "down"),
    Fault("f24_gateway_timeout", 504, ERROR, {}, 502, "down"),
    Fault("f26_key_refused", 401, ERROR, {}, 502, "setup"),
    Fault("f27_forbidden", 403, ERROR, {}, 404, "notfound"),
    Fault("f28_unknown", 404, ERROR, {}, 404, "notfound"),
    Fault("f30_payment", 402, ERROR, {}, 502, "down"),
    Fault("f30_conflict", 409, ERROR, {}, 502, "down"),
    Fault("f30_teapot", 418, ERROR, {}, 502, "down"),
    Fault("f31_not_modified", 304, b"", {}, 502, "down"),
    Fault("f32_redirect", 302, b"", {"Location": "http://127.0.0.1:1/"}, 502, "down"),
    Fault("f33_no_content", 204, b"", {}, 502, "down"),
    Fault("f33_empty", 200, b"", {}, 502, "down"),
    Fault("f34_html", 200, b"<html><h1>Log in</h1></html>", {}, 502, "down"),
    Fault("f35_status_in_the_body", 200, {"statusCode": 404, "message": "raw words"}, {}, 404, "notfound"),
    Fault("f36_list", 500, {**ERROR, "message": ["raw words", "of them"]}, {}, 502, "down"),
    Fault("f36_object", 402, {**ERROR, "message": {"raw words": 1}}, {}, 502, "down"),
    Fault("f36_megabyte", 500, {**ERROR, "message": "raw words " * 100_000}, {}, 502, "down"),
    Fault("f37_truncated", 200, b'{"data": {"history": [', {}, 502, "down"),
    Fault("f37_nan", 200, b'{"history": [{"node_id": NaN}]}', {}, 502, "down"),
    Fault("f37_infinite", 200, b'{"history": [{"node_id": Infinity}]}', {}, 502, "down"),
    Fault("f38_deep", 200, b"[" * 100_000 + b"]" * 100_000, {}, 502, "down"),
    Fault("f39_utf16", 200, json.dumps({"history": []}).encode("utf-16"), {}, 502, "down"),
    Fault("f39_bad_utf8", 200, b'{"history": [], "x": "\xff\xfe"}', {}, 502, "down"),
    Fault("f39_latin1", 200, '{"history": [], "x": "Jos\u00e9"}'.encode("latin-1"), {}, 502, "down"),
    Fault("f41_data_null", 200, {"statusCode": 200, "data": None}, {}, 502, "down"),
    Fault("f42_no_history", 200, {"data": {"lead": {"id": "wflead_abc"}}}, {}, 502, "down"),
]


def of(*rows: str) -> pytest.MarkDecorator:
    """The faults of these rows of the matrix."""
    found = [pytest.param(fault, id=fault.name) for fault in FAULTS if fault.name.startswith(rows)]
    return pytest.mark.parametrize("fault", found)


@of("f21", "f22")
def test_f21_f22_patience_that_upstream_asks_for_is_told(ops: Client, stub: Stub, fault: Fault) -> None:
    """For an hour, or without a time that makes sense: nobody sleeps."""
    has_its_outcome(ops, stub, fault)


@of("f24", "f30", "f31", "f32")
def test_f24_f30_f31_f32_status_that_is_no_answer_is_down(ops: Client, stub: Stub, fault: Fault) -> None:
    """Faults, odd statuses, "not modified" that nobody asked for, redirects."""
    has_its_outcome(ops, stub, fault)


@of("f26")
def test_f26_refused_key_is_a_connection_that_needs_attention(ops: Client, stub: Stub, fault: Fault) -> None:
    """Not a sign-in page: it is not this person's session that ended."""
    has_its_outcome(ops, stub, fault)
    assert "HX-Redirect" not in ops.get(URL, headers=HTMX).headers


@of("f27", "f28", "f35")
def test_f27_f28_f35_record_that_is_not_ours_or_not_there_is_not_found(ops: Client, stub: Stub, fault: Fault) -> None:
    """Also where the status stands in the body of a 200."""
    has_its_outcome(ops, stub, fault)


@of("f33", "f34", "f41", "f42")
def test_f33_f34_f41_f42_answer_without_what_was_asked_for_is_down(ops: Client, stub: Stub, fault: Fault) -> None:
    """Nothing, somebody's HTML, no data, no history: never "nothing there"."""
    has_its_outcome(ops, stub, fault)


@of("f37", "f38", "f39")
def test_f37_f38_f39_answer_that_is_not_quite_json_is_down(ops: Client, stub: Stub, fault: Fault) -> None:
    """Cut, with numbers that are none, endlessly deep, in another encoding."""
    has_its_outcome(ops, stub, fault)


@of("f36")
def test_f36_whatever_upstream_says_of_its_fault_is_not_repeated(ops: Client, stub: Stub, fault: Fault) -> None:
    """A list, an object, a megabyte, markup: the words on the page are ours."""
    has_its_outcome(ops, stub, fault)


def has_its_outcome(browser: Client, stub: Stub, fault: Fault) -> None:
    """On the page and in the panel: the right status, our own words, a reference id, and nothing upstream said."""
    stub.answer(HISTORY, fault.body, status=fault.answer, **fault.headers)
    for asked in ({}, HTMX):
        response = browser.get(f"{URL}visits/1/", headers=asked)
        page = response.content.decode()
        assert response.status_code == fault.status
        assert f'data-outcome="{fault.outcome}"' in page
        assert 'role="alert"' in page
        assert response["X-Request-ID"] in page
        assert ("<html" in page) == (not asked)
        assert "raw words" not in page
        assert "Log in" not in page
        assert len(page) < 20_000
        assert settings.DIALNEXA_API_KEY not in page
    assert len(stub.seen) <= 4


def test_f01_unreachable_upstream_is_down(ops: Client, stub: Stub) -> None:
    """Nobody listens: a plain page with a retry, no stack text."""
    stub.close()

    response = ops.get(URL)

    assert response.status_code == 502
    assert "can’t be reached" in response.content.decode()
    assert "Try again" in response.content.decode()


def test_f20_short_wait_is_waited(ops: Client, stub: Stub) -> None:
    """A 429 that asks for less than the page has left is waited for, once."""
    stub.answer(HISTORY, ERROR, status=429, Retry_After="0")
    stub.answer(HISTORY, history())

    response = ops.get(URL)

    assert response.status_code == 200
    assert len(stub.seen) == 2


def test_f21_busy_says_how_long(ops: Client, stub: Stub) -> None:
    """The waiting time DialNexa gave is in the page and in the header."""
    stub.answer(HISTORY, ERROR, status=429, Retry_After="90")

    response = ops.get(URL)

    assert response["Retry-After"] == "90"
    assert "Try again in 90 s" in response.content.decode()


def test_f24_last_good_copy_is_shown_with_its_age(ops: Client, stub: Stub) -> None:
    """When DialNexa fails, the last good copy is shown, said to be old, with a retry."""
    stub.answer(HISTORY, history())
    stub.answer(HISTORY, ERROR, status=503)

    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        ops.get(URL)
        clock.shift(3600)
        response = ops.get(URL, {"zone": "utc"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "last good copy, read Mon 2 Mar 2026 13:00:00 UTC, 1 h ago" in page
    assert page.count("<tr data-visit=") == 3


def test_f24_last_good_copy_is_not_kept_beyond_a_day(ops: Client, stub: Stub) -> None:
    """A copy older than 24 hours is not shown as the truth."""
    stub.answer(HISTORY, history())
    stub.answer(HISTORY, ERROR, status=503)

    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        ops.get(URL)
        clock.shift(24 * 3600 + 60)
        response = ops.get(URL)

    assert response.status_code == 502


@pytest.mark.parametrize(("status", "expected"), [(401, 502), (403, 404), (404, 404)])
def test_f26_f27_f28_no_stale_copy_after_a_refusal(ops: Client, stub: Stub, status: int, expected: int) -> None:
    """Once DialNexa says no, the old copy is gone: not shown now, and not after the next failure."""
    stub.answer(HISTORY, history())
    stub.answer(HISTORY, ERROR, status=status)
    stub.answer(HISTORY, ERROR, status=503)

    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        ops.get(URL)
        clock.shift(301)
        refused = ops.get(URL)
        clock.shift(120)
        later = ops.get(URL)

    assert refused.status_code == expected
    assert later.status_code == 502


def test_f26_only_an_administrator_sees_the_cause(ops: Client, admin: Client, stub: Stub) -> None:
    """Staff learn that the connection needs attention; who runs the installation learns why."""
    stub.answer(HISTORY, ERROR, status=401)

    staff, administrator = ops.get(URL).content.decode(), admin.get(URL).content.decode()

    assert "For administrators" not in staff
    assert "For administrators" in administrator


def test_missing_key_is_a_connection_that_needs_attention(ops: Client, stub: Stub, settings: Any) -> None:
    """Without a key nothing is asked; the page says who has to act."""
    settings.DIALNEXA_API_KEY = ""
    upstream.forget()

    response = ops.get(URL)

    assert response.status_code == 502
    assert 'data-outcome="setup"' in response.content.decode()
    assert stub.seen == []


def test_f27_f28_not_found_is_one_neutral_page(ops: Client, stub: Stub) -> None:
    """Unknown lead, forbidden lead, odd id and unknown address read the same but for the reference."""
    stub.answer(HISTORY, ERROR, status=403)
    paths = [URL, "/workflows/wf_abc123/leads/lead_nobody/", "/workflows/a.b/", "/no/such/page/"]

    pages = [ops.get(path) for path in paths]

    plain = {re.sub(r"<code>\w+</code>|csrf\w+\" value=\"\w+\"", "", page.content.decode()) for page in pages}
    assert {page.status_code for page in pages} == {404}
    assert len(plain) == 1


def test_f29_call_id_upstream_dislikes_is_not_found_in_the_panel(ops: Client, stub: Stub) -> None:
    """DialNexa's 400 for a call id means that there is no such call: said in the panel, in our words."""
    stub.answer(HISTORY, history())
    stub.answer("/v1/calls/call_two", {"statusCode": 400, "message": "Invalid call ID format"}, status=400)

    response = ops.get(f"{URL}calls/call_two/", headers=HTMX)

    assert response.status_code == 404
    assert "No record of this call" in response.content.decode()
    assert "Invalid call ID" not in response.content.decode()


def test_f47_open_visit_runs_up_to_now_and_no_further(ops: Client, stub: Stub) -> None:
    """A step without an end is open: its length so far, a bar up to now, nothing that is not a number."""
    visit = {**VISITS[0], "status": "in_progress", "exited_at": None}
    stub.answer(HISTORY, history([visit], status="active"))
    stub.answer("/v1/workflows/wf_abc123", {"id": "wf_abc123", "title": "Loans", "status": "active"})

    with time_machine.travel("2026-03-02T10:02:00Z", tick=False):
        page = ops.get(URL, {"zone": "utc"}).content.decode()

    assert "2 min so far" in page
    assert "still here" in page
    assert "now 10:02:00 UTC" in page
    assert "NaN" not in page


@pytest.mark.parametrize("text", ["नमस्ते क्षत्रिय", "தமிழ்", "👩‍👩‍👧‍👦 🇮🇳", "مرحبا"])
def test_f63_scripts_and_emoji_read_as_written(ops: Client, stub: Stub, text: str) -> None:
    """Joiners that spell a script or an emoji stay; the transcript keeps its own direction."""
    stub.answer(HISTORY, history([{**VISITS[2], "node_label": text}]))
    stub.answer("/v1/calls/call_two", call("call_two", transcript=f"Agent: {text}"))

    page = ops.get(f"{URL}calls/call_two/").content.decode()

    assert page.count(text) >= 3
    assert f'<p dir="auto" data-text>{text}</p>' in page


def test_f63_text_that_reorders_its_neighbours_is_marked(ops: Client, stub: Stub) -> None:
    """Overrides and zero-width characters are shown as what they are."""
    stub.answer(HISTORY, history([{**VISITS[0], "node_label": "safe\u202egnp.exe\u200b"}]))

    page = ops.get(URL).content.decode()

    assert "⟦U+202E⟧" in page
    assert "⟦U+200B⟧" in page


def test_f40_odd_characters_are_shown_as_marks(ops: Client, stub: Stub) -> None:
    """NUL, bidi overrides and lone surrogates in a label end as visible marks, never as a fault."""
    body = json.dumps(history([{**VISITS[0], "node_label": "A\x00B\u202eC"}])).replace("C", "C\\ud800")
    stub.answer(HISTORY, body.encode())

    response = ops.get(URL)

    page = response.content.decode()
    assert response.status_code in (200, 502)
    assert "\x00" not in page
    assert "\u202e" not in page


def test_f64_ended_session_sends_a_fragment_to_sign_in(client: Client, stub: Stub) -> None:
    """A click after the session ended gets a full-page sign-in that returns to the page around the fragment."""
    response = client.get(
        f"{URL}calls/call_two/", headers={**HTMX, "hx-current-url": f"http://testserver{URL}?zone=utc"}
    )

    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/accounts/login/?next=%2Fworkflows%2F")
    assert response["HX-Redirect"].endswith("%3Fzone%3Dutc")
    assert stub.seen == []


@pytest.mark.parametrize("current", ["//evil.example/", "https://evil.example/x", "javascript:alert(1)", ""])
def test_f64_sign_in_never_returns_to_another_site(client: Client, stub: Stub, current: str) -> None:
    """A forged current address leads to the start page instead."""
    response = client.get(URL, headers={**HTMX, "hx-current-url": current})

    assert response["HX-Redirect"] == "/accounts/login/?next=%2F"


def test_f70_call_link_is_a_plain_link(ops: Client, stub: Stub) -> None:
    """Without JavaScript a click on a step is an ordinary page."""
    stub.answer(HISTORY, history())
    stub.answer("/v1/calls/call_two", call("call_two"))

    page = ops.get(URL).content.decode()
    link = re.search(r'<a href="([^"]+)"[^>]*data-call="call_two"', page)
    assert link
    opened = ops.get(link.group(1))

    assert "Good afternoon." in opened.content.decode()
    assert "<html" in opened.content.decode()
