"""How leads come into the queue, in which order they stand there, and what is kept of their rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard import judging, reviewing, upstream
from dashboard.models import Finding, PackChoice, Review
from dashboard.reviewing import queue
from dashboard.reviewing.draws import is_drawn
from dashboard.scan import digests, orders, turn
from tests.people import person
from tests.reviewing.desk import NOW, PACK, Desk
from tests.scan.many import WORKFLOW, Many, history, ids
from tests.views.conftest import WORKFLOW as DESKS

pytestmark = pytest.mark.django_db

DAY, EVENING = "2026-03-02T10:00:00.000Z", "2026-03-02T16:00:00.000Z"


def at(moment: str, lead_id: str) -> dict[str, Any]:
    body = history(lead_id)
    body["data"]["history"][0] |= {"started_at": moment, "ended_at": moment}
    body["data"]["lead"]["phone_number"] = f"+9198123450{lead_id[-2:]}"
    return body


@pytest.fixture
def many(settings: Any) -> Any:
    one = Many()
    settings.DIALNEXA_BASE_URL = one.stub.url
    yield one
    one.stub.close()


def scan(many: Many, *evenings: str, count: int = 6) -> None:
    """Read all of them; those named were dialled too late."""
    bodies = {lead_id: [(200, at(EVENING if lead_id in evenings else DAY, lead_id))] for lead_id in ids(count)}
    many.has(count, **bodies)
    many.stub.mend()
    upstream.forget()
    turn.work(orders.start(WORKFLOW, is_told=False).pk)


def test_scan_fills_the_queue_with_leads_at_risk(many: Many) -> None:
    """Each with its findings; the others stay outside, as far as none is drawn."""
    PackChoice.objects.create(workflow_id=WORKFLOW, packs=[PACK])

    scan(many, "lead_002", "lead_005")

    assert list(Review.objects.order_by("lead_id").values_list("lead_id", "why", "state", "computed")) == [
        ("lead_002", "risk", "open", "breach"),
        ("lead_005", "risk", "open", "breach"),
    ]
    hours = Finding.objects.filter(rule_id="IN-RBI-HOURS")
    assert list(hours.values_list("review__lead_id", "pack", "result").order_by("review__lead_id")) == [
        ("lead_002", f"{PACK} 1", "breach"),
        ("lead_005", f"{PACK} 1", "breach"),
    ]


def test_scan_draws_a_sample_of_the_others(many: Many, settings: Any) -> None:
    """Which ones follows from the seed; another scan draws the same."""
    settings.REVIEW_SAMPLE_PERCENT = 50
    expected = {one for one in ids(20) if is_drawn(f"{WORKFLOW} {one}", 50)}

    scan(many, count=20)
    scan(many, count=20)

    sampled = Review.objects.filter(why="sample")
    assert set(sampled.values_list("lead_id", flat=True)) == expected
    assert 0 < len(expected) < 20


def test_scan_makes_judgements_stale(many: Many) -> None:
    """Without anybody opening the lead's page; and what a page has judged is the same to a scan."""
    PackChoice.objects.create(workflow_id=WORKFLOW, packs=[PACK])
    scan(many, "lead_002", count=3)
    upstream.forget()
    judged = judging.judgement(upstream.lead_history(WORKFLOW, "lead_002").value)
    answers = {f"{one.pack.id} {one.rule.id}": {"agrees_with": one.result} for one in judged.verdicts}
    scores = {f"{pack.id} {one.id}": "yes" for pack in judged.chosen for one in pack.questions}
    review = Review.objects.get()
    reviewing.sign(review, person("reviewer"), judged, now=NOW, verdict="breach", answers=answers, scores=scores)

    scan(many, "lead_002", count=3)
    assert not Review.objects.get().is_stale
    scan(many, count=3)

    assert Review.objects.get().is_stale


def test_taken_out_lead_comes_back_only_when_it_is_worse(many: Many) -> None:
    """The same breach again is no news."""
    PackChoice.objects.create(workflow_id=WORKFLOW, packs=[PACK])
    scan(many, "lead_001", count=2)
    reviewing.take_out(Review.objects.get(), "A number of our own.")
    scan(many, "lead_001", count=2)
    assert Review.objects.get().state == "out"

    Review.objects.update(computed="warning")
    scan(many, "lead_001", count=2)

    assert Review.objects.get().state == "open"


@pytest.mark.parametrize("count", [3, 30])
def test_filling_costs_the_same_queries_for_few_and_for_many(desk: Desk, count: int) -> None:
    """Judging, filling and renewing them all."""
    lead = desk.judged.case.timeline
    timelines = [replace(lead, lead=replace(lead.lead, id=f"wflead_{number:03}")) for number in range(count)]
    digests.keep(DESKS, [(timeline, NOW) for timeline in timelines])

    with CaptureQueriesContext(
        connection,
    ) as queries:
        judgements = judging.judged_histories(DESKS, timelines)
        reviewing.fill(DESKS, judgements, NOW)
        reviewing.renew(judgements, NOW)

    assert Review.objects.filter(why="risk").count() == count
    assert len(queries) <= 16


def test_order_is_what_waits_then_stale_then_worst_then_oldest(db: None) -> None:
    """Judged ones stand last, however bad they were."""
    rows = [
        ("done", "signed", False, "breach"),
        ("second", "second", False, "clear"),
        ("warning", "open", False, "warning"),
        ("breach", "open", False, "breach"),
        ("unsure", "withdrawn", False, "cannot tell"),
        ("stale", "signed", True, "clear"),
        ("disputed", "disputed", False, "breach"),
        ("out", "out", False, "breach"),
    ]
    for name, state, is_stale, computed in rows:
        Review.objects.create(
            workflow_id="wf", lead_id=name, state=state, is_stale=is_stale, computed=computed, queued_at=NOW
        )

    ordered = [review.lead_id for review in queue.in_order(Review.objects.all())]

    assert ordered == ["stale", "breach", "disputed", "warning", "unsure", "second", "done", "out"]


def test_findings_are_replaced_when_rules_say_something_else(desk: Desk) -> None:
    """One row a rule, and never two of them."""
    before = Finding.objects.count()

    desk.has([])

    assert desk.judged.review
    assert Finding.objects.count() == before
    assert desk.review.computed != "breach"
