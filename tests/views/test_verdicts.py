"""What the rules say of a lead on its page, asked for as a browser asks."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard import sharing, upstream
from dashboard.demo.server import DemoServer
from dashboard.models import AuditEvent, CallDigest, PackChoice, Review
from tests.people import person, signed_in
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, VISITS, WORKFLOW, call, history

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)  # the demo's own moment
CALL = f"{URL}calls/call_two/"
NIGHT = {"entered_at": "2026-03-02T16:00:00.000Z", "exited_at": "2026-03-02T16:00:45.000Z"}  # 21:30 in India


def judge_by(*packs: str, workflow_id: str = WORKFLOW) -> None:
    PackChoice.objects.create(workflow_id=workflow_id, packs=list(packs))


def shown(client: Client, path: str = URL, **headers: str) -> str:
    return html.unescape(client.get(path, headers=headers).content.decode())


def worst(page: str) -> str:
    return str(re.findall(r'data-worst="([^"]*)"', page)[0])


def chip(page: str, rule: str) -> str:
    """One rule's chip, by its id."""
    chips = re.findall(r'<details class="chip result-\w+">.*?</details>', page, re.DOTALL)
    (found,) = (one for one in chips if f"<code>{rule}<" in one)
    return str(found)


def result(page: str, rule: str) -> str:
    return str(re.findall(r'class="chip result-(\w+)"', chip(page, rule))[0])


@pytest.fixture
def night(stub: Stub) -> Stub:
    """A call at half past nine in the evening of India, after one in the afternoon."""
    stub.answer(HISTORY, history([VISITS[0], {**VISITS[2], **NIGHT}]))
    return stub


@pytest.fixture
def demo(settings: Any) -> Iterator[DemoServer]:
    with time_machine.travel(NOW), DemoServer(key=settings.DIALNEXA_API_KEY, now=NOW) as server:
        settings.DIALNEXA_BASE_URL = server.url
        upstream.forget()
        yield server
        upstream.forget()


def test_night_calls_of_the_demo_are_breaches(ops: Client, demo: DemoServer) -> None:
    """Farhan was called at 21:47 and 23:48 by his clock; recovery calls end at 19:00."""
    judge_by("in-rbi-recovery", workflow_id="workflow_homeloan01")

    page = shown(ops, "/workflows/workflow_homeloan01/leads/lead_farhan04/")

    assert worst(page) == "breach"
    found = chip(page, "IN-RBI-HOURS")
    assert 'href="#visit-1"' in found
    assert 'href="#visit-3"' in found
    assert "2 dials outside 08:00–19:00" in found
    for words in ("Indian Standard Time", "last checked", 'rel="noreferrer noopener"', "of version"):
        assert words in found
    assert "Not legal advice" in page


def test_concerned_visits_are_marked_in_picture_and_table(ops: Client, night: Stub) -> None:
    """A flag with the rule's name at the bar, in what plotly draws, in the row and in the bar's own words."""
    judge_by("in-rbi-recovery")

    page = shown(ops)

    name = "breach: No recovery call before 8:00 or after 19:00"
    assert re.search(rf'<text class="flag flag-breach"[^>]*aria-label="{re.escape(name)}', page)
    assert re.search(rf'id="visit-2"><td>2 <span class="flag flag-breach" role="img" title="{re.escape(name)}', page)
    assert f"⚑ {name}" in page
    assert '"name":"flags"' in page
    assert 'id="visit-1"><td>1 <span class="flag flag-cannot" role="img" title="cannot tell: ' in page


def test_closed_hours_are_shaded_in_both_pictures(ops: Client, night: Stub) -> None:
    """From 19:00 to the second call, and a sentence says what the shade means."""
    judge_by("in-rbi-recovery")

    page = shown(ops)

    assert len(re.findall(r'<rect class="shade"', page)) == 1
    assert '"name":"closed"' in page
    assert "Shaded: outside the hours for calls (08:00–19:00)" in page


def test_uncertain_hours_are_hatched(ops: Client, stub: Stub) -> None:
    """A number of Boise or Los Angeles: the hour between their evenings is closed on one clock only."""
    judge_by("us-telemarketing")
    visits = [{**VISITS[0], "entered_at": "2026-03-03T01:00:00Z", "exited_at": "2026-03-03T07:30:00Z"}]
    stub.answer(HISTORY, history(visits, phone_number="+12085550142"))

    page = shown(ops)

    assert '<rect class="shade is-unsure"' in page
    assert "Hatched: only by some of the clocks" in page


def test_lead_without_a_pack_is_never_clear(ops: Client, stub: Stub) -> None:
    """Whatever the record's own rules say: no rule of any law was asked."""
    stub.answer(HISTORY, history([]))

    page = shown(ops)

    assert worst(page) == "no-pack"
    assert "No rule pack: only the record itself was checked" in page
    assert "Assign a rule pack" not in page
    assert "Assign a rule pack" in shown(signed_in("reviewer"))


