"""One rate for all workers: moments for requests are handed out by one row of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dashboard.models import Pace

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def reserve(count: int) -> float:
    """Take the next `count` moments, one request each. Returns seconds until the first; the others follow at gap()."""
    now = timezone.now()
    with transaction.atomic():
        pace = _row()
        start = max(now, pace.next_at, pace.not_before)
        pace.next_at = start + timedelta(seconds=count * gap())
        pace.save(update_fields=["next_at"])
    return (start - now).total_seconds()


def ahead() -> float:
    """Seconds until a request that asked now would have its moment; at most 0.0 when at once."""
    pace = Pace.objects.first()
    return (max(pace.next_at, pace.not_before) - timezone.now()).total_seconds() if pace else 0.0


def gap() -> float:
    """Seconds between two requests; 0.0: as fast as answers come."""
    rate = settings.SCAN_REQUESTS_PER_SECOND
    return 1 / rate if rate > 0 else 0.0


def hold(seconds: float) -> None:
    """Upstream asked for a pause: no worker asks anything before it is over."""
    until = timezone.now() + timedelta(seconds=seconds)
    with transaction.atomic():
        pace = _row()
        pace.not_before = max(pace.not_before, until)
        pace.save(update_fields=["not_before"])


def held_until() -> datetime | None:
    """When the pause that upstream asked for ends, if there is one."""
    until = Pace.objects.values_list("not_before", flat=True).first()
    return until if until and until > timezone.now() else None


def _row() -> Pace:
    pace, _ = Pace.objects.select_for_update().get_or_create(
        pk=1, defaults={"next_at": _BEGINNING, "not_before": _BEGINNING}
    )
    return pace
