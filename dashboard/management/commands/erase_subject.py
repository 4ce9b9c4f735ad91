"""manage.py erase_subject: unlink a person from the access trail."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from dashboard.audit import retention


class Command(BaseCommand):
    help = "Read a phone number from stdin and destroy what ties the trail's rows to it. The rows stay."

    def handle(self, *args: Any, **options: Any) -> None:
        is_gone = retention.erase(sys.stdin.readline().strip())
        self.stdout.write(
            "The person is unlinked from the trail." if is_gone else "The trail knows nobody of this number."
        )
