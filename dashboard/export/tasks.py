"""What workers are told to do: the database worker and Celery run the same one."""

from __future__ import annotations

from django_tasks import task

from dashboard.export import making


@task()
def make_packet(packet_id: int) -> None:
    """Make a packet. Told twice, the second finds that somebody is at it, or that it is made."""
    making.make(packet_id)
