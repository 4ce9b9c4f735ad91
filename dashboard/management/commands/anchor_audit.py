"""manage.py anchor_audit: write down where the access trail stands, outside the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.audit import anchors


class Command(BaseCommand):
    help = (
        "Anchor the access trail now: a signed line to stdout, the log, and AUDIT_ANCHORS if it is set. "
        "The worker does it daily."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(anchors.anchor())
