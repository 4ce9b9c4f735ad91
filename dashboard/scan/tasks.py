"""What workers are told to do: the database worker and Celery run the same one."""

from __future__ import annotations

from django_tasks import task

from dashboard.scan import turn


@task()
def read_scan(scan_id: int) -> None:
    """Take a turn at a scan. Told twice, the second finds nothing left to do."""
    turn.work(scan_id)
