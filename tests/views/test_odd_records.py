"""Records as odd as DialNexa can make them, seen from the browser: every row is there, and what is wrong is said."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import upstream
from tests.dialnexa.test_parse_properties import KEYS, SCALARS, VALUES
from tests.fuzz.drawn import finite
from tests.promises import promised
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, VISITS, WORKFLOW, call, history

pytestmark = pytest.mark.django_db

CALL, WAIT, SECOND = VISITS
LEADS = f"/v1/workflows/{WORKFLOW}/leads"


@pytest.fixture
def look(ops: Client, stub: Stub) -> Any:
    """The page of a history with these rows, at one in the afternoon of its day."""

    def page(rows: Any, query: str = "?zone=utc", **lead: Any) -> str:
        stub.answer(HISTORY, rows if isinstance(rows, bytes | dict) else history(rows, **lead))
        stub.answer(f"/v1/workflows/{WORKFLOW}", {"id": WORKFLOW, "title": "Loans", "status": "active"})
        stub.mend()
        upstream.forget()
        with time_machine.travel("2026-03-02T13:00:00Z", tick=False):
            response = ops.get(f"{URL}{query}")
        assert response.status_code == 200
        return response.content.decode()

    return page


def words(page: str) -> str:
    """What can be read, without the figure's data."""
    main = re.sub(r"<script.*?</script>", "", page[page.index("<main") :], flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def rows(page: str) -> list[str]:
    """The table's rows, as they read."""
    return [words(f"<main{row}") for row in page.split("<tr data-visit=")[1:]]


def figure(page: str) -> dict[str, Any]:
    """What plotly is given, as strictly as a browser reads it."""

    def no_number(name: str) -> None:
        raise AssertionError(name)

    found = re.search(r'<script type="application/json" id="timeline-figure">(.*?)</script>', page, re.DOTALL)
    assert found
    read: dict[str, Any] = json.loads(found[1], parse_constant=no_number)
    return read


def test_f39_byte_order_mark_is_harmless(look: Any) -> None:
    """Some servers begin with one."""
    assert len(rows(look(b"\xef\xbb\xbf" + json.dumps(history()).encode()))) == 3


@pytest.mark.parametrize("depth", range(1, 6))
def test_f41_wrapped_history_is_opened(look: Any, depth: int) -> None:
    """Up to five layers of data around it."""
    body: Any = history()["data"]
    for _ in range(depth):
        body = {"data": body}

    assert len(rows(look(body))) == 3


def test_f42_no_steps_and_no_history_are_told_apart(ops: Client, stub: Stub, look: Any) -> None:
    """An empty list is a lead that has not started; no list is an answer that can't be read."""
    assert "No steps yet" in words(look([]))

    stub.answer(HISTORY, {"data": {"lead": {"id": LEAD}}})
    stub.mend()
    upstream.forget()

    response = ops.get(URL)
    assert response.status_code == 502
    assert "No steps yet" not in response.content.decode()


def test_f43_rows_that_are_no_records_stay_and_are_counted(look: Any) -> None:
    """Null, a text, a number: each in its place."""
    page = look([CALL, None, "text", 5, SECOND])

    assert len(rows(page)) == 5
    assert "3 steps of this record could not be read" in words(page)


@pytest.mark.parametrize(
    "field", ["node_id", "node_type", "node_label", "status", "call_id", "entered_at", "exited_at"]
)
@pytest.mark.parametrize(
    "value", [5, {}, [], True, 1.5, {"a": [1]}, None, "x" * 5_000], ids=lambda value: repr(value)[:9]
)
def test_f44_value_of_another_type_is_shown_as_it_is(look: Any, field: str, value: Any) -> None:
    """The row stays, with its text or a note; nothing fails."""
    page = look([{**CALL, field: value}, SECOND])

    assert len(rows(page)) == 2
    figure(page)


def test_f45_history_of_another_lead_is_said_to_be(look: Any) -> None:
    """The address keeps its id, and a note warns."""
    page = words(look({"data": {"lead": {"id": "lead_other", "status": "completed"}, "history": VISITS}}))

    assert f"Lead {LEAD}" in page
    assert "The answer names another lead than the one asked for" in page


@pytest.mark.parametrize("moment", [None, "soon", ""])
def test_f46_visit_without_a_start_is_a_marker(look: Any, moment: Any) -> None:
    """No bar from 1970: the axis stays that of the visits that have a time."""
    page = look([CALL, {**SECOND, "entered_at": moment}])

    assert "start unknown" in rows(page)[1]
    assert "1970" not in page
    bars = [trace for trace in figure(page)["data"] if trace["type"] == "bar"]
    assert sum(len(trace["x"]) for trace in bars) == 1


def test_f47_final_lead_does_not_grow(look: Any) -> None:
    """A last step without an end, of a path that is over, is the same an hour later."""
    page = look([CALL, {**SECOND, "exited_at": None}], status="completed")

    assert "so far" not in words(page)


def test_f48_end_before_the_start_has_no_length(look: Any) -> None:
    """Both moments are shown as they came, and no bar runs backwards."""
    page = look([{**CALL, "entered_at": CALL["exited_at"], "exited_at": CALL["entered_at"]}])

    assert re.search("10:00:45 UTC .*Mon 2 Mar 2026 10:00:00 UTC .*inconsistent", rows(page)[0])
    assert "the end is before the start" in words(page)
    assert not [trace for trace in figure(page)["data"] if trace["type"] == "bar"]


def test_f49_step_without_a_length_can_be_seen(look: Any) -> None:
    """ "0 s", and a mark of its own in the picture."""
    page = look([{**CALL, "exited_at": CALL["entered_at"]}, SECOND])

    assert " 0 s " in rows(page)[0]
    markers = next(trace for trace in figure(page)["data"] if trace["name"] == "markers")
    assert [data[0] for data in markers["customdata"]] == [1]


@pytest.mark.parametrize(("start", "is_noted"), [("13:04:00", False), ("13:30:00", True)])
def test_f50_start_in_the_future_is_no_negative_time(look: Any, start: str, is_noted: bool) -> None:
    """Up to five minutes the clocks may differ; beyond, a note says by how much."""
    visit = {**CALL, "entered_at": f"2026-03-02T{start}Z", "exited_at": None, "status": "in_progress"}

    page = words(look([visit], status="active"))

    assert "−" not in page
    assert "-30 min" not in page
    assert "starts later than now" in page
    assert ("30 min in the future: the two clocks differ" in page) == is_noted


@pytest.mark.parametrize("moment", ["2026-03-02T10:00:00", "2026-03-02 10:00:00"])
def test_f51_moment_without_a_zone_is_utc_and_noted(look: Any, moment: str) -> None:
    """Never the zone of the server."""
    page = words(look([{**CALL, "entered_at": moment}]))

    assert "Entered Mon 2 Mar 2026 10:00:00 UTC" in page
    assert "came without a time zone, so it is read as UTC" in page


@pytest.mark.parametrize(
    ("zone", "start", "shown"),
    [
        ("America/New_York", "2026-03-08T06:30:00Z", ["01:30:00 EST (-05:00)", "03:30:00 EDT (-04:00)"]),
        ("America/New_York", "2026-11-01T05:30:00Z", ["01:30:00 EDT (-04:00)", "01:30:00 EST (-05:00)"]),
        ("Australia/Lord_Howe", "2026-10-03T15:00:00Z", ["01:30:00 +10:30", "03:00:00 +11:00"]),
        ("Asia/Kathmandu", "2026-03-08T06:30:00Z", ["12:15:00 +05:45", "13:15:00 +05:45"]),
    ],
)
def test_f52_hour_stays_an_hour_when_clocks_change(look: Any, zone: str, start: str, shown: list[str]) -> None:
    """Lengths come from UTC, and each moment says its offset, the repeated one too."""
    end = f"{start[:11]}{int(start[11:13]) + 1:02}{start[13:]}"

    page = words(look([{**CALL, "entered_at": start, "exited_at": end}], f"?zone={zone}"))

    assert " 1 h Call recorded" in page
    for text in shown:
        assert text in page


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-02T10:00:60Z", 1e300, -1, "24:00"]
)
def test_f53_moment_beyond_any_calendar_leaves_the_axis_alone(look: Any, moment: Any) -> None:
    """The row stays, its time is unknown and noted."""
    page = look([{**CALL, "entered_at": moment, "exited_at": moment}, SECOND])

    assert "start unknown" in rows(page)[1] + rows(page)[0]
    assert "could not be read" in words(page)
    assert all(finite(number) for trace in figure(page)["data"] for number in trace.get("x", []))


