"""Histories that were read -> their digests in the database: by a scan many at once, by a page the one it shows."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from django.db import DatabaseError, transaction

from dashboard.compliance import clock
from dashboard.models import Digest, phone_hash
from dashboard.timeline.digest import digest
from dashboard.timeline.model import Timeline

log = logging.getLogger("dashboard.scan")

KEYS = ("workflow_id", "lead_id")
MOST_LATELY = 10_000
# When the history was read of which a page of this process has kept the digest: it is shown again, and read once.
_lately: dict[tuple[str, str], datetime] = {}
VALUES = tuple(field.name for field in Digest._meta.concrete_fields if field.name not in ("id", *KEYS))


def keep(workflow_id: str, histories: Iterable[tuple[Timeline, datetime]]) -> None:
    """Keep the digest of each history, read at its moment. One read before the digest there is changes nothing."""
    rows = {timeline.lead.id: _row(timeline, read_at) for timeline, read_at in histories}
    known = Digest.objects.filter(workflow_id=workflow_id, lead_id__in=rows).values_list("lead_id", "read_at")
    for lead_id, read_at in known:
        if read_at > rows[lead_id].read_at:
            del rows[lead_id]
    Digest.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=KEYS, update_fields=VALUES, batch_size=200
    )


def keep_viewed(timeline: Timeline, read_at: datetime) -> None:
    """Keep the digest of a lead whose page is being shown, once for each reading. The page does not depend on it."""
    key = (timeline.workflow_id, timeline.lead.id)
    if _lately.get(key) == read_at:
        return
    try:
        with transaction.atomic():
            keep(timeline.workflow_id, [(timeline, read_at)])
    except DatabaseError as error:
        log.warning("A digest could not be kept: %s", type(error).__name__)
        return
    _lately[key] = read_at
    if len(_lately) > MOST_LATELY:
        del _lately[next(iter(_lately))]


def _row(timeline: Timeline, read_at: datetime) -> Digest:
    found = digest(timeline, now=read_at)
    facts = {field.name: getattr(found, field.name) for field in fields(found)}
    phone = timeline.lead.phone
    where = {"zones": list(clock.zones(phone)), "country_code": clock.country_code(phone)}
    return Digest(read_at=read_at, phone_hash=phone_hash(phone), **where, **facts)
