"""The stuck board, out of digests, in front of somebody of the ops team."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from dashboard import stuck, upstream
from dashboard.demo.server import DemoServer
from dashboard.models import Digest
from dashboard.scan import orders, turn
from dashboard.scan.digests import keep
from dashboard.timeline.model import Lead, Timeline, Visit
from tests.strategies import NOW
from tests.stub import Stub

pytestmark = pytest.mark.django_db
WORKFLOW = "wf_board"
URL = f"/workflows/{WORKFLOW}/stuck/"


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def says(stub: Stub, status: str = "active", leads: int | None = None) -> None:
    body = {"id": WORKFLOW, "title": "Follow-up", "status": status, "enrolled_leads": leads}
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"data": body})


def wait(lead_id: str, due_in: timedelta | None, node: str = "node_wait", label: str = "Wait 2 hours") -> Timeline:
    """A lead that waits at a node since three hours, to be released in so long."""
    due_at = NOW + due_in if due_in is not None else None
    visit = Visit(
        1, 1, node, "TIME", label, "waiting", entered_at=NOW - timedelta(hours=3), due_at=due_at, is_open=True
    )
    return Timeline(WORKFLOW, Lead(lead_id, phone="+919812345678", status="active"), (visit,))


def known(*timelines: Timeline, age: timedelta = timedelta(minutes=5)) -> None:
    keep(WORKFLOW, [(timeline, NOW - age) for timeline in timelines])


def text(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(plain).split())


def test_board_lists_stuck_leads_longest_overdue_first(ops: Client, stub: Stub) -> None:
    """Each with its node, how late, why, what to check, the age of the reading, and a link to the very visit."""
    says(stub)
    known(wait("lead_a", timedelta(hours=-1)), wait("lead_b", timedelta(hours=-2)), wait("lead_c", timedelta(hours=1)))

    response = ops.get(URL)

    page, said = response.content.decode(), text(response)
    stuck_part = page.partition("Waiting, the next")[0]
    assert "2 leads stuck" in said
    assert re.findall(r'<tr data-lead="(\w+)"', stuck_part) == ["lead_b", "lead_a"]
    assert f'href="/workflows/{WORKFLOW}/leads/lead_b/?visit=1"' in page
    assert "Stuck at “Wait 2 hours”: its release is overdue by 2 h." in said
    assert "Check the field that sets the release time" in said
    assert "5 min ago" in said
    assert "Wait 2 hours 2 longest 1 h 45 min" in said


def test_waiting_is_apart_from_stuck(ops: Client, stub: Stub) -> None:
    """With and without a release; within the grace nobody is late."""
    says(stub)
    known(wait("lead_a", timedelta(minutes=-14)), wait("lead_b", timedelta(hours=1)), wait("lead_c", None))

    said = text(ops.get(URL))

    assert "No lead is stuck" in said
    assert "2 with a release given, 1 without." in said


def test_paused_workflow_holds_its_leads_and_nothing_is_late(ops: Client, stub: Stub) -> None:
    """However long their release is past."""
    says(stub, status="paused")
    known(wait("lead_a", timedelta(days=-3)))

    said = text(ops.get(URL))

    assert "Held: the workflow is paused" in said
    assert "stuck" not in said.partition("Held:")[2].partition("What is known")[0]
    assert "Held by pause at “Wait 2 hours”." in said


def test_slower_than_usual_says_of_how_many_stays(ops: Client, stub: Stub) -> None:
    """Only where enough finished stays are known, and only for who is not stuck anyway."""
    says(stub)
    done = [
        Timeline(
            WORKFLOW,
            Lead(f"lead_{number}", status="completed"),
            (Visit(1, 1, "node_wait", "TIME", "Wait", "completed", entered_at=NOW, left_at=NOW + timedelta(hours=1)),),
        )
        for number in range(25)
    ]
    known(*done, wait("lead_slow", timedelta(hours=1)), wait("lead_other", timedelta(hours=1), node="node_else"))

    said = text(ops.get(URL))

    assert "Longer than 95 % of 25 stays there: usually at most 1 h." in said
    assert said.count("Longer than 95 %") == 1
    assert "lead_slow" in said.partition("Slower than usual")[2].partition("Waiting")[0]


def test_board_of_one_node(ops: Client, stub: Stub) -> None:
    """A group's link shows its leads alone."""
    says(stub)
    late = timedelta(hours=-1)
    known(wait("lead_a", late), wait("lead_b", late, node="node/odd & <b>", label="<b>Odd</b>"))

    page = ops.get(URL).content.decode()
    link = next(href for href in re.findall(r'href="([^"]*\?node=[^"]*)"', page) if "odd" in href)
    one = ops.get(html.unescape(link)).content.decode()

    assert "<b>Odd" not in page
    assert re.findall(r'<tr data-lead="(\w+)"', one) == ["lead_b"]