def test_verdict_with_many_visits_links_the_first(ops: Client, stub: Stub) -> None:
    """Twenty, and how many more there are; rows of another page of the table have its address."""
    judge_by("in-rbi-recovery")
    stub.answer(HISTORY, history([{**VISITS[0], **NIGHT, "call_id": f"c{number}"} for number in range(230)]))

    found = chip(shown(ops, f"{URL}?page=2"), "IN-RBI-HOURS")

    assert len(re.findall(r"#visit-", found)) == 20
    assert "and 210 more" in found
    assert f'href="{URL}?visit=1#visit-1"' in found


def test_page_costs_four_statements_for_its_verdicts(ops: Client, night: Stub) -> None:
    """Review, other leads' dials, calls, packs; however many of its parts ask."""
    judge_by("in-rbi-recovery")

    with CaptureQueriesContext(connection) as found:
        shown(ops)

    tables = re.compile('FROM "dashboard_(review|calldigest|packchoice)"|digest"."phone_hash" IN')
    asked = [one["sql"] for one in found if tables.search(one["sql"])]
    assert len(asked) == 4


def test_dials_are_counted_against_the_cap(ops: Client, stub: Stub) -> None:
    """Eight in an hour against seven in seven days: drawn over the line, and said."""
    judge_by("us-collections")
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)
    moments = [at + timedelta(minutes=10 * number) for number in range(8)]
    visits = [
        {**VISITS[0], "entered_at": one.isoformat(), "exited_at": (one + timedelta(seconds=40)).isoformat()}
        for one in moments
    ]
    stub.answer(HISTORY, history(visits, phone_number="+12125550142"))

    page = shown(ops)

    assert "8 in any 7 days (cap 7)" in page
    assert "Known dials to this number: 8 of this lead; 0 of other leads." in page
    assert '<rect class="dials is-over"' in page
    assert '<line class="cap"' in page


def test_lead_clock_stands_beside_another(ops: Client, stub: Stub) -> None:
    """In hover, table and words; not where the page is on that clock."""
    stub.answer(HISTORY, history())

    for page, is_there in ((shown(ops, f"{URL}?zone=utc"), True), (shown(ops, f"{URL}?zone=lead"), False)):
        assert ("15:30:00 IST for the lead" in page) is is_there
        assert ('<span class="soft there">15:30:00 IST for the lead</span>' in page) is is_there
        assert ("10:00:00 UTC (15:30:00 IST for the lead), no answer after 45 s" in page) is is_there


def test_uncertain_lead_clock_is_said_to_be(ops: Client, stub: Stub) -> None:
    """The number may be in Boise or in Los Angeles."""
    stub.answer(HISTORY, history(phone_number="+12085550142"))

    assert re.search(r"perhaps [\w: ]+ (MST|PST) for the lead", shown(ops, f"{URL}?zone=utc"))


# --- What comes next

WAITING = {
    "node_id": "node_wait",
    "node_label": "Wait 2 hours",
    "node_type": "TIME",
    "status": "waiting",
    "entered_at": "2026-03-02T12:03:10.000Z",
}


def waits(ends_at: str) -> dict[str, Any]:
    return history([*VISITS, {**WAITING, "ends_at": ends_at}], status="active")


@pytest.fixture
def running(stub: Stub) -> Iterator[Stub]:
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"data": {"id": WORKFLOW, "title": "Flow", "status": "active"}})
    with time_machine.travel("2026-03-02T13:00:00Z", tick=False):
        yield stub


def test_next_dial_at_night_is_foretold_as_a_breach(ops: Client, running: Stub) -> None:
    """The lead's own path went from this wait to a call: inferred, so uncertain."""
    judge_by("in-rbi-recovery")
    running.answer(HISTORY, waits("2026-03-02T15:30:00.000Z"))

    page = shown(ops)

    assert 'data-ahead="breach"' in page
    assert "Mon 2 Mar 2026 21:00:00 IST on the lead’s clock, in 2 h 30 min" in page
    assert "<strong>uncertain</strong>" in page
    assert "a call came next 1 of 1 times" in page


def test_next_dial_by_day_is_foretold_as_none(ops: Client, running: Stub) -> None:
    judge_by("in-rbi-recovery")
    running.answer(HISTORY, waits("2026-03-03T05:30:00.000Z"))

    page = shown(ops)

    assert 'data-ahead=""' in page
    assert "Tue 3 Mar 2026 11:00:00 IST" in page


# --- Calls


