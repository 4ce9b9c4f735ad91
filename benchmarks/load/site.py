"""One dashboard under load: gunicorn as deployed, and what its processes hold."""

from __future__ import annotations

import signal
import subprocess
import time
from typing import NamedTuple

import psutil

from benchmarks import METER
from benchmarks.connection import Connection
from benchmarks.load.arrivals import Ask
from benchmarks.servers import DASHBOARD, Servers

WORKERS = 2
FIRST = "/accounts/login/"  # the page by which a dashboard is known to be there


class Holding(NamedTuple):
    """What one worker holds."""

    megabytes: float
    descriptors: int
    threads: int


class Site:
    """gunicorn.conf.py as it is, two workers, recycling only where it is what is measured."""

    def __init__(self, servers: Servers, *options: str, settings: str = DASHBOARD, workers: int = WORKERS) -> None:
        began = time.monotonic()
        application, ready = ("dashboard.wsgi", FIRST) if settings == DASHBOARD else ("benchmarks.metered", METER)
        options = (f"--workers={workers}", "--max-requests=0", *options)
        self.port, self._process = servers.gunicorn(application, settings, *options, ready=ready)
        self.started_in = time.monotonic() - began
        self.session = servers.sign_in(self.port)

    def page(self, kind: str, path: str) -> Ask:
        """Asked by somebody who is signed in."""
        return Ask(kind, path, self.session)

    def get(self, path: str) -> int:
        connection = Connection(self.port, {"Cookie": self.session})
        status = connection.ask("GET", path).status
        connection.close()
        return status

    def workers(self) -> list[psutil.Process]:
        """In the order they were started."""
        return sorted(psutil.Process(self._process.pid).children(), key=lambda one: one.pid)

    def holdings(self) -> list[Holding]:
        return [Holding(one.memory_info().rss / 1e6, one.num_fds(), one.num_threads()) for one in self.workers()]

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def end(self) -> float:
        """Seconds until it has ended."""
        began = time.monotonic()
        self.terminate()
        try:
            self._process.wait(40)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return time.monotonic() - began
