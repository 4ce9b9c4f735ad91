"""What machines ask: alive, of use, and the counters."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from dashboard import upstream
from tests import settings as test_settings
from tests.management.test_demo import free_port
from tests.people import person
from tests.project import ROOT
from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, history

pytestmark = pytest.mark.django_db


def staff() -> Client:
    client = Client()
    client.force_login(person("admin"))
    return client


def test_ready_with_database_and_cache(client: Client, ops: Client) -> None:
    """One word for everyone; what was looked at is for staff."""
    for anyone in (client, ops):
        answer = anyone.get("/readyz")
        assert (answer.status_code, answer.content) == (200, b"ready\n")
    detailed = staff().get("/readyz").content.decode()

    assert "database: ok" in detailed
    assert "DialNexa (does not count): ok" in detailed


def test_not_ready_before_the_migrations(client: Client) -> None:
    """A process in front of an old database must not get visitors."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'dashboard'")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_not_ready_without_its_redis(client: Client, settings: Any) -> None:
    """Where there should be one."""
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    upstream.forget()

    answer = staff().get("/readyz")
    upstream.forget()

    assert answer.status_code == 503
    assert "cache: Redis does not answer" in answer.content.decode()


def test_upstream_in_trouble_is_told_and_does_not_count(stub: Stub) -> None:
    """Pages say it themselves; taking the process away would help nobody."""
    stub.answer(HISTORY, {}, status=503)
    person = staff()
    for _ in range(6):
        person.get(URL)

    answer = person.get("/readyz")

    assert answer.status_code == 200
    assert "DialNexa (does not count): kept failing" in answer.content.decode()


def test_metrics_are_for_who_has_the_token_or_is_a_superuser(client: Client, ops: Client, settings: Any) -> None:
    """For everyone else there is nothing at that address; an empty token opens nothing."""
    assert client.get("/metrics").status_code == 404
    assert ops.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404

    answer = client.get("/metrics", headers={"Authorization": "Bearer a-long-token"})

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")


def value(text: str, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_counters_move_and_name_no_lead(ops: Client, admin_client: Client, stub: Stub) -> None:
    """Requests, copies and pages, by names of ours alone."""
    lines = [
        'leadline_upstream_requests_total{endpoint="lead-history",outcome="read"}',
        'leadline_copies_total{kind="history",result="read"}',
        'leadline_copies_total{kind="history",result="fresh"}',
        'leadline_pages_total{name="lead-timeline",status="2xx"}',
        'leadline_upstream_seconds_count{endpoint="lead-history"}',
    ]
    stub.answer(HISTORY, history())
    before = admin_client.get("/metrics").content.decode()

    ops.get(URL)
    ops.get(URL)
    after = admin_client.get("/metrics").content.decode()

    assert [value(after, line) - value(before, line) for line in lines] == [1, 1, 1, 2, 1]
    assert "wflead_abc" not in after
    assert "9812345678" not in after


def test_workers_of_one_server_count_together(tmp_path: Path) -> None:
    """gunicorn with two workers: whichever answers, the pages of both are there; so they are after a reload."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        **test_settings.ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{tmp_path}/metrics.sqlite3",
        "METRICS_TOKEN": "a-long-token",
        "WEB_CONCURRENCY": "2",
        "PORT": f"{port}",
        "TMPDIR": f"{tmp_path}",
        "DEBUG": "true",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True, timeout=60)
    server = subprocess.Popen([sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)

    def get(path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path, headers={"Authorization": "Bearer a-long-token", "Connection": "close"})
        body = connection.getresponse().read().decode()
        connection.close()
        return body

    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                get("/healthz")
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        for _ in range(39):
            get("/healthz")
        said = {value(get("/metrics"), 'leadline_pages_total{name="healthz",status="2xx"}') for _ in range(10)}
        server.send_signal(signal.SIGHUP)  # new workers in the places of the old ones
        time.sleep(2)
        said.add(value(get("/metrics"), 'leadline_pages_total{name="healthz",status="2xx"}'))
        slots = {file.stem.rpartition("_")[2] for file in tmp_path.glob("leadline-metrics-*/counter_*.db")}
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)

    assert said == {40.0}
    assert slots <= {"0", "1", "2", "3"}
    assert list(tmp_path.glob("leadline-metrics-*")) == []
