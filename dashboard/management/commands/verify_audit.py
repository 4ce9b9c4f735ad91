"""manage.py verify_audit: is the access trail as it was written?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.audit import proof, trail
from dashboard.audit.anchors import AnchorError
from dashboard.models import Action, Outcome


class Command(BaseCommand):
    help = (
        "Prove the access trail: every seal, every link, no gap, nothing cut. Exit status 1 tells of the first fault."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=int, help="number of the first row to look at")
        parser.add_argument("--to", dest="last", type=int, help="number of the last row to look at")
        parser.add_argument("--anchor", type=Path, help="file of anchors; AUDIT_ANCHORS without it")

    def handle(self, *args: Any, first: int | None, last: int | None, anchor: Path | None, **options: Any) -> None:
        try:
            found = proof.prove(first, last, anchor)
        except (AnchorError, OSError) as error:
            raise CommandError(f"anchor: {error}") from error
        fault = found.fault
        told: dict[str, Any] = {"fault": fault.kind, "seq": fault.seq} if fault else {}
        outcome = Outcome.ERROR if fault else Outcome.ALLOW
        try:
            trail.record(Action.AUDIT_VERIFY, outcome=outcome, rows=found.count, last=found.last, **told)
        except trail.TrailError:
            self.stderr.write("That the trail was verified could not be recorded in it.")
        if fault:
            raise CommandError(f"{fault.kind}: {fault.sentence}", returncode=1)
        self.stdout.write(f"The trail holds: {found.count} rows, {found.first} to {found.last}.")
