"""manage.py worker: run background tasks until SIGTERM, by the engine that TASK_BACKEND names."""

from __future__ import annotations

import io
import logging
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from dashboard.audit import anchors
from dashboard.audit.trail import TrailError
from dashboard.export import packets
from dashboard.scan import orders
from dashboard.scan.turn import Stop

log = logging.getLogger("dashboard.scan")

ALIVE = Path(tempfile.gettempdir()) / "leadline-worker-alive"  # docker/healthcheck_worker.py looks at it
ROUND = 15.0  # seconds between two rounds of the timer
HOUR = 3600.0


class Command(BaseCommand):
    help = "Run scans and make packets until SIGTERM or Ctrl-C; also starts scans that are due, and revives dead ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--round", type=float, default=ROUND, help="seconds between looks at dead and due scans")

    def handle(self, *args: Any, **options: Any) -> None:
        threading.Thread(target=timer, args=[options["round"]], name="timer", daemon=True).start()
        self.stdout.write(f"Worker runs, over {settings.TASK_BACKEND}.")
        self.stdout.flush()
        if settings.TASK_BACKEND == "celery":
            work_for_celery()
        else:
            work_for_database()


def timer(every: float) -> None:
    """Beside the work: say that the process lives, revive scans, start those that are due, forget what is old."""
    pruned_at = time.monotonic() - HOUR
    while not Stop.is_asked:
        ALIVE.touch()
        try:
            orders.revive()
            orders.start_due()
            packets.revive()
            if time.monotonic() - pruned_at >= HOUR:
                orders.prune()
                packets.expire()
                call_command("clearsessions")
                keep_trail()
                pruned_at = time.monotonic()
        except (DatabaseError, TrailError) as error:
            log.warning("The worker's timer could not use the database: %s", type(error).__name__)
        except OSError as error:
            log.error("The access trail could not be anchored: %s", type(error).__name__)
        finally:
            close_old_connections()
        time.sleep(every)


def keep_trail() -> None:
    """Once a day: prove the access trail, and anchor it. Raises TrailError, DatabaseError, OSError."""
    if not anchors.is_due():
        return
    try:
        call_command("verify_audit", stdout=io.StringIO())
    except CommandError as fault:
        log.error("The access trail does not hold: %s", fault)
    anchors.anchor()


class DatabaseWorker(Worker):
    """django_tasks_db's worker, whose shutdown also ends the turn at hand."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        Stop.is_asked = True
        super().shutdown(signum, frame)


def work_for_database() -> None:
    worker = DatabaseWorker(
        queue_names=["default"],
        interval=1.0,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    worker.configure_signals()
    worker.run()


def work_for_celery() -> None:
    # Celery is an extra: an installation without it has no such module.
    from dashboard.scan.celery import app

    # solo: the task runs in the process that hears the signals. One scan's turn is many threads by itself.
    quiet = ["--without-heartbeat", "--without-gossip", "--without-mingle"]
    app().worker_main(["worker", "--pool=solo", f"--loglevel={settings.LOG_LEVEL}", *quiet])
