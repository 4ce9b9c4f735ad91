"""A scan from its start to its end, in this process, over real HTTP."""

from __future__ import annotations

import random
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from dashboard.models import Digest, Scan, ScanItem
from dashboard.scan import leases, orders, turn
from dashboard.scan.listing import sample
from tests.scan.many import LEADS, NAME, PHONE, VALUE, WORKFLOW, Many, history, history_path, ids, listed

pytestmark = pytest.mark.django_db


def paged(lead_ids: list[str], page: int) -> dict[str, Any]:
    meta = {"page": page, "limit": 100, "total": 130, "totalPages": 2}
    return {"data": [listed(lead_id) for lead_id in lead_ids], "meta": meta}


def run(**question: Any) -> Scan:
    scan = orders.start(WORKFLOW, is_told=False, **question)
    turn.work(scan.pk)
    scan.refresh_from_db()
    return scan


def test_scan_reads_every_lead_once_and_keeps_its_digest(many: Many) -> None:
    """One call for the list, one for each history; then it is done."""
    many.has(30)

    scan = run()

    progress = orders.progress(scan)
    assert (scan.state, scan.listed) == ("done", 30)
    assert (progress.total, progress.done, progress.failed, progress.left) == (30, 30, 0, 0)
    assert set(Digest.objects.values_list("lead_id", flat=True)) == set(ids(30))
    assert set(many.reads.values()) == {1}
    assert many.stub.seen.count(LEADS) == 1


def test_scan_keeps_nothing_personal(many: Many) -> None:
    """Neither number, name nor variable stands in any table."""
    many.has(2)

    run()

    dump = StringIO()
    call_command("dumpdata", "dashboard", stdout=dump)
    assert "lead_001" in dump.getvalue()
    assert all(secret not in dump.getvalue() for secret in (PHONE, PHONE[1:], NAME, VALUE))


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([{"data": [listed(i) for i in ids(100)]}] * 3, id="page ignored, no word of pages"),
        pytest.param(
            [paged(ids(100), 1), paged(ids(130)[100:], 2)],
            id="paged",
        ),
        pytest.param([[listed(i) for i in ids(100)], [listed(i) for i in ids(120)[100:]]], id="bare lists"),
    ],
)
def test_scan_lists_every_lead_however_upstream_pages(many: Many, pages: list[Any]) -> None:
    """Every lead of every page once, and no asking without end."""
    wanted = {row["id"] for body in pages for row in (body if isinstance(body, list) else body["data"])}
    for body in pages:
        many.stub.answer(LEADS, body)
    for lead_id in wanted:
        many.stub.answer(history_path(lead_id), history(lead_id))

    scan = run()

    assert scan.state == "done"
    assert {item.lead_id for item in scan.items.all()} == wanted
    assert many.stub.seen.count(LEADS) <= len(pages)


def test_scan_of_a_status_reads_only_its_leads_where_upstream_ignores_it(many: Many) -> None:
    """The list came whole, with every status in it."""
    many.stub.answer(LEADS, {"data": [listed("lead_001"), listed("lead_002", "completed")], "count": 2})
    many.stub.answer(history_path("lead_001"), history("lead_001"))

    scan = run(lead_status="active")

    assert [item.lead_id for item in scan.items.all()] == ["lead_001"]
    assert scan.state == "done"


def test_sample_is_repeated_by_its_seed(many: Many) -> None:
    """The same seed reads the same leads, another one others."""
    many.has(40)

    chosen = [{item.lead_id for item in run(sample=10, seed=seed).items.all()} for seed in (7, 7, 8)]

    assert [len(leads) for leads in chosen] == [10, 10, 10]
    assert chosen[0] == chosen[1] != chosen[2]


@given(st.sets(st.text("abc123", min_size=1), max_size=30), st.integers(0, 99), st.integers(0, 40), st.integers())
def test_sample_depends_on_the_seed_alone(leads: set[str], seed: int, size: int, shuffle: int) -> None:
    """Not on the order of the list; and a larger sample holds the smaller one."""
    shuffled = sorted(leads)
    random.Random(shuffle).shuffle(shuffled)

    drawn = sample(leads, size, seed)

    assert sample(shuffled, size, seed) == drawn
    assert sample(leads, size + 1, seed)[: len(drawn)] == drawn
    assert len(drawn) == min(size, len(leads))


