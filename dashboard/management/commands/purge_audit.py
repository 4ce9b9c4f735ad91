"""manage.py purge_audit: archive the months of the access trail that are older than AUDIT_MONTHS, and delete them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard.audit import retention


class Command(BaseCommand):
    help = "Archive the months older than AUDIT_MONTHS into AUDIT_ARCHIVE, and delete them; never under a legal hold."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            purged = retention.purge(timezone.now())
        except (retention.PurgeError, OSError) as error:
            raise CommandError(str(error)) from error
        if purged is None:
            self.stdout.write("Nothing is old enough.")
        else:
            self.stdout.write(
                f"{purged.count} rows, up to {purged.to_seq}, are in {purged.archive}; SHA-256 {purged.sha256}"
            )
