"""Workers as processes of their own: each database with each task engine, killed, stopped and side by side."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import settings as test_settings
from tests.project import ROOT
from tests.scan.many import WORKFLOW, Many
from tests.services import postgres_database, redis_server

ENGINES = [
    pytest.param("sqlite", "database", id="SQLite, database worker"),
    pytest.param("postgres", "database", id="PostgreSQL, database worker", marks=pytest.mark.postgres),
    pytest.param("sqlite", "celery", id="SQLite, Celery", marks=pytest.mark.redis),
    pytest.param("postgres", "celery", id="PostgreSQL, Celery", marks=[pytest.mark.postgres, pytest.mark.redis]),
]


class Installation:
    """manage.py with one environment, and the workers it has started."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = {"PATH": os.environ["PATH"], **test_settings.ENVIRONMENT, **environment}
        self.workers: list[subprocess.Popen[bytes]] = []
        self.manage("migrate", "--verbosity=0")

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=60, check=True
        ).stdout

    def start_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "worker", "--round=0.5"]
        worker = subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=subprocess.DEVNULL)
        self.workers.append(worker)
        return worker

    def progress(self, scan: int) -> dict[str, Any]:
        """The scan as the command line says it."""
        answer: dict[str, Any] = json.loads(self.manage("scan", f"--show={scan}", "--json"))
        return answer

    def wait_until(self, is_so: Callable[[], bool], seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.05)

    def end(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()


@pytest.fixture
def installation(request: pytest.FixtureRequest, tmp_path: Path, many: Many) -> Iterator[Installation]:
    database, engine = request.param
    with contextlib.ExitStack() as services:
        url = f"sqlite:///{tmp_path}/scan.sqlite3"
        if database == "postgres":
            url = services.enter_context(postgres_database())
        redis = services.enter_context(redis_server()) if engine == "celery" else ""
        one = Installation(
            {
                "DATABASE_URL": url,
                "REDIS_URL": redis,
                "TASK_BACKEND": engine,
                "DIALNEXA_BASE_URL": many.stub.url,
                "SCAN_REQUESTS_PER_SECOND": "40",
                "SCAN_WORKERS": "2",
                "SCAN_LEASE_SECONDS": "2",
            }
        )
        services.callback(one.end)
        yield one


@pytest.mark.parametrize(
    "installation", [pytest.param(param.values, id=param.id, marks=param.marks) for param in ENGINES], indirect=True
)
def test_killed_worker_loses_nothing_and_two_share_the_rest(installation: Installation, many: Many) -> None:
    """One is killed in the middle; the others read every lead, and each but what the dead one held exactly once."""
    many.has(100)
    first = installation.start_worker()
    scan = json.loads(installation.manage("scan", WORKFLOW, "--background", "--json"))["scan"]

    installation.wait_until(lambda: len(many.reads) >= 10)
    first.kill()
    first.wait()
    others = [installation.start_worker(), installation.start_worker()]
    installation.wait_until(lambda: len(many.reads) == 100)
    installation.wait_until(lambda: installation.progress(scan)["state"] == "done")

    progress = installation.progress(scan)
    assert (progress["total"], progress["done"], progress["failed"]) == (100, 100, 0)
    # What the dead one had read and not yet written, half a second's worth, is read once more.
    assert sum(many.reads.values()) <= 100 + 45
    assert max(many.reads.values()) <= 2
    for worker in others:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(15) for worker in others] == [0, 0]


@pytest.mark.postgres
@pytest.mark.parametrize("installation", [("postgres", "database")], indirect=True, ids=["PostgreSQL"])
def test_two_workers_share_without_duplicates(installation: Installation, many: Many) -> None:
    """Every lead is read exactly once, and both took part."""
    many.has(80)
    installation.start_worker()
    installation.start_worker()

    scan = json.loads(installation.manage("scan", WORKFLOW, "--background", "--json"))["scan"]
    installation.wait_until(lambda: installation.progress(scan)["state"] == "done")

    assert set(many.reads.values()) == {1}
    assert len(many.reads) == 80
    assert installation.progress(scan)["workers"] == 2
