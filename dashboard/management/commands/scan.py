"""manage.py scan: read a workflow's histories now, in this process, and show how far it is."""

from __future__ import annotations

import json
import re
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.models import Scan, ScanItem
from dashboard.scan import orders, turn
from dashboard.timeline.words import length

WIDTH = 30
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


class Command(BaseCommand):
    help = "Read the histories of a workflow's leads and keep a digest of each. Ctrl-C leaves a scan to be resumed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workflow", nargs="?", help="the workflow's id")
        parser.add_argument("--status", default="", help="only leads of this status, such as active")
        parser.add_argument("--sample", type=int, help="only so many leads, drawn by the seed")
        parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same leads (default 0)")
        parser.add_argument("--json", action="store_true", help="say the result as one line of JSON")
        parser.add_argument("--resume", type=int, metavar="N", help="go on with scan N: what failed and what was left")
        parser.add_argument("--background", action="store_true", help="leave the reading to the workers")
        parser.add_argument("--show", type=int, metavar="N", help="say how far scan N is, and read nothing")
        parser.add_argument("--due", action="store_true", help="start the scans that are due; a worker reads them")
        parser.add_argument("--prune", action="store_true", help="forget digests and scans older than DIGEST_DAYS")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["due"]:
            started = orders.start_due()
            self.stdout.write(f"{len(started)} scan{'s' * (len(started) != 1)} started.")
            return
        if options["prune"]:
            self.stdout.write(f"{orders.prune()} digests forgotten.")
            return
        scan = self._scan(options)
        is_waited_for = not options["background"] and options["show"] is None
        if is_waited_for:
            self._read(scan)
            scan.refresh_from_db()
        self._tell(scan, as_json=options["json"])
        if is_waited_for and not scan.is_over:
            raise CommandError(f"Not finished. Go on with: manage.py scan --resume {scan.pk}")
        if is_waited_for and scan.state != Scan.State.DONE:
            raise CommandError(f"The scan was {scan.get_state_display()}.")

    def _scan(self, options: dict[str, Any]) -> Scan:
        number = options["show"] if options["show"] is not None else options["resume"]
        if number is not None:
            scan = Scan.objects.filter(pk=number).first()
            if scan is None:
                raise CommandError(f"There is no scan {number}.")
            if options["show"] is None:
                orders.resume(scan, is_told=options["background"])
            return scan
        if not options["workflow"] or not ID.fullmatch(options["workflow"]):
            raise CommandError("Name the workflow by its id, such as workflow_abc123.")
        if options["sample"] is not None and options["sample"] < 1:
            raise CommandError("--sample must be 1 or more.")
        return orders.start(
            options["workflow"],
            lead_status=options["status"],
            sample=options["sample"],
            seed=options["seed"],
            is_told=options["background"],
        )

    def _read(self, scan: Scan) -> None:
        """The scan, until it is over or Ctrl-C. A second Ctrl-C ends the process."""

        def stop(*_: Any) -> None:
            turn.Stop.is_asked = True
            signal.signal(signal.SIGINT, signal.default_int_handler)

        before = signal.signal(signal.SIGINT, stop)
        is_terminal = self.stderr.isatty()
        try:
            turn.work(scan.pk, watch=lambda: self._show(scan) if is_terminal else None)
        finally:
            signal.signal(signal.SIGINT, before)
            turn.Stop.is_asked = False
        if is_terminal:
            self._show(scan)
            self.stderr.write("")

    def _show(self, scan: Scan) -> None:
        """One line, written over itself."""
        progress = orders.progress(scan)
        share = progress.read / progress.total if progress.total else 0.0
        bar = "#" * round(share * WIDTH)
        rest = f", {length(progress.time_left)} left" if progress.time_left else ""
        pace = f", {progress.rate:.1f} a second" if progress.rate else ""
        failed = f", {progress.failed} failed" if progress.failed else ""
        text = f"[{bar:.<{WIDTH}}] {progress.read:,} of {progress.total:,}{failed}{pace}{rest}"
        self.stderr.write(f"\r{text:<100}", ending="")
        self.stderr.flush()

    def _tell(self, scan: Scan, *, as_json: bool) -> None:
        progress = orders.progress(scan)
        if as_json:
            counts = {"total": progress.total, "done": progress.done, "failed": progress.failed, "left": progress.left}
            counts["workers"] = scan.items.exclude(worker="").values("worker").distinct().count()
            self.stdout.write(json.dumps({"scan": scan.pk, "state": scan.state, **counts, "error": scan.error or None}))
        else:
            ended = f": {scan.error}" if scan.error else "."
            self.stdout.write(
                f"Scan {scan.pk} of {scan.workflow_id}: {scan.get_state_display()}{ended} "
                f"{progress.done:,} read, {progress.failed:,} failed, {progress.left:,} left."
            )
            failed = scan.items.filter(state=ScanItem.State.FAILED).order_by("position")
            for lead_id, error in failed.values_list("lead_id", "error")[:20]:
                self.stdout.write(f"  {lead_id}: {error}")
