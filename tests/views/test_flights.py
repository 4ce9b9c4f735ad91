"""One call in flight, copies that never cross, and what failures leave of them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from dashboard import upstream
from dashboard.demo.server import DemoServer
from dashboard.dialnexa.errors import NotFoundError
from dashboard.upstream.flights import Flights
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, WORKFLOW, history

LEADS = f"/v1/workflows/{WORKFLOW}/leads"


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> None:
    cache.clear()


def test_f76_fifty_readers_of_one_cold_lead_ask_once(settings: Any) -> None:
    """Whoever comes while the answer is on its way gets the same one."""
    with DemoServer(key=settings.DIALNEXA_API_KEY, latency=0.3) as demo:
        settings.DIALNEXA_BASE_URL = demo.url
        upstream.forget()
        with ThreadPoolExecutor(50) as pool:
            reads = list(pool.map(lambda _: upstream.lead_history("workflow_homeloan01", "lead_priya01"), range(50)))
        asked = len(demo.requests)
        upstream.forget()

    assert asked == 1
    assert len({id(read.value) for read in reads}) == 1


def test_failure_is_shared_and_not_kept() -> None:
    """Everyone who waited hears of it; the next one asks again."""
    flights, gate, asked = Flights(), threading.Event(), []

    def ask() -> None:
        asked.append(1)
        gate.wait(5)
        raise NotFoundError("gone")

    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(flights.once, "key", ask) for _ in range(4)]
        while not asked:
            pass
        threading.Timer(0.1, gate.set).start()
        failures = [one.exception() for one in waiting]

    assert [type(failure) for failure in failures] == [NotFoundError] * 4
    assert asked == [1]
    assert flights.once("key", lambda: 5) == (5, False)


def test_pages_of_many_readers_never_cross(stub: Stub) -> None:
    """T11: sixteen threads, twenty leads in any order: each answer is that of the lead asked for."""
    names = [f"lead_{number}" for number in range(20)]
    for name in names:
        row = {"node_id": f"canary_{name}", "node_type": "SMS", "status": "completed"}
        body = {"data": {"lead": {"id": name, "status": "active"}, "history": [row]}}
        stub.answer(f"/v1/workflows/{WORKFLOW}/leads/{name}/history", body)

    with ThreadPoolExecutor(16) as pool:
        asked = [names[number * 7 % 20] for number in range(400)]
        answers = list(pool.map(lambda name: upstream.lead_history(WORKFLOW, name).value, asked))

    assert [(answer.lead.id, answer.visits[0].node_id) for answer in answers] == [
        (name, f"canary_{name}") for name in asked
    ]


def test_whole_list_is_read_once_for_every_page_and_everyone(stub: Stub) -> None:
    """Whatever page is asked for, for a minute."""
    stub.answer(LEADS, {"data": [{"id": f"lead_{number}"} for number in range(250)], "count": 250})

    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        pages = [upstream.leads(WORKFLOW, page) for page in (1, 2, 3)]
        assert upstream.known_leads(WORKFLOW) == pages[0]
        asked = len(stub.seen)
        clock.shift(61)
        upstream.leads(WORKFLOW, 2)

    assert asked == 1
    assert len(stub.seen) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("status", [429, 503])
def test_f21_f24_last_good_copy_is_shown_while_upstream_fails(ops: Client, stub: Stub, status: int) -> None:
    """Also when it only asks for patience."""
    stub.answer(HISTORY, history())
    stub.answer(HISTORY, {}, status=status, Retry_After="3600")

    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        ops.get(URL)
        clock.shift(301)
        page = ops.get(URL)

    assert page.status_code == 200
    assert "last good copy" in page.content.decode()


@pytest.mark.django_db
def test_f26_refused_key_empties_every_copy(ops: Client, stub: Stub) -> None:
    """After a 401 nothing is shown that was read with that key, of no lead."""
    other = f"/v1/workflows/{WORKFLOW}/leads/lead_other/history"
    for path in (HISTORY, other):
        stub.answer(path, history(status="completed"))
    stub.answer(HISTORY, {}, status=401)
    stub.answer(other, {}, status=503)

    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        ops.get(URL)
        ops.get(URL.replace(LEAD, "lead_other"))
        clock.shift(301)
        ops.get(URL)
        page = ops.get(URL.replace(LEAD, "lead_other"))

    assert page.status_code == 502


@pytest.mark.django_db
def test_read_again_asks_upstream_and_keeps_the_copy_for_bad_times(ops: Client, stub: Stub) -> None:
    """The button posts, comes back to the very page, and the last good copy is still there when upstream fails."""
    stub.answer(HISTORY, history())
    stub.answer(HISTORY, history())
    stub.answer(HISTORY, {}, status=503)
    page = f"{URL}?zone=utc"

    ops.get(page)
    ops.get(page)
    assert stub.seen == [HISTORY]
    answer = ops.post("/read-again/", {"next": page})
    ops.get(page)
    assert (answer.status_code, answer["Location"]) == (303, page)
    assert stub.seen == [HISTORY, HISTORY]

    ops.post("/read-again/", {"next": page})
    assert "last good copy" in ops.get(page).content.decode()


@pytest.mark.django_db
def test_read_again_of_a_list_reads_the_list(ops: Client, stub: Stub) -> None:
    """The list's own copies, and no lead's."""
    stub.answer(LEADS, {"data": [{"id": LEAD}], "count": 1})
    stub.answer("/v1/workflows", {"data": []})
    stub.answer(HISTORY, history())
    for page in (URL, f"/workflows/{WORKFLOW}/", "/"):
        ops.get(page)
        ops.get(page)

    ops.post("/read-again/", {"next": f"/workflows/{WORKFLOW}/?page=1"})
    ops.post("/read-again/", {"next": "/"})
    for page in (URL, f"/workflows/{WORKFLOW}/", "/"):
        ops.get(page)

    assert (stub.seen.count(LEADS), stub.seen.count("/v1/workflows"), stub.seen.count(HISTORY)) == (2, 2, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "", "/nowhere/", "/\\e"]
)
def test_read_again_leads_nowhere_else(ops: Client, address: str) -> None:
    """Only to pages of ours."""
    assert ops.post("/read-again/", {"next": address}).status_code == 400


@pytest.mark.django_db
def test_read_again_is_a_post_and_not_too_often(ops: Client, stub: Stub) -> None:
    """A link or an image can't trigger it, and a finger on the key does not become load upstream."""
    assert ops.get("/read-again/").status_code == 405

    answers = [ops.post("/read-again/", {"next": URL}).status_code for _ in range(8)]

    assert answers == [303] * 6 + [429] * 2
