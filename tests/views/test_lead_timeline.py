"""The timeline page, asked for as a browser asks."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, VISITS, WORKFLOW, history

pytestmark = pytest.mark.django_db


def rows(page: str) -> list[tuple[str, str]]:
    """(position, family) of each row of the table, in order."""
    return re.findall(r'<tr [^>]*data-visit="(\d+)" data-status="([^"]*)"', page)


def figure(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="timeline-figure">(.*?)</script>', page, re.DOTALL)
    assert found
    parsed: dict[str, Any] = json.loads(found.group(1), parse_constant=lambda name: pytest.fail(name))
    return parsed


def test_timeline_shows_every_visit_in_order(ops: Client, stub: Stub) -> None:
    """The documented three-step history becomes three rows with their times and lengths."""
    stub.answer(HISTORY, {"id": LEAD, "workflow_id": WORKFLOW, "history": VISITS})

    response = ops.get(URL, {"zone": "utc"})

    page = response.content.decode()
    assert response.status_code == 200
    assert rows(page) == [("1", "not_reached"), ("2", "done"), ("3", "done")]
    for words in (
        "First call",
        "Wait 2 hours",
        "Second call",
        "45 s",
        "2 h",
        "2 min 25 s",
        "Mon 2 Mar 2026 10:00:00 UTC",
    ):
        assert words in page


def test_timeline_draws_the_same_visits_twice(ops: Client, stub: Stub) -> None:
    """The picture in the page and plotly's figure hold the same three bars."""
    stub.answer(HISTORY, history())

    page = ops.get(URL).content.decode()

    assert sorted(set(re.findall(r'data-visit-bar="(\d+)"', page))) == ["1", "2", "3"]
    bars = [trace for trace in figure(page)["data"] if trace.get("type") == "bar"]
    assert sum(len(trace.get("x", ())) for trace in bars) == 3


def test_timeline_makes_one_upstream_call(ops: Client, stub: Stub) -> None:
    """Opening a page that nobody has opened yet asks DialNexa once."""
    stub.answer(HISTORY, history())

    ops.get(URL)

    assert stub.seen == [HISTORY]


def test_timeline_of_a_live_lead_also_asks_whether_the_workflow_runs(ops: Client, stub: Stub) -> None:
    """Held or stuck depends on the workflow: a paused one holds an overdue wait."""
    wait = {**VISITS[1], "status": "waiting", "exited_at": None, "ends_at": "2026-03-02T12:00:45.000Z"}
    stub.answer(HISTORY, history([wait], status="active"))
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"data": {"id": WORKFLOW, "title": "EMI", "status": "paused"}})

    page = ops.get(URL).content.decode()

    assert 'data-standing="held"' in page
    assert "overdue by" not in page


def test_timeline_does_not_trust_an_old_word_on_the_workflow(ops: Client, stub: Stub) -> None:
    """Resumed since it was last read: after five minutes it is asked again, and the wait is overdue."""
    wait = {**VISITS[1], "status": "waiting", "exited_at": None, "ends_at": "2026-03-02T12:00:45.000Z"}
    stub.answer(HISTORY, history([wait], status="active"))
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"data": {"id": WORKFLOW, "title": "EMI", "status": "paused"}})
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"data": {"id": WORKFLOW, "title": "EMI", "status": "active"}})

    with time_machine.travel("2026-03-02T14:00:00Z", tick=False) as clock:
        before = ops.get(URL).content.decode()
        clock.shift(301)
        after = ops.get(URL).content.decode()

    assert 'data-standing="held"' in before
    assert 'data-standing="stuck"' in after


def test_timeline_survives_a_workflow_that_cannot_be_read(ops: Client, stub: Stub) -> None:
    """The workflow's own record is a side dish: without it the timeline is all there, and the lead is overdue."""
    wait = {**VISITS[1], "status": "waiting", "exited_at": None, "ends_at": "2026-03-02T12:00:45.000Z"}
    stub.answer(HISTORY, history([wait], status="active"))
    stub.answer(f"/v1/workflows/{WORKFLOW}", b"<html>", status=200)

    response = ops.get(URL)

    assert response.status_code == 200
    assert 'data-standing="stuck"' in response.content.decode()