@pytest.mark.parametrize("moment", [1772445600, 1772445600000, "1772445600000"])
def test_f53_seconds_and_milliseconds_since_1970_are_moments(look: Any, moment: Any) -> None:
    """As numbers and as text."""
    assert "Entered Mon 2 Mar 2026 10:00:00 UTC" in words(look([{**CALL, "entered_at": moment}]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.permutations([*VISITS, {**CALL, "call_id": "call_again"}]))
def test_f54_every_order_shows_every_visit(look: Any, order: list[Any]) -> None:
    """Out of order, the same node twice, overlapping: each its own row, the chart in order of time."""
    page = look(order)

    found = [re.findall("First call|Wait 2 hours|Second call", row)[0] for row in rows(page)]
    assert found == ["First call", "First call", "Wait 2 hours", "Second call"]


def test_f55_words_nobody_knows_are_shown_and_count_as_unknown(look: Any) -> None:
    """Never as done."""
    page = look([{**CALL, "node_type": "HOLOGRAM", "status": "transcended", "exit_reason": "who_knows"}])

    assert "HOLOGRAM · Unknown: transcended" in words(page)
    assert "? transcended" in rows(page)[0]


def test_f58_hundred_thousand_leads_in_one_answer_are_a_table_of_a_hundred(ops: Client, stub: Stub) -> None:
    """Read once; the second page asks nobody; neither is long."""
    leads = [{"id": f"lead_{number}", "status": "active", "phone_number": "+919812345678"} for number in range(100_000)]
    stub.answer(LEADS, {"data": leads, "count": len(leads)})

    first = ops.get(f"/workflows/{WORKFLOW}/")
    second = ops.get(f"/workflows/{WORKFLOW}/?page=2")

    assert "100000 leads" in first.content.decode()
    assert first.content.decode().count("/leads/lead_") == second.content.decode().count("/leads/lead_")
    assert "/leads/lead_100/" in second.content.decode()
    assert len(first.content) < 150_000
    assert stub.seen.count(LEADS) == 1


ANY_ROWS = st.lists(st.dictionaries(KEYS, SCALARS | VALUES, max_size=8) | st.none(), max_size=6)


@settings(promised, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(ANY_ROWS, VALUES, st.sampled_from(["history", "call", "leads", "workflows"]))
def test_p9_any_answer_is_a_page_or_one_of_our_outcomes(
    ops: Client, stub: Stub, rows: list[Any], around: Any, where: str
) -> None:
    """Whatever JSON DialNexa sends: 200, 404, or a failure said in our words; never a fault of ours."""
    body = {"history": rows, "data": around, "lead": around} if where == "history" else around
    for path, answer in {
        HISTORY: body if where == "history" else history(),
        "/v1/calls/call_two": around if where == "call" else call("call_two"),
        LEADS: around if where == "leads" else [],
        "/v1/workflows": around if where == "workflows" else [],
    }.items():
        stub.answer(path, answer)
    stub.mend()
    upstream.forget()

    address = {"history": URL, "call": f"{URL}calls/call_two/", "leads": f"/workflows/{WORKFLOW}/"}.get(
        where, "/?all=1"
    )
    response = ops.get(address)

    assert response.status_code in (200, 302, 404, 502, 503, 504), response.content[:300]
    assert "Something went wrong in Leadline" not in response.content.decode()


def test_number_in_a_name_or_a_word_is_masked_wherever_it_is_shown(look: Any) -> None:
    """Labels, exits and statuses stand on everybody's page and in its figure: no number in them."""
    number = "+91 90000 00103"
    odd = {**CALL, "label": f"Call {number}", "status": f"rang {number}", "node_type": f"call {number}"}

    body = history([odd, {**WAIT, "label": f"Wait for {number}"}, SECOND], status=f"at {number}")
    body["data"]["all_edges"] = [{"source": CALL["node_id"], "target": WAIT["node_id"], "label": f"If {number}"}]

    page = look(body)

    assert "Call •••• ••03" in words(page)
    assert "If •••• ••03" in html.unescape(page)
    assert "Wait for •••• ••03" in words(page)
    assert "00103" not in re.sub(r"[\s-]", "", page)
