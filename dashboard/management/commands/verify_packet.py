"""manage.py verify_packet FILE: is an evidence packet as it was made, and was it made here?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.audit import trail
from dashboard.export import seal
from dashboard.export.seal import Proved, SealError
from dashboard.models import Action, AuditEvent


class Command(BaseCommand):
    help = (
        "Check an evidence packet: every part by its SHA-256, the seal by this installation's AUDIT_KEY, and the "
        "trail's row of its making. Exit status 1 tells of the first fault."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--parts", action="store_true", help="the parts alone, of whichever installation's packet")

    def handle(self, *args: Any, file: Path, parts: bool, **options: Any) -> None:
        try:
            proved = seal.prove(file.read_bytes())
        except (SealError, OSError) as error:
            raise CommandError(str(error), returncode=1) from None
        self.stdout.write("Every part is the one that the manifest names.")
        if not parts:
            self._is_ours(proved)
            self._is_in_trail(proved)
        about = proved.content["content"]["packet"]
        self.stdout.write(f"The packet is good: number {about['number']}, as of {about['as_of']}, {proved.sha256}.")

    def _is_ours(self, proved: Proved) -> None:
        is_sealed = seal.is_sealed(proved, trail.keys())
        if is_sealed is None:
            raise CommandError(
                "The parts hold, but the seal is by a key that is not known here: another installation's, or made up. "
                "--parts leaves the seal out.",
                returncode=1,
            )
        if not is_sealed:
            raise CommandError(f"{seal.MANIFEST} is not as it was sealed.", returncode=1)
        self.stdout.write("The seal is this installation's.")

    def _is_in_trail(self, proved: Proved) -> None:
        rows = AuditEvent.objects.filter(action=Action.PACKET_MAKE, detail__contains=f'"sha256":"{proved.sha256}"')
        if row := rows.first():
            self.stdout.write(f"Row {row.seq} of the trail records its making, for {row.actor_label}.")
            return
        made_at = datetime.fromisoformat(proved.content["content"]["packet"]["as_of"])
        if AuditEvent.objects.filter(at__lt=made_at).exists():
            raise CommandError("The trail has no row of a packet with this SHA-256.", returncode=1)
        self.stdout.write("The trail does not reach back so far: its row was archived, or was never there.")
