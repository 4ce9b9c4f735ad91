"""The servers of a run: demo upstream, dashboard, peers, each a process on loopback that ends with the run."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from benchmarks import METER
from benchmarks.connection import HOST, Connection

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds a server may take to start
GRACE = 5  # seconds it may take to end

DASHBOARD = "benchmarks.site_settings"
PEERS = "benchmarks.peers.settings"
ACCOUNT = "bench"


class Servers:
    """An upstream that is running, a database with accounts, and web servers on demand, each with one worker."""

    def __init__(self, folder: Path, upstream: Sequence[str] = ("manage.py", "demo_upstream", "--port")) -> None:
        """folder: empty and temporary. What lies in its "pages" is served by the peers that start afterwards.

        upstream: what Python runs as one, given a port as its last argument.
        """
        self.folder = folder
        self._upstream = upstream
        self.key = f"bench:{secrets.token_hex(8)}"
        self.upstream_port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._session = ""
        self._password = secrets.token_urlsafe(16)
        self._environment = os.environ | {
            "SECRET_KEY": secrets.token_urlsafe(64),
            "DEBUG": "false",
            "HTTPS": "false",
            "BEHIND_PROXY": "false",
            "ALLOWED_HOSTS": HOST,
            "CSRF_TRUSTED_ORIGINS": "",
            "TIME_ZONE": "UTC",
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
            "DIALNEXA_BASE_URL": f"http://{HOST}:{self.upstream_port}",
            "DIALNEXA_API_KEY": self.key,
            # An empty name of a file means no file, and keeps the one in .env out.
            **dict.fromkeys(("SECRET_KEY_FILE", "DATABASE_URL_FILE", "DIALNEXA_API_KEY_FILE"), ""),
            "DJANGO_SETTINGS_MODULE": DASHBOARD,
            "DJANGO_SUPERUSER_USERNAME": ACCOUNT,
            "DJANGO_SUPERUSER_EMAIL": "bench@example.org",
            "DJANGO_SUPERUSER_PASSWORD": self._password,
            "BENCH_FOLDER": str(folder),
        }

    def __enter__(self) -> Self:
        (self.folder / "pages").mkdir()
        try:
            self._manage("migrate")
            self._manage("collectstatic", "--noinput")
            self._manage("createsuperuser", "--noinput")
            self._start([sys.executable, *self._upstream, str(self.upstream_port)])
            self._await(self.upstream(), "/v1/workflows")
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def upstream(self) -> Connection:
        """A new connection, with the key."""
        return Connection(self.upstream_port, {"Authorization": f"Bearer {self.key}"})

    def web(self, settings: str) -> Connection:
        """Start gunicorn as gunicorn.conf.py says, but with one worker that stays. Returns a signed-in connection."""
        port, _ = self.gunicorn("benchmarks.metered", settings, "--workers=1", "--max-requests=0", ready=METER)
        # As a browser asks.
        return Connection(port, {"Cookie": self.sign_in(port), "Accept-Encoding": "gzip, deflate, br"})

    def gunicorn(
        self, application: str, settings: str, *options: str, ready: str = "/"
    ) -> tuple[int, subprocess.Popen[bytes]]:
        """Start it as gunicorn.conf.py says, but for these options. Returns its port and it, once `ready` answers."""
        port = free_port()
        command = ["gunicorn", application, f"--bind={HOST}:{port}", "--log-level=warning", *options]
        process = self._start([sys.executable, "-m", *command], DJANGO_SETTINGS_MODULE=settings)
        self._await(Connection(port, {}), ready)
        return port, process

    def sign_in(self, port: int) -> str:
        """The cookie of a signed-in account, good for every server of the run."""
        self._session = self._session or sign_in(port, self._password)
        return self._session

    @property
    def session(self) -> str:
        """The cookie of a signed-in account, good for every server of the run: name=value."""
        return self._session

    def end(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
            # Its workers too: they have a session of their own, which ends with them.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._processes.clear()

    def _manage(self, command: str, *options: str) -> None:
        line = [sys.executable, "manage.py", command, "--verbosity=0", *options]
        subprocess.run(line, cwd=ROOT, env=self._environment, check=True, stdout=subprocess.DEVNULL)

    def _start(self, command: list[str], **changes: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment | changes,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def _await(self, connection: Connection, path: str) -> None:
        """Returns at the first 200. Raises RuntimeError if none comes."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._processes[-1].poll() is not None:
                raise RuntimeError(f"A server ended by itself: {self._processes[-1].args!r}")
            with suppress(OSError):
                if connection.ask("GET", path).status == 200:
                    connection.close()
                    return
            time.sleep(0.1)
        raise RuntimeError(f"A server gave no page within {PATIENCE} s: {self._processes[-1].args!r}")


def sign_in(port: int, password: str) -> str:
    """Through the dashboard's own form, as a person does. Returns the session's cookie."""
    connection = Connection(port, {})
    form = connection.get("/accounts/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', form.body)
    assert token is not None
    fields = {"login": ACCOUNT, "password": password, "csrfmiddlewaretoken": token[1].decode()}
    headers = {"Cookie": form.cookie("csrftoken"), "Content-Type": "application/x-www-form-urlencoded"}
    answer = connection.ask("POST", "/accounts/login/", urlencode(fields), headers)
    connection.close()
    assert answer.status == 302, f"Signing in answered {answer.status}."
    return answer.cookie("sessionid")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