def test_timeline_masks_the_phone_and_hides_variables(ops: Client, stub: Stub) -> None:
    """Neither the number nor any variable's value is anywhere in the page."""
    stub.answer(HISTORY, history(dynamic_variables={"customer_name": "Zebulon Quark"}))

    page = ops.get(URL).content.decode()

    assert "9812345678" not in page
    assert "Zebulon" not in page
    assert "••78" in page
    assert "1 variable, hidden" in page


@pytest.mark.parametrize(
    ("zone", "clock"),
    [("utc", "10:00:00 UTC"), ("lead", "15:30:00 IST"), ("Asia/Kathmandu", "15:45:00 +05:45")],
)
def test_timeline_clock_follows_the_url(ops: Client, stub: Stub, zone: str, clock: str) -> None:
    """One choice of zone governs the page, and the zone is always printed."""
    stub.answer(HISTORY, history())

    page = ops.get(URL, {"zone": zone}).content.decode()

    assert clock in page


def test_timeline_viewer_clock_comes_from_the_browser(ops: Client, stub: Stub) -> None:
    """The browser names its zone in a cookie; nonsense in it falls back to the installation's zone."""
    stub.answer(HISTORY, history())

    ops.cookies["timezone"] = "America/New_York"
    named = ops.get(URL).content.decode()
    ops.cookies["timezone"] = "../../etc/passwd"
    nonsense = ops.get(URL).content.decode()

    assert "05:00:00 EST" in named
    assert "10:00:00 UTC" in nonsense


def test_timeline_lead_clock_with_two_candidates_says_uncertain(ops: Client, stub: Stub) -> None:
    """A number that may be in two zones is shown in one of them, said to be uncertain."""
    stub.answer(HISTORY, history(phone_number="+12085550123"))

    page = ops.get(URL, {"zone": "lead"}).content.decode()

    assert "the lead’s clock is uncertain" in page


@pytest.mark.parametrize("phone", ["9812345678", "+18005550123"])
def test_timeline_lead_clock_without_a_place_is_utc(ops: Client, stub: Stub, phone: str) -> None:
    """A number without its country, or one that may be anywhere, gives no zone, and none is guessed."""
    stub.answer(HISTORY, history(phone_number=phone))

    page = ops.get(URL, {"zone": "lead"}).content.decode()

    assert "not known from its number" in page
    assert "10:00:00 UTC" in page


@pytest.mark.parametrize(
    "query",
    [
        *("zone=../../etc/passwd", "zone=Etc/GMT%2B99", "unfold=%3Cscript%3E", "scale=maybe", "visit=0", "page=-1"),
        *("page=abc", "first=9&last=3", "zone=Europe/London%00", f"unfold={'1,' * 2000}", "visit=1e9"),
    ],
)
def test_timeline_refuses_a_state_it_cannot_read(ops: Client, stub: Stub, query: str) -> None:
    """Bad view state is a 400 with a sentence, never a guess and never a fault."""
    stub.answer(HISTORY, history())

    response = ops.get(f"{URL}?{query}")

    assert response.status_code == 400
    assert 'data-outcome="badinput"' in response.content.decode()


def test_timeline_ignores_parameters_it_does_not_know(ops: Client, stub: Stub) -> None:
    """A link that picked up somebody's tracking words still opens."""
    stub.answer(HISTORY, history())

    assert ops.get(f"{URL}?utm_source=mail&page=").status_code == 200


def test_timeline_unfolds_by_url(ops: Client, stub: Stub) -> None:
    """The wait folds; its own link in the page opens it; true scale opens everything."""
    stub.answer(HISTORY, history())

    folded = ops.get(URL).content.decode()
    link = re.search(r'href="([^"]*unfold=[^"]*)"', folded)
    assert link
    opened = ops.get(link.group(1).replace("&amp;", "&")).content.decode()
    true_scale = ops.get(URL, {"scale": "true"}).content.decode()

    assert not re.search(r'href="[^"]*unfold=[^"]*"[^>]*data-fold', opened)
    assert "Fold all again" in opened
    assert "unfold=" not in true_scale


