"""The pages of a scan."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dashboard.models import Scan, ScanItem
from dashboard.scan import orders, turn
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, WORKFLOW, history

pytestmark = pytest.mark.django_db
SCANS = f"/workflows/{WORKFLOW}/scans/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def leads(stub: Stub) -> Stub:
    """One lead that can be read, and one that is gone."""
    rows = [{"id": LEAD, "status": "completed"}, {"id": "lead_gone", "status": "active"}]
    stub.answer(f"/v1/workflows/{WORKFLOW}/leads", {"data": rows, "count": 2})
    stub.answer(HISTORY, history())
    return stub


def test_scan_is_started_shown_and_read_by_a_worker(ops: Client, leads: Stub) -> None:
    """The button queues one scan and leads to its page, which says what came of it."""
    response = ops.post(SCANS)
    scan = Scan.objects.get()
    assert response["Location"] == f"{SCANS}{scan.pk}/"
    assert DBTaskResult.objects.count() == 1
    waiting = ops.get(response["Location"])
    assert "No worker has taken it up yet" in waiting.content.decode()

    turn.work(scan.pk)
    page = ops.get(response["Location"]).content.decode()

    assert "asked for" in page
    assert "by olga" in page
    assert "<dt>Read</dt><dd>1</dd>" in page
    assert "<dt>Failed</dt><dd>1</dd>" in page
    assert f'<a href="/workflows/{WORKFLOW}/leads/lead_gone/">lead_gone</a></th><td>Not found.</td>' in page


def test_fragment_asks_again_until_the_scan_is_over(ops: Client, leads: Stub) -> None:
    """While it goes on the part polls itself; the last answer says stop."""
    scan = orders.start(WORKFLOW)
    url = f"{SCANS}{scan.pk}/"

    going = ops.get(url, headers=HTMX)
    turn.work(scan.pk)
    over = ops.get(url, headers=HTMX)

    assert (going.status_code, over.status_code) == (200, 286)
    assert 'hx-trigger="every 2s"' in going.content.decode()
    assert "hx-trigger" not in over.content.decode()
    assert "<html" not in going.content.decode()


def test_scan_is_cancelled_and_resumed(ops: Client, leads: Stub) -> None:
    """By buttons that post; each leads back to the page."""
    scan = orders.start(WORKFLOW)

    ops.post(f"{SCANS}{scan.pk}/cancel/")
    scan.refresh_from_db()
    assert scan.state == "cancelled"
    assert "Go on with what failed or was left" in ops.get(f"{SCANS}{scan.pk}/").content.decode() or not scan.listed

    ops.post(f"{SCANS}{scan.pk}/resume/")
    scan.refresh_from_db()
    assert scan.state == "queued"


def test_scan_of_a_part_keeps_its_question(ops: Client, leads: Stub) -> None:
    """A sample by its seed, of a status."""
    ops.post(SCANS, {"lead_status": "active", "sample": "5", "seed": "7"})

    scan = Scan.objects.get()

    assert (scan.lead_status, scan.sample, scan.seed) == ("active", 5, 7)
    assert "A sample of 5 leads, seed 7, of those that are active" in ops.get(f"{SCANS}{scan.pk}/").content.decode()


@pytest.mark.parametrize("wrong", [{"sample": "0"}, {"sample": "many"}, {"seed": "-1"}, {"lead_status": "<b>"}])
def test_question_that_can_not_be_read_starts_nothing(ops: Client, leads: Stub, wrong: dict[str, str]) -> None:
    """400 with a sentence, and no scan."""
    response = ops.post(SCANS, wrong)

    assert response.status_code == 400
    assert not Scan.objects.exists()


def test_reading_a_page_starts_nothing(ops: Client, leads: Stub) -> None:
    """Only a POST with its token does; a signed-out person gets neither."""
    scan = orders.start(WORKFLOW)

    for path in (SCANS, f"{SCANS}{scan.pk}/cancel/", f"{SCANS}{scan.pk}/resume/"):
        assert ops.get(path).status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.cookies = ops.cookies
    assert guarded.post(SCANS).status_code == 403
    assert Client().post(SCANS).status_code == 302
    assert Scan.objects.count() == 1


def test_scan_of_another_workflow_is_not_found(ops: Client, leads: Stub) -> None:
    """The number alone opens nothing."""
    scan = orders.start("wf_other")

    assert ops.get(f"{SCANS}{scan.pk}/").status_code == 404
    assert ops.post(f"{SCANS}{scan.pk}/cancel/").status_code == 404


def test_page_of_a_scan_costs_no_upstream_call_and_few_queries(
    ops: Client, leads: Stub, django_assert_max_num_queries
) -> None:
    """However many leads it has."""
    scan = orders.start(WORKFLOW)
    Scan.objects.update(state=Scan.State.RUNNING, listed=300, started_at=timezone.now())
    ScanItem.objects.bulk_create(
        ScanItem(scan=scan, lead_id=f"lead_{n}", position=n, state="failed", error="Not found.") for n in range(300)
    )

    with django_assert_max_num_queries(7):
        page = ops.get(f"{SCANS}{scan.pk}/").content.decode()

    assert leads.seen == []
    assert "The first 50 of 300." in page
