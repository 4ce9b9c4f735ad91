"""The dashboard as it is deployed: gunicorn with real workers, a database in a file, somebody signed in."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from tests import settings as test_settings
from tests.project import ROOT
from tests.sockets import closed_port

DATABASE = "dashboard.sqlite3"
SIGN_IN = """
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.create_superuser("sue"))
print(client.cookies["sessionid"].value)
"""


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: str


class Place(NamedTuple):
    """A folder, and a database with its tables and somebody signed in."""

    folder: Path
    database_url: str
    cookie: str = ""  # of the superuser who is signed in

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            **test_settings.ENVIRONMENT,
            "DATABASE_URL": self.database_url,
            "WEB_THREADS": "32",
            "TMPDIR": str(self.folder),
            "DEBUG": "true",
            **more,
        }

    def manage(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(),
            check=True,
            timeout=120,
            capture_output=True,
            text=True,
        ).stdout

    def copied(self, folder: Path) -> Place:
        """The same in another folder, where it is a file."""
        shutil.copy(self.folder / DATABASE, folder)
        return Place(folder, sqlite(folder), self.cookie)


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder}/{DATABASE}"


def prepared(folder: Path, database_url: str) -> Place:
    place = Place(folder, database_url)
    place.manage("migrate", "-v0")
    return place._replace(cookie=f"sessionid={place.manage('shell', '--no-imports', '-c', SIGN_IN).splitlines()[-1]}")


class Server:
    """`get` asks as the superuser, or as nobody; `run` is Python in the project's shell."""

    def __init__(self, place: Place, **environment: str) -> None:
        self.place = place
        self.port = closed_port()
        self._environment = place.environment(PORT=str(self.port), **environment)

    def start(self, stderr: int | None = subprocess.DEVNULL) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=ROOT, env=self._environment, stderr=stderr
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                self.get("/healthz")
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def workers(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children()
        return found

    def get(self, path: str, *, signed_in: bool = True) -> Answer:
        cookie = self.place.cookie if signed_in else ""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Cookie": cookie, "Connection": "close"})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())

    def run(self, code: str) -> str:
        return self.place.manage("shell", "--no-imports", "-c", code)


@contextlib.contextmanager
def gunicorn(
    place: Place, upstream: str, *, workers: int = 1, stderr: int | None = subprocess.DEVNULL, **environment: str
) -> Iterator[Server]:
    """A running server that reads from this upstream."""
    server = Server(place, DIALNEXA_BASE_URL=upstream, WEB_CONCURRENCY=str(workers), **environment)
    server.start(stderr)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
