"""manage.py demo_upstream: serve the demo's DialNexa until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dashboard.demo.server import DemoServer


class Command(BaseCommand):
    help = "Serves an invented DialNexa for demonstrations: read-only, in memory, no real person's data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8001, help="port to listen on; 0 for any free one")
        parser.add_argument("--key", help="the key it accepts (default: DIALNEXA_API_KEY)")
        parser.add_argument("--now", help="a moment with UTC offset at which the demo's time stands still")
        parser.add_argument("--latency-ms", type=float, default=0.0, help="milliseconds before every answer")
        parser.add_argument(
            "--leads-mode",
            choices=("plain", "paged", "scale"),
            default="plain",
            help="how lists of leads answer: whole, page by page, or whole with 1,200 generated leads",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        key = options["key"] or settings.DIALNEXA_API_KEY
        if not key:
            raise CommandError("Set DIALNEXA_API_KEY, or give --key. Any text will do, such as demo:key.")
        try:
            now = datetime.fromisoformat(options["now"]) if options["now"] else None
            server = DemoServer(
                options["port"],
                key=key,
                now=now,
                latency=options["latency_ms"] / 1000,
                leads_mode=options["leads_mode"],
                host=options["host"],
            )
        except ValueError as error:
            raise CommandError(f"--now must look like 2026-07-15T15:00:00+05:30. {error}") from None
        except OSError as error:
            raise CommandError(f"Can't listen on {options['host']}:{options['port']}: {error.strerror}") from None
        stop = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        with server:
            self.stdout.write(f"Demo DialNexa listens on {server.url}")
            self.stdout.flush()
            stop.wait()