def test_nothing_known_and_old_readings_are_said(ops: Client, stub: Stub) -> None:
    """Never a green that was not computed."""
    says(stub, leads=900)

    assert "nobody can say which leads are stuck" in text(ops.get(URL))
    known(wait("lead_a", timedelta(hours=-1)), age=timedelta(days=2))
    said = text(ops.get(URL))

    assert "By 1 history of 900 leads, read between 2 d ago and 2 d ago. That is long ago" in said


def test_board_pages_and_its_queries_do_not_grow(ops: Client, stub: Stub, django_assert_max_num_queries: Any) -> None:
    """A hundred to a page; the count is exact."""
    says(stub)
    known(*(wait(f"lead_{number:03}", timedelta(hours=-1 - number)) for number in range(250)))

    with django_assert_max_num_queries(24):
        page = ops.get(f"{URL}?page=3")

    assert "250 leads stuck" in text(page)
    assert "Page 3 of 3" in text(page)
    assert len(re.findall(r"<tr data-lead", page.content.decode())) == 50
    assert stub.seen.count(f"/v1/workflows/{WORKFLOW}") == 1


def test_board_says_what_the_timeline_says(ops: Client, settings: Any) -> None:
    """For every scenario of the demo: the same kind and the same sentence, by digest and by history."""
    with DemoServer(key=settings.DIALNEXA_API_KEY, now=NOW) as demo:
        settings.DIALNEXA_BASE_URL = demo.url
        upstream.forget()
        for workflow_id in ("workflow_homeloan01", "workflow_emi01"):
            turn.work(orders.start(workflow_id).pk)
            board = text(ops.get(f"/workflows/{workflow_id}/stuck/"))
            for digest in Digest.objects.filter(workflow_id=workflow_id):
                page = ops.get(f"/workflows/{workflow_id}/leads/{digest.lead_id}/").content.decode()
                kind = re.findall(r'data-standing="(\w+)"', page)[0]
                sentence = text_of_standing(page)
                assert (kind in ("stuck", "waiting", "held")) == (sentence in board), (digest.lead_id, kind, sentence)
        upstream.forget()


def text_of_standing(page: str) -> str:
    said = re.findall(r"</strong> (.+)\n", page.partition("data-standing=")[2])[0]
    return html.unescape(said).strip()


def test_counts_tell_of_many_workflows_at_once(django_assert_num_queries: Any) -> None:
    """For the list of workflows: two statements."""
    known(wait("lead_a", timedelta(hours=-1)), wait("lead_b", timedelta(hours=1)))

    with django_assert_num_queries(2):
        found = stuck.counts([WORKFLOW, "wf_unknown"], now=NOW)

    assert list(found) == [WORKFLOW]
    assert (found[WORKFLOW].count, found[WORKFLOW].stuck) == (2, 1)


def test_board_shows_no_number_in_clear(ops: Client, stub: Stub) -> None:
    """Masked, as everywhere."""
    says(stub)
    known(wait("lead_a", timedelta(hours=-1)))

    page = ops.get(URL).content.decode()

    assert "9812345678" not in page
    assert "•••• ••78" in page


def test_board_on_the_workflow_page_is_refreshed_when_something_is_new(ops: Client, stub: Stub) -> None:
    """A new reading is; the passing of a minute is not; upstream is asked nothing."""
    known(wait("lead_a", timedelta(hours=-1)))
    headers = {"HX-Request": "true"}

    first = ops.get(f"{URL}live/", headers=headers)
    again = ops.get(f"{URL}live/", headers={**headers, "If-None-Match": first["ETag"]})
    known(wait("lead_b", timedelta(hours=-2)))
    fresh = ops.get(f"{URL}live/", headers={**headers, "If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, fresh.status_code) == (200, 304, 200)
    assert "2 leads stuck" in text(fresh)
    assert stub.seen == []
    assert ops.get(f"{URL}live/")["Location"] == f"/workflows/{WORKFLOW}/"


def test_workflow_page_can_be_paused(ops: Client, stub: Stub) -> None:
    """In its address."""
    stub.answer(f"/v1/workflows/{WORKFLOW}/leads", {"data": [], "count": 0})

    assert "data-live=" in ops.get(f"/workflows/{WORKFLOW}/").content.decode()
    assert "data-live=" not in ops.get(f"/workflows/{WORKFLOW}/?live=off").content.decode()
