"""The chain as it stands in the database, proved: by the command, and row by row for exports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from dashboard.audit import anchors, chain, trail
from dashboard.models import AuditEvent, AuditHead

COLUMNS = (*chain.SEALED, "hash")


def rows(first: int | None = None, last: int | None = None) -> Iterator[dict[str, Any]]:
    """The rows in order of their numbers, as they are sealed."""
    events = AuditEvent.objects.order_by("seq")
    if first:
        events = events.filter(seq__gte=first)
    if last:
        events = events.filter(seq__lte=last)
    for values in events.values_list(*COLUMNS).iterator(chunk_size=5_000):
        yield dict(zip(COLUMNS, values, strict=True))


def prove(first: int | None = None, last: int | None = None, anchored: Path | None = None) -> chain.Proof:
    """Walk the chain, or a part of it. Raises AnchorError and OSError for the anchors' file."""
    path = anchored or (Path(settings.AUDIT_ANCHORS) if settings.AUDIT_ANCHORS else None)
    known = anchors.read(path) if path and (anchored or path.exists()) else []
    start = None
    if first and first > 1 and (before := AuditEvent.objects.filter(seq=first - 1).first()):
        start = chain.Anchor(before.seq, before.hash)
    head = _head()
    found = AuditEvent.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    # Rows that are written meanwhile are left for the next time; rows that no writer knows of are not.
    end = min(found, head.seq) if found <= _head().seq else found
    is_whole = last is None or last >= end
    last = end if is_whole else last
    return chain.prove(
        rows(first, last),
        trail.keys(),
        anchors=[one for one in known if (first or 1) <= one.seq and (is_whole or one.seq <= (last or 0))],
        start=start,
        head=head if head.seq and is_whole else None,
    )


def _head() -> chain.Anchor:
    head = AuditHead.objects.filter(pk=1).first()
    return chain.Anchor(head.seq, head.hash) if head else chain.Anchor(0, "")


def lines(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Rows as JSON lines: the sealed fields exactly as they were sealed, and the hash, for scripts/verify_trail.py."""
    for row in found:
        sealed = json.loads(chain.canonical(row))
        yield json.dumps({**sealed, "hash": row["hash"]}, sort_keys=True, ensure_ascii=False)
