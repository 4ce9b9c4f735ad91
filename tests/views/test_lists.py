"""The way from the start page to a lead."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard import upstream
from dashboard.models import WorkflowName
from dashboard.scan.digests import keep
from dashboard.timeline.model import Lead, Timeline, Visit
from tests.stub import Stub

pytestmark = pytest.mark.django_db

WORKFLOWS = "/v1/workflows"
LEADS = "/v1/workflows/workflow_a1/leads"


def workflow(number: int, **fields: object) -> dict[str, object]:
    return {"id": f"workflow_a{number}", "title": f"Loan follow-up {number}", "status": "active", **fields}


def lead(number: int, **fields: object) -> dict[str, object]:
    return {"id": f"lead_{number:03}", "phone_number": f"+9198123{number:05}", "status": "pending", **fields}


def test_workflow_list_links_to_each_workflow(ops: Client, stub: Stub) -> None:
    """The live doubly wrapped list becomes titles, statuses and links."""
    meta = {"totalItems": 2, "itemsPerPage": 100, "totalPages": 1, "currentPage": 1}
    stub.answer(WORKFLOWS, {"data": {"data": [workflow(1), workflow(2, status="paused")], "meta": meta}})

    page = ops.get("/").content.decode()

    assert 'href="/workflows/workflow_a1/"' in page
    assert "Loan follow-up 2" in page
    assert "paused" in page


def test_workflow_list_pages_with_upstream(ops: Client, stub: Stub) -> None:
    """Where DialNexa pages its list, so does Leadline."""
    meta = {"totalItems": 250, "itemsPerPage": 100, "totalPages": 3, "currentPage": 2}
    stub.answer(WORKFLOWS, {"data": [workflow(1)], "meta": meta})

    page = ops.get("/", {"page": 2}).content.decode()

    assert "Page 2 of 3" in page
    assert 'href="?all=1"' in page
    assert 'href="?page=3"' in page


def test_workflow_list_without_workflows_says_so(ops: Client, stub: Stub) -> None:
    """An empty workspace is not an error."""
    stub.answer(WORKFLOWS, {"data": [], "meta": {"totalItems": 0}})

    assert "No workflows yet" in ops.get("/").content.decode()


def test_lead_list_masks_phones(ops: Client, stub: Stub) -> None:
    """Leads by id, with the number masked and the status in words."""
    stub.answer(LEADS, {"statusCode": 200, "data": [lead(7)], "count": 1})

    page = ops.get("/workflows/workflow_a1/").content.decode()

    assert 'href="/workflows/workflow_a1/leads/lead_007/?list=-"' in page
    assert "9812300007" not in page
    assert "••07" in page
    assert stub.seen == [LEADS]


def test_lead_list_that_came_whole_is_paged_here(ops: Client, stub: Stub) -> None:
    """DialNexa ignored paging: the second page shows the second hundred, and the page says so."""
    stub.answer(LEADS, {"statusCode": 200, "data": [lead(number) for number in range(250)], "count": 250})

    page = ops.get("/workflows/workflow_a1/", {"page": 2}).content.decode()

    assert "lead_100" in page
    assert "lead_199" in page
    assert "lead_099" not in page
    assert "lead_200" not in page
    assert "Page 2 of 3" in page
    assert "sent the whole list at once" in page


def test_lead_list_shows_the_title_once_known(ops: Client, stub: Stub) -> None:
    """The workflow's title is remembered from the list it was opened from: no further upstream call."""
    stub.answer(WORKFLOWS, {"data": [workflow(1)]})
    stub.answer(LEADS, {"data": [lead(1)], "count": 1})

    ops.get("/")
    page = ops.get("/workflows/workflow_a1/").content.decode()

    assert "<h1>Loan follow-up 1" in page
    assert stub.seen == [WORKFLOWS, LEADS]


def test_title_is_known_to_a_process_that_has_not_read_it(ops: Client, stub: Stub) -> None:
    """Whichever worker answers, a workflow has its name, and after it was renamed the new one."""
    stub.answer(LEADS, {"data": [lead(1)], "count": 1})
    for title in ("Loan follow-up", "Loans, second half"):
        stub.answer(WORKFLOWS, {"data": [workflow(1, title=title, description="Calls who asked"), workflow(2)]})
        stub.mend()
        ops.get("/")
        upstream.forget()  # as another process, or after a restart
        stub.seen.clear()

        page = ops.get("/workflows/workflow_a1/").content.decode()

        assert f"<h1>{title}" in page
        assert "Calls who asked" in page
        assert stub.seen == [LEADS]
        upstream.forget()