def test_f42_timeline_without_visits_says_so(ops: Client, stub: Stub) -> None:
    """An empty history is a lead that has not started, not an error."""
    stub.answer(HISTORY, history([], status="pending"))

    response = ops.get(URL)

    assert response.status_code == 200
    assert "No steps yet" in response.content.decode()


def test_f43_timeline_keeps_a_row_it_cannot_read(ops: Client, stub: Stub) -> None:
    """A null row stays as an unreadable step, and the page says how many there are."""
    stub.answer(HISTORY, history([VISITS[0], None, VISITS[2]]))

    page = ops.get(URL).content.decode()

    assert len(rows(page)) == 3
    assert "1 step of this record could not be read" in page
    assert "Data notes" in page


def test_f62_timeline_shows_markup_as_text(ops: Client, stub: Stub) -> None:
    """A label that looks like a script is read, not run: in the table, the picture and the figure."""
    stub.answer(HISTORY, history([{**VISITS[0], "node_label": "<script>alert(1)</script><b id=pwn>"}]))

    page = ops.get(URL).content.decode()

    assert "<script>alert" not in page
    assert "<b id=pwn>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_f57_timeline_of_10000_visits_pages_its_table(ops: Client, stub: Stub) -> None:
    """A very long path opens with its numbers right: 200 rows a page, the chart grouped and said to be."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    visits = []
    for number in range(10_000):
        base = VISITS[number % 2]
        at = start + timedelta(hours=number)
        left = at + timedelta(hours=1)
        visits.append({**base, "call_id": None, "entered_at": at.isoformat(), "exited_at": left.isoformat()})
    stub.answer(HISTORY, history(visits))

    response = ops.get(URL, {"page": 50})

    page = response.content.decode()
    assert [position for position, _ in rows(page)] == [str(number) for number in range(9801, 10_001)]
    assert "Steps 9801 to 10000 of 10000" in page
    assert "10,000 visits" in page
    assert len(response.content) < 400_000


@pytest.mark.parametrize(("status", "seconds"), [("active", 11), ("completed", 301)])
def test_timeline_is_read_again_after_a_while(ops: Client, stub: Stub, status: str, seconds: int) -> None:
    """After ten seconds while the lead can move, after five minutes once its path is over."""
    stub.answer(HISTORY, history(status=status))

    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        ops.get(URL)
        clock.shift(seconds - 2)
        ops.get(URL)
        asked = stub.seen.count(HISTORY)
        clock.shift(2)
        ops.get(URL)

    assert asked == 1
    assert stub.seen.count(HISTORY) == 2


def test_timeline_needs_sign_in_and_comes_back(client: Client, stub: Stub) -> None:
    """A shared URL leads a stranger to sign in and back to exactly the same view; nothing is asked upstream."""
    response = client.get(URL, {"zone": "utc"})

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/workflows/")
    assert "zone%3Dutc" in response["Location"]
    assert stub.seen == []


@pytest.mark.parametrize("lead", ["..", "%2e%2e", "a%2fb", "x%00", "-x", "%20", "é", "x" * 101, "x%0d%0aHost:e", "a.b"])
def test_timeline_refuses_an_id_no_upstream_has(ops: Client, stub: Stub, lead: str) -> None:
    """An id that could change the upstream path is a 404 before any upstream call."""
    response = ops.get(f"/workflows/{WORKFLOW}/leads/{lead}/")

    assert response.status_code == 404
    assert stub.seen == []


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_timeline_only_answers_reads(ops: Client, stub: Stub, method: str) -> None:
    """Leadline never writes to DialNexa, so its timeline has no other verb."""
    assert getattr(ops, method)(URL).status_code == 405
    assert stub.seen == []
