"""The web process as it is deployed: gunicorn with its threads and signals, over a DialNexa that is late or silent."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from dashboard.demo.server import DemoServer
from tests.gunicorn import DATABASE, Answer, Place, Server, gunicorn, prepared
from tests.services import postgres_database
from tests.settings import ENVIRONMENT

WORKFLOW = "/workflows/workflow_scale01/leads"
OVER = "/workflows/workflow_homeloan01/leads/lead_priya01/"  # its path is over: minutes in memory
SILENT = "/workflows/workflow_faults01/leads/lead_hang/"  # twenty seconds of silence
LONG = 40.0  # seconds, for what must not depend on how fast this machine is
FEW = "32"  # threads: two at work, ten in the queue, sixteen waiting for DialNexa


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def demo() -> Iterator[DemoServer]:
    with DemoServer(key=ENVIRONMENT["DIALNEXA_API_KEY"], latency=1.0) as server:
        yield server


@pytest.fixture
def web(request: pytest.FixtureRequest, place: Place, demo: DemoServer) -> Iterator[Server]:
    """Over SQLite, or what the test's parameter says."""
    with ExitStack() as services:
        if getattr(request, "param", "") == "postgres":
            place = prepared(place.folder, services.enter_context(postgres_database()))
        yield services.enter_context(gunicorn(place, demo.url, WEB_THREADS=FEW))


def asked_in(pool: ThreadPoolExecutor, web: Server, paths: list[str]) -> list[Future[Answer]]:
    return [pool.submit(web.get, path) for path in paths]


@pytest.mark.parametrize(
    "web", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True, ids=["SQLite", "PostgreSQL"]
)
def test_silent_dialnexa_takes_nothing_from_what_does_not_ask_it(web: Server, demo: DemoServer) -> None:
    """More pages wait than are at work at once, or than the pool has connections; all others are as ever."""
    assert web.get(OVER).status == 200

    with ThreadPoolExecutor() as pool:
        waiting = asked_in(pool, web, [SILENT] * 4)
        wait_until(lambda: any("lead_hang" in path for _, path in demo.requests))
        waiting += asked_in(pool, web, [SILENT] * 3)
        others = [web.get(path) for path in ("/healthz", "/readyz", "/accounts/2fa/", "/admin/", "/access/", OVER)]
        ended = [one.result() for one in waiting]

    assert [other.status for other in others] == [200] * 6
    assert [one.status for one in ended] == [504] * 7
    assert web.get(f"{WORKFLOW}/lead_visits_7/").status == 200


def test_threads_share_a_few_connections_to_sqlite(web: Server, demo: DemoServer) -> None:
    """However many have had something to do, and while pages wait for DialNexa."""

    def held() -> int:
        """Each connection has the log open; SQLite leaves the database itself open for the next one."""
        files = [file.path for worker in web.workers() for file in worker.open_files()]
        return files.count(f"{web.place.folder / DATABASE}-wal")

    with ThreadPoolExecutor(30) as pool:
        assert [one.result().status for one in asked_in(pool, web, ["/healthz", "/readyz"] * 60)] == [200] * 120
        assert 1 <= held() <= 8  # of 32 threads
        waiting = asked_in(pool, web, [SILENT] * 12)
        wait_until(lambda: any("lead_hang" in path for _, path in demo.requests))
        assert [one.result().status for one in asked_in(pool, web, ["/access/"] * 2)] == [200] * 2
        assert 1 <= held() <= 8  # of 32 threads
        assert [one.result().status for one in waiting] == [504] * 12


def test_page_without_a_place_is_turned_away_and_health_is_not(web: Server) -> None:
    """While all places at work are taken, here by pages that wait to write the trail, the next one hears 503."""
    web.get(OVER)

    with sqlite3.connect(web.place.folder / DATABASE, isolation_level=None) as other, ThreadPoolExecutor() as pool:
        other.execute("BEGIN IMMEDIATE")  # as long as it is open nobody else writes
        pages = asked_in(pool, web, [OVER] * 3)
        wait_until(lambda: any(page.done() for page in pages))
        health, sign_in = web.get("/healthz"), web.get("/accounts/login/", signed_in=False)
        other.execute("ROLLBACK")
        found = [page.result() for page in pages]

    turned_away = next(page for page in found if page.status == 503)
    assert sorted(page.status for page in found) == [200, 200, 503]
    assert turned_away.headers["Retry-After"] == "2"
    assert turned_away.headers["Cache-Control"] == "private, no-store"
    assert "Leadline is busy" in turned_away.body
    assert (health.status, sign_in.status) == (200, 200)
    assert web.get(OVER).status == 200


def test_sigterm_finishes_what_is_being_served(web: Server, demo: DemoServer) -> None:
    """Pages that wait for DialNexa when the signal comes are shown; then the process ends by itself."""
    demo.requests.clear()
    with ThreadPoolExecutor() as pool:
        pages = asked_in(pool, web, [f"{WORKFLOW}/lead_visits_{count}/" for count in (11, 12, 13)])
        wait_until(lambda: sum("lead_visits_1" in path for _, path in demo.requests) == 3)
        web.process.send_signal(signal.SIGTERM)
        found = [page.result() for page in pages]

    assert [page.status for page in found] == [200, 200, 200]
    assert web.process.wait(LONG) == 0