def test_names_that_are_kept_already_are_not_written_again(ops: Client, stub: Stub) -> None:
    """A list that says nothing new costs no transaction, odd rows among its own do not spoil the rest."""
    rows = [workflow(1), workflow(1, title="Said twice"), workflow(2), {"title": "No id"}, workflow(3, title="x" * 999)]
    stub.answer(WORKFLOWS, {"data": rows})
    ops.get("/")
    upstream.forget()

    with CaptureQueriesContext(connection) as asked:
        ops.get("/")

    assert WorkflowName.objects.count() == 3
    assert not [query for query in asked if query["sql"].startswith("INSERT")]


def test_trouble_with_names_takes_no_list_away(ops: Client, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database may be full, or another process may write for too long."""

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(QuerySet, "bulk_create", fail)
    stub.answer(WORKFLOWS, {"data": [workflow(1), workflow(2)]})

    assert "Loan follow-up 2" in ops.get("/").content.decode()


def test_lists_keep_a_row_without_an_id(ops: Client, stub: Stub) -> None:
    """A row that cannot be opened is shown all the same, without a link."""
    stub.answer(WORKFLOWS, {"data": [workflow(1, id=None)]})
    stub.answer(LEADS, {"data": [lead(1, id="../x")], "count": 1})

    pages = [ops.get("/").content.decode(), ops.get("/workflows/workflow_a1/").content.decode()]

    assert all("gave no id to open it by" in page for page in pages)


def test_lead_list_without_leads_says_so(ops: Client, stub: Stub) -> None:
    """A workflow nobody is enrolled in."""
    stub.answer(LEADS, {"data": [], "count": 0})

    assert "No leads" in ops.get("/workflows/workflow_a1/").content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "1e9", "abc", "1;2", "99999999999"])
def test_lists_refuse_a_page_they_cannot_read(ops: Client, stub: Stub, number: str) -> None:
    """A page number that is none is a 400 with a sentence."""
    assert ops.get("/", {"page": number}).status_code == 400
    assert ops.get("/workflows/workflow_a1/", {"page": number}).status_code == 400
    assert stub.seen == []


def test_leads_path_cut_by_hand_leads_to_the_list(ops: Client, stub: Stub) -> None:
    """Somebody who cuts the lead's id off the address finds the list."""
    response = ops.get("/workflows/workflow_a1/leads/?page=2")

    assert response.status_code == 302
    assert response["Location"] == "/workflows/workflow_a1/?page=2"


def test_only_workflow_is_opened_at_once(ops: Client, stub: Stub) -> None:
    """One there is, and no choice; the list itself can still be asked for."""
    stub.answer(WORKFLOWS, {"data": [workflow(1)]})

    assert ops.get("/")["Location"] == "/workflows/workflow_a1/"
    assert ops.get("/?all=1").status_code == 200


def test_workflows_are_searched_and_sorted(ops: Client, stub: Stub) -> None:
    """By title or id, by any column, with the state in the address."""
    stub.answer(WORKFLOWS, {"data": [workflow(number) | {"title": f"Flow {9 - number}"} for number in (1, 2, 3)]})

    found = ops.get("/?q=FLOW+7").content.decode()
    turned = ops.get("/?sort=title").content.decode()
    nothing = ops.get("/?q=zzz").content.decode()

    assert re.findall(r'data-workflow="(\w+)"', found) == ["workflow_a2"]
    assert re.findall(r'data-workflow="(\w+)"', turned) == ["workflow_a3", "workflow_a2", "workflow_a1"]
    assert "No workflow fits." in nothing
    assert ops.get("/?sort=phone").status_code == 400


def test_workflow_tells_how_many_leads_are_stuck_once_known(ops: Client, stub: Stub) -> None:
    """Not scanned, none, or how many, with the age of the newest reading; of a paused workflow none."""
    stub.answer(WORKFLOWS, {"data": [workflow(1), workflow(2) | {"status": "paused"}, workflow(3)]})
    due_at = datetime.now(UTC) - timedelta(hours=1)
    visit = Visit(1, 1, "n", "TIME", "Wait", "waiting", entered_at=due_at, due_at=due_at, is_open=True)
    for number in (1, 2):
        timeline = Timeline(f"workflow_a{number}", Lead("lead_a", status="active"), (visit,))
        keep(timeline.workflow_id, [(timeline, datetime.now(UTC))])

    page = ops.get("/").content.decode()

    cells = re.findall(r'data-label="Stuck">(.*?)</td>', page)
    assert "1 stuck" in cells[0]
    assert "none" in cells[1]
    assert "not scanned" in cells[2]
