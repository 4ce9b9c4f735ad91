"""Many people at once, workers that die, a disk that is full: gunicorn as it is deployed, asked over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from dashboard.demo.server import DemoServer
from tests.gunicorn import DATABASE, Place, gunicorn
from tests.settings import ENVIRONMENT
from tests.stub import Stub
from tests.views.conftest import WORKFLOW, history

LEAD = "/workflows/workflow_homeloan01/leads/lead_priya01/"
HISTORY = "/v1/workflows/workflow_homeloan01/leads/lead_priya01/history"
ROWS = """
from dashboard.models import AuditEvent, AuditHead
from django.utils import timezone
AuditEvent.objects.bulk_create(
    AuditEvent(seq=number, at=timezone.now(), action="logout", reason_text="x" * 300, detail="{}", hash=str(number))
    for number in range(1_000_000, 1_030_000)
)
AuditHead.objects.update_or_create(pk=1, defaults={"seq": 1_030_000, "hash": "x"})
"""


def demo(latency: float) -> DemoServer:
    return DemoServer(key=ENVIRONMENT["DIALNEXA_API_KEY"], latency=latency)


@pytest.fixture
def leads() -> Any:
    """Sixty-four leads of one workflow, on a DialNexa of canned answers."""
    stub = Stub()
    yield stub
    stub.close()


def wait_for(there: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def paths(count: int) -> list[tuple[str, str]]:
    """Each lead's page, and its history upstream."""
    return [
        (f"/workflows/{WORKFLOW}/leads/lead_{n}/", f"/v1/workflows/{WORKFLOW}/leads/lead_{n}/history")
        for n in range(count)
    ]


def test_f23_burst_of_429_is_held_off_by_all_together(place: Place, leads: Stub) -> None:
    """Thirty-two people are told to slow down at once: one tries again, the others are told how long."""
    for _, upstream in paths(32):
        leads.answer(upstream, {}, status=429, Retry_After="1")
        leads.answer(upstream, history())

    with gunicorn(place, leads.url) as server, ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda pair: server.get(pair[0]), paths(32)))

    assert {answer.status for answer in answers} <= {200, 503}
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 503)
    asked_twice = [upstream for _, upstream in paths(32) if leads.seen.count(upstream) > 1]
    assert len(asked_twice) <= 4  # one for each second that the burst takes
    assert len(leads.seen) <= 36


def test_f24_upstream_that_keeps_failing_is_left_alone(place: Place, leads: Stub) -> None:
    """Sixty pages cost a dozen requests; each page is told the same, and some when to come again."""
    for _, upstream in paths(60):
        leads.answer(upstream, {}, status=503)

    with gunicorn(place, leads.url) as server:
        answers = [server.get(page) for page, _ in paths(60)]

    assert {answer.status for answer in answers} == {502}
    assert len(leads.seen) <= 12
    assert "Try again in" in answers[-1].body


def test_f75_deploy_drops_no_page_under_way(place: Place) -> None:
    """SIGTERM while a page waits for DialNexa: it is finished, then the server ends."""
    with demo(latency=1.5) as upstream, gunicorn(place, upstream.url) as server, ThreadPoolExecutor(1) as pool:
        page = pool.submit(server.get, LEAD)
        wait_for(lambda: upstream.requests)
        status = server.stop()

        assert page.result().status == 200
        assert "data-visit" in page.result().body
    assert status == 0


def test_f75_killed_worker_takes_nobody_else_along_and_its_intent_stays(place: Place) -> None:
    """The other worker serves on; that somebody had asked, and got nothing, can be read in the trail."""
    with (
        demo(latency=3) as upstream,
        gunicorn(place, upstream.url, workers=2) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        page = pool.submit(server.get, LEAD)
        wait_for(lambda: upstream.requests)
        port = int(upstream.url.rpartition(":")[2])
        busy = [
            worker
            for worker in server.workers()
            if any(one.raddr and one.raddr.port == port for one in worker.net_connections())
        ]
        assert len(busy) == 1
        os.kill(busy[0].pid, signal.SIGKILL)

        assert server.get("/healthz").status == 200
        assert isinstance(page.exception(), OSError)
        trail = server.get("/access/?intents=on").body
        assert 'data-action="timeline.intent"' in trail
        assert 'data-action="timeline.view"' not in trail
        assert not psutil.pid_exists(busy[0].pid) or busy[0].status() == psutil.STATUS_ZOMBIE


def test_f76_fifty_people_and_two_workers_ask_at_most_twice(place: Place) -> None:
    """One cold lead: a worker asks once, whoever else comes waits for that answer."""
    with (
        demo(latency=1) as upstream,
        gunicorn(place, upstream.url, workers=2) as server,
        ThreadPoolExecutor(50) as pool,
    ):
        answers = list(pool.map(lambda _: server.get(LEAD), range(50)))

        # Whoever is too many at once is told when to come again.
        assert {answer.status for answer in answers} <= {200, 503}
        assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 503)
        assert sum(answer.status == 200 for answer in answers) >= 8
        assert [request for request in upstream.requests if HISTORY in str(request)] != []
        assert len([request for request in upstream.requests if HISTORY in str(request)]) <= 2


def test_f77_full_disk_behind_the_log_takes_no_page_away(place: Place) -> None:
    """Every line is lost, every page is there, the trail is written, and health says what is wrong."""
    full = os.open("/dev/full", os.O_WRONLY)
    with demo(latency=0) as upstream, gunicorn(place, upstream.url, stderr=full) as server:
        page = server.get(LEAD)
        health = server.get("/healthz")
        trail = server.get("/access/")
    os.close(full)

    assert page.status == 200
    assert (health.status, health.body) == (200, "degraded: log lines can’t be written\n")
    assert 'data-action="timeline.view"' in trail.body


def test_f80_reader_who_hangs_up_frees_the_worker_and_is_recorded(place: Place) -> None:
    """Thirty thousand rows, a connection that is cut after some: no mark, "aborted", and the server goes on."""
    with demo(latency=0) as upstream, gunicorn(place, upstream.url) as server:
        server.run(ROWS)
        with socket.create_connection(("127.0.0.1", server.port)) as reader:
            head = f"GET /access/trail.csv?action=logout HTTP/1.1\r\nHost: localhost\r\nCookie: {place.cookie}\r\n\r\n"
            reader.sendall(head.encode())
            received = reader.recv(100_000, socket.MSG_WAITALL)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        details: list[dict[str, Any]] = []
        deadline = time.monotonic() + 30
        while len(details) < 2 and time.monotonic() < deadline:
            time.sleep(0.2)
            with sqlite3.connect(place.folder / DATABASE) as database:
                sql = "SELECT detail FROM dashboard_auditevent WHERE action = 'audit.export' ORDER BY seq"
                details = [json.loads(detail) for (detail,) in database.execute(sql)]
        health = server.get("/healthz")

    assert len(received) == 100_000
    assert b"# complete" not in received
    assert [detail["state"] for detail in details] == ["begun", "aborted"]
    assert 0 < details[1]["rows"] < 30_000
    assert health.status == 200
