"""Which worker reads which items, and for how long. What a killed worker held is free once its lease has run out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dashboard.models import ScanItem

MOST_ATTEMPTS = 3
LATER = timedelta(seconds=5)  # times the attempt: before an item that failed is tried again

State = ScanItem.State


@dataclass(frozen=True, slots=True)
class Lease:
    item_id: int
    lead_id: str
    attempts: int  # before this one


def take(scan_id: int, worker: str, count: int) -> list[Lease]:
    """The next items, now this worker's alone: fewer or none where others have them or nothing is due."""
    now = timezone.now()
    is_free = Q(state=State.TODO) & (Q(until=None) | Q(until__lte=now))
    is_lost = Q(state=State.LEASED, until__lte=now)
    with transaction.atomic():
        _bury(scan_id)
        free = ScanItem.objects.filter(is_free | is_lost, scan_id=scan_id).order_by("position")
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        rows = list(free.values_list("pk", "lead_id", "attempts", "state")[:count])
        lost = [pk for pk, _, _, state in rows if state == State.LEASED]
        # Whoever held it ended without a word: that counts, so that an item that kills its reader is given up.
        ScanItem.objects.filter(pk__in=lost).update(attempts=F("attempts") + 1)
        ScanItem.objects.filter(pk__in=[row[0] for row in rows]).update(
            state=State.LEASED, worker=worker, until=now + timedelta(seconds=settings.SCAN_LEASE_SECONDS)
        )
    return [Lease(pk, lead_id, attempts + (state == State.LEASED)) for pk, lead_id, attempts, state in rows]


def _bury(scan_id: int) -> None:
    """Give up what ended its reader too often."""
    lost = ScanItem.objects.filter(
        scan_id=scan_id, state=State.LEASED, until__lte=timezone.now(), attempts__gte=MOST_ATTEMPTS - 1
    )
    lost.update(state=State.FAILED, until=None, error="Whoever read it ended without a word, three times.")


def done(worker: str, leases: Collection[Lease]) -> None:
    _held(worker, leases).update(state=State.DONE, until=None, error="")


def failed(worker: str, lease: Lease, sentence: str, *, is_worth_another: bool) -> None:
    """One try has failed: another later, if it may help and there were not too many."""
    attempts = lease.attempts + 1
    if is_worth_another and attempts < MOST_ATTEMPTS:
        until = timezone.now() + LATER * attempts
        _held(worker, [lease]).update(state=State.TODO, until=until, attempts=attempts, error=sentence)
    else:
        _held(worker, [lease]).update(state=State.FAILED, until=None, attempts=attempts, error=sentence)


def give_back(worker: str, leases: Sequence[Lease]) -> None:
    """Not tried, or not to be counted: free for anyone at once."""
    _held(worker, leases).update(state=State.TODO, until=None)


def is_anything_left(scan_id: int) -> bool:
    return ScanItem.objects.filter(scan_id=scan_id, state__in=[State.TODO, State.LEASED]).exists()


def _held(worker: str, leases: Collection[Lease]) -> QuerySet[ScanItem]:
    """Those that are still this worker's: a lease that ran out may be another's by now."""
    return ScanItem.objects.filter(pk__in=[lease.item_id for lease in leases], state=State.LEASED, worker=worker)