def test_busy_upstream_stops_everybody_and_costs_no_lead(many: Many, settings: Any) -> None:
    """A 429 holds all requests as long as it asks for; its lead is read afterwards and does not count as failed."""
    settings.SCAN_CONCURRENCY = 1
    many.has(5, lead_002=[(429, {"statusCode": 429}, {"Retry_After": "9"}), (200, history("lead_002"))])
    began = timezone.now()
    scan = orders.start(WORKFLOW, is_told=False)

    with time_machine.travel(began, tick=True) as clock:
        seen: list[int] = []

        def watch() -> None:
            seen.append(orders.progress(scan).done)
            if held_until := orders.progress(scan).held_until:
                assert held_until > timezone.now()
                turn.Stop.is_asked = True

        turn.work(scan.pk, watch=watch)
        turn.Stop.is_asked = False
        asked = sum(many.reads.values())
        assert asked < 5
        clock.shift(timedelta(seconds=10))
        turn.work(scan.pk)

    progress = orders.progress(scan)
    assert (progress.done, progress.failed) == (5, 0)
    assert many.reads["lead_002"] == 2


def test_lead_that_is_gone_fails_at_once_and_alone(many: Many) -> None:
    """A 404 is that lead's; the others are read."""
    many.has(4, lead_002=[(404, {"statusCode": 404})])

    scan = run()

    item = scan.items.get(lead_id="lead_002")
    assert (scan.state, item.state, item.error, item.attempts) == ("done", "failed", "Not found.", 1)
    assert orders.progress(scan).done == 3
    assert many.reads["lead_002"] == 1


