"""The queue's list in the admin: order, filters, search, many at once, and as a file."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.admin.review import exporting
from dashboard.models import AuditEvent, Digest, Finding, Review
from tests.people import person
from tests.reviewing.desk import NOW, Desk

pytestmark = pytest.mark.django_db

QUEUE = "/admin/dashboard/review/"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def put(name: str, **fields: Any) -> Review:
    given = {"workflow_id": "wf_q", "queued_at": NOW, "computed": "breach", **fields}
    return Review.objects.create(lead_id=name, **given)


def listed(page: str) -> list[str]:
    """The leads of a page, in its order."""
    return re.findall(r'class="field-lead[^"]*"><a [^>]*>([^<]+)</a>', page)


@pytest.fixture
def rita(db: None) -> Client:
    return browser(person("reviewer", "rita"))


def test_queue_shows_what_waits_first_and_the_worst_at_the_top(rita: Client) -> None:
    """Stale before unreviewed, breaches before warnings, done ones last."""
    put("done", state="signed", verdict="passed")
    put("warning", computed="warning")
    put("breach")
    put("stale", state="signed", verdict="passed", is_stale=True, computed="clear")

    page = rita.get(QUEUE).content.decode()

    assert listed(page) == ["stale", "breach", "warning", "done"]
    assert '<span class="result result-breach"><span aria-hidden="true">✕</span> breach</span>' in page
    assert "stale, was signed off" in page


def test_queue_shows_masked_numbers_and_records_that_it_was_read(desk: Desk) -> None:
    """By digests: nobody is asked, and no number stands in the page."""
    asked = len(desk.stub.seen)

    page = browser(desk.rita).get(QUEUE, {"waits": "review"}).content.decode()

    assert "••78" in page
    assert "9812345678" not in page
    assert len(desk.stub.seen) == asked
    assert "waits=review" in AuditEvent.objects.get(action="queue.read").detail


def test_page_of_fifty_costs_the_queries_of_five(rita: Client) -> None:
    """No query per row."""
    counts = []
    for rows in (5, 45):
        for _ in range(rows):
            review = put(f"lead_{Review.objects.count():03}", reviewer=User.objects.get(), verdict="passed")
            Finding.objects.create(review=review, pack="p 1", rule_id="R", result="breach")
        rita.get(QUEUE)
        with CaptureQueriesContext(connection) as queries:
            assert len(listed(rita.get(QUEUE).content.decode())) == Review.objects.count()
        counts.append(len(queries))

    assert counts[0] == counts[1]


FILTERS = [
    ({"waits": "review"}, {"open", "other"}),
    ({"waits": "stale"}, {"stale"}),
    ({"waits": "second"}, {"second"}),
    ({"waits": "dispute"}, {"disputed"}),
    ({"waits": "nothing"}, {"signed", "out"}),
    ({"waits": "anything"}, {"open", "other", "stale", "second", "disputed"}),
    ({"computed": "warning"}, {"other"}),
    ({"verdict": "passed"}, {"signed", "stale", "disputed"}),
    ({"rule": "IN-RBI-HOURS"}, {"open"}),
    ({"state__exact": "disputed"}, {"disputed"}),
    ({"why__exact": "sample"}, {"other"}),
    ({"workflow_id": "wf_other"}, {"other"}),
    ({"is_stale__exact": "1"}, {"stale"}),
    ({"reviewed_at__gte": "2026-03-03 00:00:00+00:00", "reviewed_at__lt": "2026-03-04 00:00:00+00:00"}, {"signed"}),
    ({"q": "open"}, {"open"}),
    ({"q": "ope"}, set()),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS, ids=[str(query) for query, _ in FILTERS])
def test_queue_is_filtered_and_searched(rita: Client, query: dict[str, str], expected: set[str]) -> None:
    """Each filter alone; a lead by its whole id."""
    Finding.objects.create(review=put("open"), pack="in-rbi-recovery 1", rule_id="IN-RBI-HOURS", result="breach")
    other = put("other", workflow_id="wf_other", computed="warning", why="sample")
    Finding.objects.create(review=other, pack="in-rbi-recovery 1", rule_id="IN-RBI-HOURS", result="clear")
    put("signed", state="signed", verdict="passed", reviewed_at=NOW)
    put("stale", state="signed", verdict="passed", is_stale=True)
    put("second", state="second", verdict="breach")
    put("disputed", state="disputed", verdict="passed")
    put("out", state="out")

    answer = rita.get(QUEUE, query)

    assert answer.status_code == 200
    assert set(listed(answer.content.decode())) == expected


def test_queue_is_filtered_by_reviewer(desk: Desk) -> None:
    """Of those who have judged something."""
    desk.passed()
    put("another")

    page = browser(desk.rosa).get(QUEUE, {"reviewer__id__exact": str(desk.rita.pk)}).content.decode()

    assert listed(page) == ["wflead_abc"]


@pytest.mark.parametrize("query", ["verdict__exact=passed", "note__contains=a", "reviewer__password__startswith=m"])
def test_queue_is_not_searched_behind_its_filters(rita: Client, query: str) -> None:
    """What an address may ask is what the filters ask."""
    assert rita.get(f"{QUEUE}?{query}").status_code == 400


@pytest.mark.parametrize(("query", "sentence"), [({}, "The queue is empty"), ({"waits": "stale"}, "Nothing in the q")])
def test_empty_queue_says_what_would_fill_it(rita: Client, query: dict[str, str], sentence: str) -> None:
    """Or that the filters leave nothing."""
    assert sentence in rita.get(QUEUE, query).content.decode()


# --- Many at once


def act(client: Client, action: str, reviews: list[Review], **more: Any) -> Any:
    data = {"action": action, "_selected_action": [review.pk for review in reviews], **more}
    return client.post(QUEUE, data, follow=action != "export")


def test_leads_are_taken_out_with_a_reason(rita: Client) -> None:
    """Those that nobody has judged; of the others it is said why not."""
    reviews = [put("one"), put("two"), put("signed", state="signed", verdict="passed")]

    page = html.unescape(act(rita, "take_out", reviews, reason="Numbers of our own.").content.decode())

    assert "2 taken out of the queue." in page
    assert "1 not: Only what is not judged can be taken out." in page
    assert set(Review.objects.filter(state="out", out_why="Numbers of our own.").values_list("lead_id", flat=True)) == {
        "one",
        "two",
    }
    assert AuditEvent.objects.filter(action="queue.change", reason_text="Numbers of our own.").count() == 2


def test_leads_are_left_to_another_reviewer(rita: Client) -> None:
    """Without a reason none is."""
    reviews = [put("one"), put("two")]

    assert "2 not: Say what somebody else should look at" in act(rita, "leave", reviews).content.decode()
    act(rita, "leave", reviews, reason="Both calls are in Tamil.")

    assert set(Review.objects.values_list("state", "verdict", "reviewer__username")) == {
        ("second", "second_look", "rita")
    }


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_queue_leaves_as_a_file_that_no_spreadsheet_computes(desk: Desk) -> None:
    """What starts like a formula is text; what has left is in the trail by its digest; numbers stay masked."""
    desk.sign(desk.rita, "breach", note='=HYPERLINK("https://evil.example")')

    answer = act(browser(desk.rosa), "export", [desk.review])

    (row,) = rows(answer)
    assert row["note"].startswith("'=HYPERLINK")
    assert (row["lead_id"], row["computed"], row["verdict"], row["reviewer"]) == (
        "wflead_abc",
        "breach",
        "breach",
        "rita",
    )
    assert "98123" not in answer.content.decode()
    recorded = AuditEvent.objects.get(action="export.list").detail
    assert hashlib.sha256(answer.content).hexdigest() in recorded
    assert '"rows":1' in recorded


def test_whole_of_what_was_filtered_leaves(rita: Client) -> None:
    """Beyond the page that is shown."""
    for number in range(60):
        put(f"lead_{number}", computed="warning" if number < 55 else "breach")
    first = Review.objects.filter(computed="warning")[0]

    data = {"action": "export", "_selected_action": [first.pk], "select_across": "1"}
    answer = rita.post(f"{QUEUE}?computed=warning", data)

    assert len(rows(answer)) == 55


def test_exports_are_few_and_bounded(rita: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five an hour, and no more rows than a file may hold."""
    reviews = [put("one"), put("two")]
    monkeypatch.setattr(exporting, "MOST", 1)
    assert act(rita, "export", reviews).status_code == 400

    answers = [act(rita, "export", reviews[:1]).status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]