def test_call_that_was_opened_is_known_from_then_on(ops: Client, night: Stub) -> None:
    """The page around the panel is told to ask anew; the same call again tells nothing new."""
    night.answer("/v1/calls/call_two", call("call_two"))
    before = shown(ops)

    first, again = (ops.get(CALL, headers={"HX-Request": "true"}) for _ in range(2))
    asked_anew = shown(ops, f"{URL}live/", **{"HX-Request": "true"})

    assert (json.loads(first.headers["HX-Trigger"]), again.has_header("HX-Trigger")) == ({"learnt": {}}, False)
    assert (result(before, "REC-TRANSCRIPT"), result(asked_anew, "REC-TRANSCRIPT")) == ("cannot", "clear")
    assert result(shown(ops), "REC-TRANSCRIPT") == "clear"


def test_call_opened_cold_counts_on_that_very_page(ops: Client, night: Stub) -> None:
    night.answer("/v1/calls/call_two", call("call_two"))

    assert result(shown(ops, CALL), "REC-TRANSCRIPT") == "clear"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_call_without_a_record_is_known_to_be_missing(ops: Client, night: Stub, headers: dict[str, str]) -> None:
    night.answer("/v1/calls/call_two", {"message": "Call not found"}, status=404)

    response = ops.get(CALL, headers=headers)

    assert response.status_code == (404 if headers else 200)
    assert CallDigest.objects.get().is_missing
    assert result(shown(ops), "REC-CALL") == "warning"


def test_refresh_knows_of_a_call_that_was_read(ops: Client, running: Stub) -> None:
    """Nothing else has changed, and the page is told all the same."""
    running.answer(HISTORY, waits("2026-03-03T05:30:00.000Z"))
    running.answer("/v1/calls/call_two", call("call_two"))
    live = f"{URL}live/"
    tag = ops.get(live, headers={"HX-Request": "true"})["ETag"]
    same = ops.get(live, headers={"HX-Request": "true", "If-None-Match": tag})

    ops.get(CALL)
    news = ops.get(live, headers={"HX-Request": "true", "If-None-Match": tag})

    assert (same.status_code, news.status_code) == (304, 200)
    assert 'id="verdicts"' in news.content.decode()


@pytest.mark.parametrize(("calls", "offer"), [(1, "Read it"), (2, "Read them"), (21, "Read the next 20")])
def test_calls_are_read_for_the_rules(ops: Client, stub: Stub, calls: int, offer: str) -> None:
    """Those that nobody has opened, as many at once as DialNexa is asked for; then the offer is gone."""
    ids = [f"call_{number}" for number in range(calls)]
    stub.answer(HISTORY, history([{**VISITS[2], "call_id": one} for one in ids]))
    for one in ids:
        stub.answer(f"/v1/calls/{one}", call(one))
    before = shown(ops)

    while f'action="{URL}read-calls/"' in shown(ops):
        ops.post(f"{URL}read-calls/", {"next": URL})

    assert f"{offer} for the rules" in before
    assert CallDigest.objects.count() == calls


# --- Who sees it, and the reviewer's part


def test_share_link_shows_no_verdict(night: Stub) -> None:
    """The path as it was, and nothing that somebody thinks of it."""
    judge_by("in-rbi-recovery")
    _, token = sharing.create(person("ops"), WORKFLOW, LEAD, lasts=timedelta(hours=1), shows_calls=True, note="")

    page = shown(Client(), f"/s/{token}/?zone=utc")

    assert 'id="visits"' in page
    for words in ('id="verdicts"', "breach", "⚑", 'class="shade"', "for the lead", 'id="dials"'):
        assert words not in page


def test_zone_by_a_reviewer_counts_at_once(reviewer: Client, stub: Stub) -> None:
    """Boise or Los Angeles, 20:30 in the one and 21:30 in the other: nobody can say, until somebody knows."""
    judge_by("us-telemarketing")
    at = {"entered_at": "2026-03-03T04:30:00Z", "exited_at": "2026-03-03T04:31:00Z"}
    stub.answer(HISTORY, history([{**VISITS[0], **at}], phone_number="+12085550142"))
    before = shown(reviewer)

    answer = reviewer.post(f"{URL}zone/", {"zone": "America/Boise", "reason": "Said so on +12085550142", "next": URL})

    after = shown(reviewer, f"{URL}?zone=lead")
    event = AuditEvent.objects.get(action="zone.set")
    assert (answer.status_code, answer["Location"]) == (303, URL)
    assert (result(before, "US-HOURS"), result(after, "US-HOURS")) == ("cannot", "breach")
    assert "Zone America/Boise, set by a reviewer. Because: Said so on" in after
    assert "5550142" not in after + Review.objects.get().zone_why + event.reason_text
    assert "Times in America/Boise" in after
    assert '"zone":"America/Boise"' in event.detail


def test_zone_can_be_left_to_the_number_again(reviewer: Client, night: Stub) -> None:
    for zone in ("Europe/London", ""):
        reviewer.post(f"{URL}zone/", {"zone": zone, "reason": "By her own words."})

    assert Review.objects.get().zone == ""
    assert "the number’s home zone" in shown(reviewer)