def test_lead_that_can_not_be_read_is_tried_three_times(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer without a history may have been a bad moment; three are enough."""
    monkeypatch.setattr(leases, "LATER", timedelta(milliseconds=1))
    many.has(2, lead_001=[(200, {"data": None})])

    scan = run()

    item = scan.items.get(lead_id="lead_001")
    assert (item.state, item.attempts) == ("failed", 3)
    assert item.error == "DialNexa answered in a form Leadline can’t read."
    assert many.reads["lead_001"] == 3


def test_refused_key_stops_the_scan_and_it_can_be_resumed(many: Many, settings: Any) -> None:
    """Two refusals in a row are the key's: nothing further is asked. With a good key it goes on where it was."""
    settings.SCAN_CONCURRENCY = 1
    refused = (401, {"statusCode": 401})
    many.has(6, **{i: [refused, (200, history(i))] for i in ids(6)})

    scan = run()

    assert (scan.state, scan.error) == ("failed", "The connection to DialNexa needs attention.")
    assert sum(many.reads.values()) <= 3

    many.stub.mend()
    orders.resume(scan, is_told=False)
    turn.work(scan.pk)

    scan.refresh_from_db()
    assert (scan.state, orders.progress(scan).done) == ("done", 6)


def test_list_that_can_not_be_read_fails_the_scan(many: Many) -> None:
    """An unknown workflow is said so, and nothing was read."""
    scan = run()

    assert (scan.state, scan.error, scan.listed) == ("failed", "Not found.", None)


def test_cancelled_scan_asks_nothing_further(many: Many, settings: Any) -> None:
    """What is under way is kept, the rest stays unread, and it can be resumed."""
    settings.SCAN_REQUESTS_PER_SECOND = 20.0
    many.has(40)
    scan = orders.start(WORKFLOW, is_told=False)

    turn.work(scan.pk, watch=lambda: orders.cancel(scan) if many.reads else None)

    scan.refresh_from_db()
    progress = orders.progress(scan)
    assert scan.state == "cancelled"
    assert 0 < progress.done < 40
    assert progress.done == sum(many.reads.values()) == Digest.objects.count()

    settings.SCAN_REQUESTS_PER_SECOND = 0.0
    orders.resume(scan, is_told=False)
    turn.work(scan.pk)

    assert orders.progress(scan).done == 40
    assert set(many.reads.values()) == {1}


def test_stopped_worker_gives_its_leases_back(many: Many, settings: Any) -> None:
    """SIGTERM ends the turn; nothing is left in its name, and the next turn goes on at once."""
    settings.SCAN_REQUESTS_PER_SECOND = 20.0
    many.has(40)
    scan = orders.start(WORKFLOW, is_told=False)

    def stop() -> None:
        turn.Stop.is_asked = bool(many.reads)

    turn.work(scan.pk, watch=stop)
    turn.Stop.is_asked = False

    assert not scan.items.filter(state=ScanItem.State.LEASED).exists()
    settings.SCAN_REQUESTS_PER_SECOND = 0.0
    turn.work(scan.pk)
    assert orders.progress(scan).done == 40
    assert set(many.reads.values()) == {1}


def test_lease_that_ran_out_is_taken_by_another(many: Many) -> None:
    """A worker that died is not waited for longer than its lease; three deaths are enough for one item."""
    many.has(3)
    scan = orders.start(WORKFLOW, is_told=False)
    Scan.objects.update(state=Scan.State.RUNNING)
    ScanItem.objects.bulk_create(ScanItem(scan=scan, lead_id=i, position=n) for n, i in enumerate(ids(3)))
    late = timezone.now() + timedelta(minutes=2)

    first = leases.take(scan.pk, "dead", 2)
    assert [lease.lead_id for lease in leases.take(scan.pk, "alive", 5)] == ["lead_003"]
    with time_machine.travel(late):
        taken = leases.take(scan.pk, "alive", 5)
        leases.done("dead", first)

    assert {lease.lead_id for lease in taken} == set(ids(3))
    assert {lease.attempts for lease in taken} == {1}
    assert not ScanItem.objects.filter(state=ScanItem.State.DONE).exists()

    for turns in (2, 3):
        with time_machine.travel(late + timedelta(minutes=2 * turns)):
            leases.take(scan.pk, "dead again", 5)

    assert set(ScanItem.objects.values_list("state", flat=True)) == {"failed"}


def test_same_question_twice_is_one_scan(many: Many) -> None:
    """A second click is not a second scan; another question is."""
    first = orders.start(WORKFLOW)

    assert orders.start(WORKFLOW) == first
    assert orders.start(WORKFLOW, sample=5) != first
    assert DBTaskResult.objects.count() == 2


def test_scan_nobody_is_at_is_told_again(many: Many) -> None:
    """Once, however many workers look, and again only when the silence lasts."""
    scan = orders.start(WORKFLOW)
    DBTaskResult.objects.all().delete()

    orders.revive()
    assert DBTaskResult.objects.count() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        orders.revive()
        orders.revive()

    assert DBTaskResult.objects.count() == 1
    scan.refresh_from_db()
    assert scan.state == "queued"


def test_due_scans_are_started(many: Many, settings: Any) -> None:
    """A workflow whose last whole scan is older than the setting says; one with a sample only is not."""
    settings.SCAN_EVERY_HOURS = 6.0
    orders.cancel(orders.start("wf_sampled", sample=3))
    many.has(1)
    run()

    assert orders.start_due() == []
    with time_machine.travel(timezone.now() + timedelta(hours=7)):
        assert [scan.workflow_id for scan in orders.start_due()] == [WORKFLOW]
        settings.SCAN_EVERY_HOURS = 0.0
        assert orders.start_due() == []


def test_old_digests_and_scans_are_forgotten(many: Many, settings: Any) -> None:
    """After DIGEST_DAYS without a new reading, with everything that belongs to them."""
    many.has(3)
    run()

    assert orders.prune() == 0
    with time_machine.travel(timezone.now() + timedelta(days=settings.DIGEST_DAYS + 1)):
        assert orders.prune() == 3

    assert not Digest.objects.exists()
    assert not ScanItem.objects.exists()