# --- Blind


def test_list_and_file_hide_what_is_to_be_judged_blindly(desk: Desk, settings: Any) -> None:
    """From whoever may still judge it so; from nobody else."""
    settings.REVIEW_BLIND_PERCENT = 100
    desk.passed()
    client = browser(desk.rosa)

    page = client.get(QUEUE).content.decode()
    (row,) = rows(act(client, "export", [desk.review]))

    assert "hidden: repeat it blindly" in page
    assert "passed, by" not in page
    assert (row["verdict"], row["reviewer"], row["note"]) == ("repeated blindly by you", "", "")
    assert listed(client.get(QUEUE, {"verdict": "passed"}).content.decode()) == []
    assert listed(client.get(QUEUE, {"waits": "blind"}).content.decode()) == ["wflead_abc"]
    assert "passed, by rita" in browser(desk.rita).get(QUEUE).content.decode()


def test_lead_list_hides_what_is_to_be_judged_blindly(desk: Desk, settings: Any) -> None:
    """What was computed stands there instead, for whoever may still judge it so."""
    settings.REVIEW_BLIND_PERCENT = 100
    desk.passed()
    table = f"/workflows/{desk.review.workflow_id}/?sort=-dials"

    mine, theirs = (browser(user).get(table).content.decode() for user in (desk.rita, desk.rosa))

    assert "by a reviewer" in mine
    assert "by a reviewer" not in theirs
    assert "computed" in theirs


def test_head_of_the_queue_says_how_sure_judgements_are(desk: Desk, settings: Any) -> None:
    """Once something was repeated: the share, of how many, and between what."""
    settings.REVIEW_BLIND_PERCENT = 100
    desk.passed()
    client = browser(desk.rosa)
    assert "nobody can say how often two reviewers agree" in client.get(QUEUE).content.decode()

    data = {"act": "blind", "verdict": "passed", "version": desk.review.version}
    client.post(f"{QUEUE}{desk.review.pk}/change/", data)

    assert "agree with the first in 1 of 1: 100 %" in client.get(QUEUE).content.decode()


def test_lead_that_no_digest_knows_is_listed_all_the_same(desk: Desk) -> None:
    """Digests are forgotten after a while; the queue is not."""
    Digest.objects.all().delete()
    Review.objects.update(queued_at=NOW - timedelta(days=400))

    page = browser(desk.rita).get(QUEUE).content.decode()

    assert listed(page) == ["wflead_abc"]
    assert "not known" in page
