"""The measurement of verdicts.py in a process of its own, as one line of JSON on stdout."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.scale_process import cpu, memory

if TYPE_CHECKING:
    from dashboard.timeline.model import Timeline, Visit

WORKFLOW = "workflow_verdicts01"
LEADS = 100_000
CHUNK = 500  # as the queue is filled
PACKS = ["us-collections", "us-telemarketing"]
NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
STATUSES = ("no_answer", "completed", "busy", "completed")


def main() -> None:
    folder, count = sys.argv[1], int(sys.argv[2])
    os.environ.update(
        SECRET_KEY="only-for-a-benchmark-" + "k" * 40,
        DEBUG="false",
        HTTPS="false",
        LOG_LEVEL="WARNING",
        DATABASE_URL=f"sqlite:///{folder}/verdicts.sqlite3",
        REDIS_URL="",
        DIALNEXA_API_KEY="bench:key",
        BENCH_FOLDER=folder,
        DJANGO_SETTINGS_MODULE="benchmarks.site_settings",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(verdicts(count)))


def verdicts(count: int) -> dict[str, Any]:
    """Kept, then judged: milliseconds of CPU, what was found, megabytes before and after."""
    from dashboard.compliance.verdict import worst
    from dashboard.judging import judged_digests
    from dashboard.models import PackChoice

    fill(count)
    PackChoice.objects.create(workflow_id=WORKFLOW, packs=PACKS)
    ids = [f"lead_{number}" for number in range(count)]
    found: Counter[str] = Counter()

    def judge() -> None:
        for start in range(0, count, CHUNK):
            for _, verdicts in judged_digests(WORKFLOW, ids[start : start + CHUNK]):
                found[str(worst(verdict.result for verdict in verdicts))] += 1

    before = memory()
    (milliseconds,) = cpu(judge, rounds=1)
    return {"leads": count, "milliseconds": milliseconds, "found": found, "megabytes": [before, memory()]}


def fill(count: int) -> None:
    """Digests of so many leads, one in ten with the number of another, and the facts of the calls they completed."""
    from dashboard.compliance.calls import CallFacts
    from dashboard.compliance.packs import shipped
    from dashboard.models import CallDigest, call_digest
    from dashboard.scan.digests import keep

    keys = [one.key for pack in shipped().values() for one in pack.phrases]
    for start in range(0, count, 5_000):
        numbers = range(start, min(count, start + 5_000))
        paths = [path(number) for number in numbers]
        keep(WORKFLOW, [(one, NOW) for one in paths])
        known = [
            CallFacts(
                *(call_id, NOW, False, "completed", None, False, False, 6, 3, 3),
                found={key: (1,) if key == keys[number % len(keys)] else () for key in keys},
                digest="d" * 64,
            )
            for number, one in zip(numbers, paths, strict=True)
            for call_id in one.call_ids
        ]
        owners = (one.lead.id for one in paths for _ in one.call_ids)
        CallDigest.objects.bulk_create(
            [call_digest(WORKFLOW, lead_id, one) for lead_id, one in zip(owners, known, strict=True)], batch_size=500
        )


def path(number: int) -> Timeline:
    """Four calls and the waits between them, over two days from one of 48 hours on."""
    from dashboard.timeline.model import Lead, Timeline

    phone = f"+1415{5_000_000 + number - number % 10 // 9:07}"
    visits = tuple(steps(number, NOW - timedelta(days=9) + timedelta(hours=number % 48)))
    return Timeline(WORKFLOW, Lead(f"lead_{number}", phone, status="active"), visits, received_rows=len(visits))


def steps(number: int, at: datetime) -> Iterator[Visit]:
    from dashboard.timeline.model import Visit

    for turn, status in enumerate(STATUSES):
        call_id = f"call_{number}_{turn}" if status == "completed" else None
        place, left_at = 2 * turn + 1, at + timedelta(seconds=60)
        yield Visit(
            *(place, place, f"node_call{turn}", "VOICE_CALL", f"Call {turn}", status),
            entered_at=at,
            left_at=left_at,
            call_id=call_id,
        )
        at = left_at + timedelta(hours=4 + number % 20)
        yield Visit(
            *(place + 1, place + 1, f"node_wait{turn}", "TIME", f"Wait {turn}", "completed"),
            entered_at=left_at,
            left_at=at,
        )


if __name__ == "__main__":
    main()
