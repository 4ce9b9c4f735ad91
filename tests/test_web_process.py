"""The web process as it is deployed: gunicorn with its threads and signals, over a DialNexa that is late or silent."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from dashboard.demo.server import DemoServer
from tests.project import PRODUCTION, manage
from tests.services import postgres_database

KEY = "web:process"
WORKFLOW = "/workflows/workflow_scale01/leads"
OVER = "/workflows/workflow_homeloan01/leads/lead_priya01/"  # its path is over: minutes in memory
SILENT = "/workflows/workflow_faults01/leads/lead_hang/"  # twenty seconds of silence
LONG = 40.0  # seconds, for what must not depend on how fast this machine is
PASSWORD = "correct horse battery"
# As deployed, but for what takes long to make ready and has nothing to do with it.
SETTINGS = """
from dashboard.settings import *
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str


class Web:
    """One worker of gunicorn on a port, and somebody who is signed in."""

    def __init__(self, project: Path, folder: Path, demo: DemoServer, database_url: str) -> None:
        (folder / "web_settings.py").write_text(SETTINGS)
        environment = {
            **PRODUCTION,
            "HTTPS": "false",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": database_url,
            "DIALNEXA_API_KEY": KEY,
            "DIALNEXA_BASE_URL": demo.url,
            "WEB_THREADS": "16",  # two at work, four in the queue, eight waiting for DialNexa
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            "DJANGO_SETTINGS_MODULE": "web_settings",
            "PYTHONPATH": str(folder),
        }
        for line in (["migrate"], ["createsuperuser", "--username=sue", "--email=sue@example.org"]):
            done = manage(project, *line, "--noinput", "--verbosity=0", **environment)
            assert done.returncode == 0, done.stderr
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        command = ["gunicorn", f"--bind=127.0.0.1:{self.port}", "--workers=1", "--log-level=warning"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=project,
            env={"PATH": os.environ["PATH"], **environment},
            stderr=subprocess.DEVNULL,
        )
        self.cookie = ""

    def sign_in(self) -> None:
        wait_until(lambda: answers(self.port))
        form = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.body)
        assert token
        fields = {"login": "sue", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        headers = {"Cookie": form.headers["Set-Cookie"], "Content-Type": "application/x-www-form-urlencoded"}
        done = self.ask("POST", "/accounts/login/", urlencode(fields), headers)
        assert done.status == 302
        self.cookie = next(part for part in done.headers["Set-Cookie"].split(", ") if part.startswith("sessionid="))

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, {"Cookie": self.cookie, **headers})

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        told = {name: ", ".join(response.headers.get_all(name, [])) for name in response.headers}
        return Answer(response.status, told, text)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def demo() -> Iterator[DemoServer]:
    with DemoServer(key=KEY, latency=1.0) as server:
        yield server


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "web.sqlite3"


@pytest.fixture
def web(request: pytest.FixtureRequest, project_copy: Path, database: Path, demo: DemoServer) -> Iterator[Web]:
    """Over SQLite, or what the test's parameter says."""
    with ExitStack() as services:
        is_postgres = getattr(request, "param", "") == "postgres"
        url = services.enter_context(postgres_database()) if is_postgres else f"sqlite:///{database}"
        one = Web(project_copy, database.parent, demo, url)
        services.callback(one.end)
        one.sign_in()
        yield one


def asked_in(pool: ThreadPoolExecutor, web: Web, paths: list[str]) -> list[Future[Answer]]:
    return [pool.submit(web.get, path) for path in paths]


@pytest.mark.parametrize(
    "web", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True, ids=["SQLite", "PostgreSQL"]
)
def test_silent_dialnexa_takes_nothing_from_what_does_not_ask_it(web: Web, demo: DemoServer) -> None:
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


def test_page_without_a_place_is_turned_away_and_health_is_not(web: Web, database: Path) -> None:
    """While all places at work are taken, here by pages that wait to write the trail, the next one hears 503."""
    web.get(OVER)

    with sqlite3.connect(database, isolation_level=None) as other, ThreadPoolExecutor() as pool:
        other.execute("BEGIN IMMEDIATE")  # as long as it is open nobody else writes
        pages = asked_in(pool, web, [OVER] * 3)
        wait_until(lambda: any(page.done() for page in pages))
        health, sign_in = web.get("/healthz"), web.ask("GET", "/accounts/login/", None, {})
        other.execute("ROLLBACK")
        found = [page.result() for page in pages]

    turned_away = next(page for page in found if page.status == 503)
    assert sorted(page.status for page in found) == [200, 200, 503]
    assert turned_away.headers["Retry-After"] == "2"
    assert turned_away.headers["Cache-Control"] == "private, no-store"
    assert "Leadline is busy" in turned_away.body
    assert (health.status, sign_in.status) == (200, 200)
    assert web.get(OVER).status == 200


def test_sigterm_finishes_what_is_being_served(web: Web, demo: DemoServer) -> None:
    """Pages that wait for DialNexa when the signal comes are shown; then the process ends by itself."""
    demo.requests.clear()
    with ThreadPoolExecutor() as pool:
        pages = asked_in(pool, web, [f"{WORKFLOW}/lead_visits_{count}/" for count in (11, 12, 13)])
        wait_until(lambda: sum("lead_visits_1" in path for _, path in demo.requests) == 3)
        web.process.send_signal(signal.SIGTERM)
        found = [page.result() for page in pages]

    assert [page.status for page in found] == [200, 200, 200]
    assert web.process.wait(LONG) == 0
    assert not answers(web.port)
