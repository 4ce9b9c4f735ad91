"""The measurements of trail.py in a process of their own, as one line of JSON on stdout; after "writing" only these."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.figures import percentile

ROWS = 1_000_000
WRITTEN = 400
WRITERS = 16


def main() -> None:
    folder = Path(sys.argv[1])
    os.environ.update(
        SECRET_KEY="only-for-a-benchmark-" + "k" * 40,
        AUDIT_KEY="only-for-a-benchmark-" + "a" * 40,
        DEBUG="false",
        HTTPS="false",
        LOG_LEVEL="WARNING",
        DATABASE_URL=f"sqlite:///{folder}/trail.sqlite3",
        REDIS_URL="",
        DIALNEXA_API_KEY="bench:key",
        BENCH_FOLDER=str(folder),
        DJANGO_SETTINGS_MODULE="benchmarks.site_settings",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    is_whole = "writing" not in sys.argv
    print(json.dumps({**writing(), **(proving() if is_whole else {})}))


def writing() -> dict[str, Any]:
    """Rows a second: one writer, and sixteen threads; and a bare insert of one row with a commit, as often."""
    from django.db import connection, connections

    from dashboard.audit import proof, trail
    from dashboard.models import AuditEvent

    def write(count: int) -> list[float]:
        """Seconds for each row."""
        moments = [time.perf_counter()]
        for number in range(count):
            trail.record("timeline.view", workflow_id="wf_a", lead_id=f"lead_{number % 97}", phone="+919812345678")
            moments.append(time.perf_counter())
        return [later - earlier for earlier, later in pairwise(moments)]

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")
        began = time.perf_counter()
        for _ in range(WRITTEN):
            cursor.execute("INSERT INTO bare (text) VALUES (%s)", ["x" * 600])
        bare = WRITTEN / (time.perf_counter() - began)
    write(10)
    began = time.perf_counter()
    write(WRITTEN)
    alone = WRITTEN / (time.perf_counter() - began)

    before, waits = AuditEvent.objects.count(), list[float]()

    def worker() -> None:
        waits.extend(write(WRITTEN // WRITERS))
        connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(WRITERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = WRITTEN / (time.perf_counter() - began)
    lost = WRITTEN - (AuditEvent.objects.count() - before)
    assert proof.prove().fault is None
    return {"bare": bare, "alone": alone, "together": together, "p99": percentile(waits, 0.99) * 1000, "lost": lost}


def proving() -> dict[str, Any]:
    """Seconds to prove a million rows, and to read as many out of the database without looking at them."""
    from dashboard.audit import chain, proof, trail
    from dashboard.models import AuditEvent, AuditHead

    head = AuditHead.objects.get(pk=1)
    key, seq, before = trail.key(), head.seq, head.hash
    last = AuditEvent.objects.get(pk=seq)
    fields = {name: getattr(last, name) for name in chain.SEALED}
    batch: list[AuditEvent] = []
    while seq < ROWS:
        seq += 1
        fields |= {"seq": seq, "prev_hash": before, "at": datetime.now(UTC) + timedelta(microseconds=seq)}
        before = chain.seal(fields, key)
        batch.append(AuditEvent(**fields, hash=before))
        if len(batch) == 10_000 or seq == ROWS:
            AuditEvent.objects.bulk_create(batch)
            batch = []
    AuditHead.objects.filter(pk=1).update(seq=seq, hash=before)
    began = time.perf_counter()
    read = sum(1 for _ in proof.rows())
    reading = time.perf_counter() - began
    began = time.perf_counter()
    found = proof.prove()
    proved = time.perf_counter() - began
    assert (read, found.count, found.fault) == (ROWS, ROWS, None)
    return {"reading": reading, "proving": proved}


if __name__ == "__main__":
    main()
