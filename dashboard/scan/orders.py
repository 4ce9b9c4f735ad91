"""What people and timers say to scans: start, cancel, resume, go on; and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, Max
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dashboard.models import Digest, Scan, ScanItem
from dashboard.scan import pace
from dashboard.scan.tasks import read_scan

State = Scan.State
GOING = (State.QUEUED, State.LISTING, State.RUNNING)
TOLD_TWICE = timedelta(seconds=30)  # a scan that no worker has taken up after this is told to them again


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is. rate: histories a second; time_left: at that rate, once it can be told."""

    total: int
    done: int
    failed: int
    rate: float | None
    time_left: timedelta | None
    held_until: datetime | None  # upstream asked for a pause

    @property
    def read(self) -> int:
        return self.done + self.failed

    @property
    def left(self) -> int:
        return self.total - self.read


def start(
    workflow_id: str,
    *,
    lead_status: str = "",
    sample: int | None = None,
    seed: int | None = None,
    user: User | None = None,
    is_told: bool = True,
) -> Scan:
    """A scan of this question: the one already going on, or a new one. is_told False: the caller works at it."""
    question = {
        "workflow_id": workflow_id,
        "lead_status": lead_status,
        "sample": sample,
        "seed": (seed or 0) if sample is not None else None,
    }
    going = Scan.objects.filter(**question, state__in=GOING).first()
    if going is not None:
        return going
    scan = Scan.objects.create(**question, requested_by=user, created_at=timezone.now())
    if is_told:
        _tell(scan)
    return scan


def cancel(scan: Scan) -> None:
    """What is being read just now is still kept; nothing further is asked for."""
    going = Scan.objects.filter(pk=scan.pk, state__in=GOING)
    going.update(state=State.CANCELLED, finished_at=timezone.now())


def resume(scan: Scan, *, is_told: bool = True) -> None:
    """Go on with a scan that is over: with what failed, and with what was not reached."""
    scan.items.filter(state=ScanItem.State.FAILED).update(state=ScanItem.State.TODO, attempts=0, until=None, error="")
    has_items = scan.listed is not None
    over = Scan.objects.filter(pk=scan.pk).exclude(state__in=GOING)
    if over.update(state=State.RUNNING if has_items else State.QUEUED, finished_at=None, error="") and is_told:
        _tell(scan)


def revive() -> None:
    """Tell the workers again of scans at which nobody is: their worker was killed, or the task was lost."""
    now = timezone.now()
    lost = now - max(TOLD_TWICE, timedelta(seconds=settings.SCAN_LEASE_SECONDS))
    for scan in Scan.objects.filter(state__in=GOING):
        # Told is as good as alive: the next timer waits as long again.
        silent = Scan.objects.filter(pk=scan.pk, state__in=GOING)
        silent = silent.filter(alive_at__lte=lost) if scan.alive_at else silent.filter(created_at__lte=lost)
        if silent.exists() and _is_first_to_tell(scan, now):
            _tell(scan)


def _is_first_to_tell(scan: Scan, now: datetime) -> bool:
    """Of several workers whose timers see the same silence, one tells."""
    if scan.state == State.LISTING:
        return Scan.objects.filter(pk=scan.pk, alive_at=scan.alive_at).update(state=State.QUEUED, alive_at=now) == 1
    return Scan.objects.filter(pk=scan.pk, alive_at=scan.alive_at).update(alive_at=now) == 1


def start_due() -> list[Scan]:
    """Scan again every workflow whose last whole scan is older than SCAN_EVERY_HOURS; 0: none."""
    if not settings.SCAN_EVERY_HOURS:
        return []
    due = timezone.now() - timedelta(hours=settings.SCAN_EVERY_HOURS)
    whole = Scan.objects.filter(lead_status="", sample=None).exclude(state=State.CANCELLED)
    newest = whole.values("workflow_id").annotate(newest=Max("created_at")).filter(newest__lte=due)
    return [start(row["workflow_id"]) for row in newest]


def prune() -> int:
    """Forget what nobody has read again for DIGEST_DAYS: digests, scans with their items, results of tasks."""
    old = timezone.now() - timedelta(days=settings.DIGEST_DAYS)
    gone, _ = Digest.objects.filter(read_at__lt=old).delete()
    Scan.objects.filter(created_at__lt=old).exclude(state__in=GOING).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=old).delete()
    return gone


def latest(workflow_id: str) -> Scan | None:
    return Scan.objects.filter(workflow_id=workflow_id).order_by("-created_at", "-pk").first()


def progress(scan: Scan) -> Progress:
    counts = dict(scan.items.order_by().values_list("state").annotate(Count("pk")))
    done, failed = counts.get(ScanItem.State.DONE, 0), counts.get(ScanItem.State.FAILED, 0)
    total = sum(counts.values())
    end = scan.finished_at or timezone.now()
    seconds = (end - scan.started_at).total_seconds() if scan.started_at else 0.0
    rate = done / seconds if done and seconds > 0 else None
    left = total - done - failed
    time_left = timedelta(seconds=round(left / rate)) if rate and not scan.is_over else None
    return Progress(total, done, failed, rate, time_left, None if scan.is_over else pace.held_until())


def _tell(scan: Scan) -> None:
    for _ in range(settings.SCAN_WORKERS):
        read_scan.enqueue(scan.pk)
