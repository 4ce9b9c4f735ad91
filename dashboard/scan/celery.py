"""Celery behind the same @task: TASK_BACKEND=celery puts tasks into Redis, and any number of workers take them out.

Messages are JSON and name a task; what is not one of our tasks is refused.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import celery
from celery.signals import worker_shutting_down
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus

from dashboard.scan.turn import Stop

RUN = "leadline.run"


@cache
def app() -> celery.Celery:
    """This installation's Celery: acknowledged when done, so that a killed worker's task goes to another one."""
    one = celery.Celery("leadline", broker=settings.REDIS_URL)
    one.conf.update(
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 3600, "global_keyprefix": "leadline-tasks:"},
        enable_utc=True,
        task_acks_late=True,
        task_ignore_result=True,
        task_reject_on_worker_lost=True,
        task_serializer="json",
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
        worker_redirect_stdouts=False,
    )
    one.task(name=RUN)(run)
    return one


def run(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Run one of our tasks. Raises ValueError for a path that names something else."""
    task = import_string(path) if path.startswith("dashboard.") else None
    if not isinstance(task, Task):
        raise ValueError("That is not a task of Leadline.")
    task.call(*args, **kwargs)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def stop(**_: Any) -> None:
    """The turn at hand gives its leases back, and ends."""
    Stop.is_asked = True


class CeleryBackend(BaseTaskBackend):
    """django_tasks over Celery. Results are not kept: a scan's own rows say how it went."""

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        sent = app().send_task(RUN, args=[task.module_path, list(args), dict(kwargs)])
        return TaskResult(
            task=task,
            id=sent.id,
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
