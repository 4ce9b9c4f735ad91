"""The first part of a scan: which leads there are, and which of them are its items."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from dashboard.dialnexa.client import Client
from dashboard.models import Scan, ScanItem

PAGE = 100  # the most that upstream's documents allow


def lead_ids(client: Client, workflow_id: str, status: str, before_each: Callable[[], None]) -> list[str]:
    """Every lead's id once, in upstream's order, whichever way it pages or ignores what it was asked.

    before_each: called before each request. Raises DialNexaError.
    """
    everyone: dict[str, bool] = {}  # and whether the lead has the status
    page = 1
    while True:
        before_each()
        answer = client.leads(workflow_id, page=page, limit=PAGE, status=status or None)
        known, rows = len(everyone), len(answer.items)
        everyone.update((lead.id, not status or lead.status == status) for lead in answer.items)
        is_short = rows < PAGE if answer.pages is None else page >= answer.pages
        # A page without anybody new, and nobody said how many there are: upstream sends the same one again and again.
        is_same = len(everyone) == known and answer.pages is None
        if answer.is_whole or not rows or is_short or is_same:
            return [lead_id for lead_id, has_status in everyone.items() if lead_id and has_status]
        page += 1


def sample(ids: Iterable[str], size: int, seed: int) -> list[str]:
    """`size` of them by the seed alone: the same ones in whatever order they come, and all of a smaller sample's."""
    return sorted(ids, key=lambda lead_id: hashlib.sha256(f"{seed}:{lead_id}".encode()).digest())[:size]


def keep(scan: Scan, ids: list[str]) -> None:
    """The scan's items. Once more does nothing."""
    chosen = ids if scan.sample is None else sample(ids, scan.sample, scan.seed or 0)
    items = (ScanItem(scan=scan, lead_id=lead_id, position=at) for at, lead_id in enumerate(chosen))
    ScanItem.objects.bulk_create(items, ignore_conflicts=True, batch_size=500)
