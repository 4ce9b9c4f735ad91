"""A trial without a DialNexa account: demo upstream, dashboard and worker on loopback, which end together.

The two servers are processes of their own, because a dashboard that called itself could starve its own threads.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from dashboard.checks import is_loopback
from dashboard.models import PackChoice
from dashboard.scan import orders
from dashboard.settings.environment import BASE_DIR

HOST = "127.0.0.1"
PATIENCE = 60  # seconds a server may take to give its first answer
SCANNED = ("workflow_homeloan01", "workflow_emi01")  # so that a newcomer's stuck boards are not empty
# What a newcomer's leads are judged by. The third workflow has no pack, and says so.
PACKS = {"workflow_homeloan01": ["in-rbi-recovery"], "workflow_emi01": ["in-rbi-recovery", "us-collections"]}
GRACE = 5  # seconds a server may take to finish what it is doing


class Command(BaseCommand):
    help = "Run demo upstream, dashboard and worker on 127.0.0.1 until Ctrl-C. `make run` sets its environment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the dashboard (default 8000)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not is_loopback(settings.DIALNEXA_BASE_URL):
            raise CommandError("The demo reads only from itself: set DIALNEXA_BASE_URL to http://127.0.0.1:8001.")
        if not 0 < port < 65535 or not is_free(port):
            raise CommandError(f"Port {port} on {HOST} is taken. Choose another one, for instance: make run PORT=8100")
        upstream_port = urlsplit(settings.DIALNEXA_BASE_URL).port or 0
        if upstream_port == port or not is_free(upstream_port):
            taken, upstream_port = upstream_port, any_free_port()
            self.say(f"Port {taken} is taken, so the demo upstream listens on {upstream_port}.")

        accounts = self.prepare()
        ending = Ending()
        with ExitStack() as servers:
            upstream = Server(
                "demo upstream",
                [sys.executable, "manage.py", "demo_upstream", f"--port={upstream_port}"],
                DIALNEXA_BASE_URL=f"http://{HOST}:{upstream_port}",
            )
            servers.callback(upstream.end)
            web = Server(
                "dashboard",
                [sys.executable, "-m", "gunicorn", "dashboard.wsgi", f"--bind={HOST}:{port}", "--log-level=warning"],
                DIALNEXA_BASE_URL=f"http://{HOST}:{upstream_port}",
            )
            servers.callback(web.end)
            worker = Server(
                "worker",
                [sys.executable, "manage.py", "worker"],
                DIALNEXA_BASE_URL=f"http://{HOST}:{upstream_port}",
            )
            servers.callback(worker.end)
            upstream.await_answer(
                upstream_port, "/v1/workflows", ending, Authorization=f"Bearer {settings.DIALNEXA_API_KEY}"
            )
            web.await_answer(port, reverse("account_login"), ending)
            for workflow_id in SCANNED:
                orders.start(workflow_id)
            if not ending.is_asked:
                self.say(f"\nLeadline answers at http://{HOST}:{port}/\n{accounts}Ctrl-C ends it.")
            while not ending.is_asked:
                time.sleep(0.2)
                upstream.assert_running()
                web.assert_running()
                worker.assert_running()

    def prepare(self) -> str:
        """Database, static files, accounts and rule packs. Returns the accounts as text."""
        # Nothing to tidy up yet, so Ctrl-C may end it at once and without a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        self.say("Preparing the database and the static files ...")
        call_command("migrate", interactive=False, verbosity=0)
        # Compressing plotly takes ten seconds, which loopback never gives back.
        settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["js", "css", "svg"]
        call_command("collectstatic", interactive=False, verbosity=0)
        accounts = io.StringIO()
        call_command("create_demo_users", stdout=accounts)
        for workflow_id, packs in PACKS.items():
            PackChoice.objects.get_or_create(workflow_id=workflow_id, defaults={"packs": packs})
        return accounts.getvalue()

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # a pipe would hold it back until the end


class Ending:
    """Whether a signal has asked for the end.

    A bare attribute: an Event has a lock, and the line that the signal interrupts may be holding it.
    """

    def __init__(self) -> None:
        self.is_asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask)

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.is_asked = True


class Server:
    """One child process, in a session of its own so that the terminal's Ctrl-C reaches it through us."""

    def __init__(self, name: str, command: list[str], **environment: str) -> None:
        self.name = name
        self.process = subprocess.Popen(  # noqa: S603  (our own commands)
            command,
            cwd=BASE_DIR,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def await_answer(self, port: int, path: str, ending: Ending, **headers: str) -> None:
        """Returns at the first 200 or when asked to stop. Raises CommandError if neither comes."""
        status: int | None = None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not ending.is_asked:
            time.sleep(0.1)
            self.assert_running()
            connection = HTTPConnection(HOST, port, timeout=5)
            try:
                connection.request("GET", path, headers=headers)
                status = connection.getresponse().status
            except (OSError, HTTPException):
                continue
            finally:
                connection.close()
            if status == 200:
                return
        if not ending.is_asked:
            raise CommandError(f"The {self.name} gave no page within {PATIENCE} s; its last status was {status}.")

    def assert_running(self) -> None:
        if self.process.poll() is not None:
            raise CommandError(f"The {self.name} ended by itself, exit code {self.process.returncode}; see above.")

    def end(self) -> None:
        """Ask, wait, insist: nothing is left behind."""
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As a server does it: a connection that has just been closed is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return port != 0


def any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