@pytest.mark.parametrize(
    "given", [{"zone": "Mars/Base", "reason": "By her own words."}, {"zone": "Asia/Kolkata", "reason": "short"}, {}]
)
def test_zone_needs_a_real_one_and_a_reason(reviewer: Client, night: Stub, given: dict[str, str]) -> None:
    answer = reviewer.post(f"{URL}zone/", given)

    assert answer.status_code == 400
    assert not Review.objects.exists()
    assert not AuditEvent.objects.filter(action="zone.set").exists()


def test_lead_is_put_into_the_queue_from_its_page(reviewer: Client, night: Stub) -> None:
    before = shown(reviewer)

    answer = reviewer.post(f"{URL}queue/", {"next": URL})

    review = Review.objects.get()
    after = shown(reviewer)
    assert answer.status_code == 303
    assert "Not in the review queue" in before
    assert "In the queue, not reviewed." in after
    assert f"/admin/dashboard/review/{review.pk}/change/" in after
    assert "Put it in the review queue" not in after


def signed_off() -> Review:
    return Review.objects.create(
        workflow_id=WORKFLOW,
        lead_id=LEAD,
        queued_at=NOW,
        state=Review.State.SIGNED,
        verdict="passed",
        reviewer=person("reviewer", "roy"),
        reviewed_at=datetime.now(UTC),
    )


def test_ops_disputes_a_judgement(ops: Client, night: Stub) -> None:
    """From the page, once; a reviewer is not told in the form what conduct forbids before it does."""
    review = signed_off()
    page = shown(ops)

    given = {"text": "She had agreed to be called.", "version": review.version}
    answers = [ops.post(f"{URL}dispute/", given) for _ in range(2)]

    review.refresh_from_db()
    assert "Signed off as passed by roy." in page
    assert f'href="{URL}dispute/' in page
    assert [answer.status_code for answer in answers] == [303, 400]
    assert "Somebody else has changed this review" in answers[1].content.decode()
    assert (review.state, review.dispute) == ("disputed", "She had agreed to be called.")
    assert "Disputed." in shown(ops)


def test_nothing_can_be_disputed_that_nobody_judged(ops: Client, night: Stub) -> None:
    assert f'href="{URL}dispute/' not in shown(ops)
    assert ops.get(f"{URL}dispute/").status_code == 404


# --- Lists

LEADS = f"/v1/workflows/{WORKFLOW}/leads"


def verdicts(page: str) -> dict[str, str]:
    """By lead: the last cell of its row, without markup."""
    rows = re.findall(r'<tr data-lead="([^"]*)">(.*?)</tr>', page, re.DOTALL)
    return {
        lead: " ".join(re.sub("<[^>]*>", " ", row.rpartition("<td")[2].partition(">")[2]).split()) for lead, row in rows
    }


def test_list_shows_last_verdicts(ops: Client, night: Stub) -> None:
    """A person's before the computed one; nothing where nobody has looked; no clear without a pack."""
    ids = [LEAD, "lead_b", "lead_c", "lead_d"]
    night.answer(LEADS, [{"id": one, "status": "active"} for one in ids])
    signed_off()
    for lead, computed in (("lead_b", "breach"), ("lead_c", "clear")):
        Review.objects.create(workflow_id=WORKFLOW, lead_id=lead, queued_at=NOW, computed=computed)

    without_pack = verdicts(shown(ops, f"/workflows/{WORKFLOW}/"))
    judge_by("in-rbi-recovery")
    with_pack = verdicts(shown(ops, f"/workflows/{WORKFLOW}/"))

    assert with_pack == {
        LEAD: "✓ passed by a reviewer",
        "lead_b": "✕ breach computed",
        "lead_c": "✓ clear computed",
        "lead_d": "not in the queue",
    }
    assert without_pack["lead_c"] == "? no rule pack only the record was checked"


@pytest.mark.parametrize(
    ("verdict", "found"), [("breach", [LEAD]), ("clear", []), ("unreviewed", [LEAD]), ("stale", []), ("worst", None)]
)
def test_list_is_filtered_by_verdict(
    ops: Client, reviewer: Client, night: Stub, verdict: str, found: list[str] | None
) -> None:
    """Out of what was read and queued; a verdict that does not exist is refused in a sentence."""
    judge_by("in-rbi-recovery")
    reviewer.post(f"{URL}queue/")
    shown(ops)

    answer = ops.get(f"/workflows/{WORKFLOW}/", {"verdict": verdict})

    page = answer.content.decode()
    if found is None:
        assert answer.status_code == 400
        assert "choose one of breach, warning" in page
    else:
        assert list(verdicts(page)) == found
