"""How the trail ends: whole months, archived, accounted for in the chain itself, then deleted; never under a hold."""

from __future__ import annotations

import gzip
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from dashboard.audit import proof, trail
from dashboard.models import Action, AuditEvent, AuditPurge, AuditSubject, LegalHold, phone_hash


class PurgeError(Exception):
    """The trail was left as it is, and why."""


@dataclass(frozen=True, slots=True)
class Purged:
    count: int
    to_seq: int
    archive: Path
    sha256: str


def purge(now: datetime, months: int | None = None) -> Purged | None:
    """Archive and delete the whole months that are older than AUDIT_MONTHS. None: there are none.

    The purge is itself a row, which the remaining chain is proved by. Raises PurgeError: a legal hold, a chain that
    does not hold, or no AUDIT_ARCHIVE; OSError when the archive can't be written; TrailError.
    """
    before = _month_start(now, months or settings.AUDIT_MONTHS)
    last = AuditEvent.objects.filter(at__lt=before).aggregate(last=Max("seq"))["last"]
    if last is None:
        return None
    if not settings.AUDIT_ARCHIVE:
        raise PurgeError("AUDIT_ARCHIVE is not set: there is no folder to archive to.")
    _refuse_held(last)
    found = proof.prove()
    if found.fault:
        raise PurgeError(f"The chain does not hold, so nothing is purged. {found.fault.sentence}")
    path, digest = _archive(found.first, last)
    last_hash = AuditEvent.objects.values_list("hash", flat=True).get(pk=last)
    with transaction.atomic():
        trail.record(
            Action.AUDIT_PURGE,
            target=path.name,
            to_seq=last,
            last_hash=last_hash,
            count=last - found.first + 1,
            sha256=digest,
        )
        flag = AuditPurge.objects.create(upto=last)
        AuditEvent.objects.filter(seq__lte=last).delete()
        flag.delete()
    return Purged(last - found.first + 1, last, path, digest)


def erase(phone: str) -> bool:
    """Unlink a person from the trail: the rows stay, and nobody can tell whose they are. False: there is no link."""
    gone, _ = AuditSubject.objects.filter(phone_hash=phone_hash(phone)).delete()
    if gone:
        trail.record(Action.SUBJECT_ERASE)
    return bool(gone)


def _refuse_held(last: int) -> None:
    for hold in LegalHold.objects.filter(released_at=None):
        held = Q(workflow_id=hold.workflow_id) & (Q(lead_id=hold.lead_id) if hold.lead_id else Q())
        if AuditEvent.objects.filter(held, seq__lte=last).exists():
            raise PurgeError(f"There is a legal hold on {hold.workflow_id} {hold.lead_id}".rstrip() + ".")


def _archive(first: int, last: int) -> tuple[Path, str]:
    """Rows as compressed JSON lines in a file of their own, on the disk before this returns; and its SHA-256."""
    folder = Path(settings.AUDIT_ARCHIVE)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"trail-{first:012}-{last:012}.jsonl.gz"
    with path.open("wb") as file:
        with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
            packed.writelines(f"{line}\n".encode() for line in proof.lines(proof.rows(first, last)))
        file.flush()
        os.fsync(file.fileno())
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def _month_start(now: datetime, months: int) -> datetime:
    """The start of the month that lies this many whole months back."""
    index = now.year * 12 + now.month - 1 - months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)
