"""Names of workflows for the processes that have not read the list themselves: kept in the database.

A name only ever helps: no trouble with one takes a page away.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

from django.db import DatabaseError

from dashboard.models import WorkflowName
from dashboard.timeline.digest import LONGEST_ID, LONGEST_LABEL, LONGEST_WORD, short
from dashboard.timeline.model import Workflow

LONGEST_DESCRIPTION = 500
COLUMNS = ("workflow_id", "title", "status", "description")
LOOK = 10  # seconds between two looks for the same name


def keep(workflows: Sequence[Workflow]) -> None:
    """Write those that say something new."""
    told = {workflow.id: _row(workflow) for workflow in workflows if 0 < len(workflow.id) <= LONGEST_ID}
    if not told:
        return
    with suppress(DatabaseError):
        new = set(told.values()) - set(WorkflowName.objects.filter(workflow_id__in=told).values_list(*COLUMNS))
        if new:
            WorkflowName.objects.bulk_create(
                [WorkflowName(**dict(zip(COLUMNS, row, strict=True))) for row in sorted(new)],
                update_conflicts=True,
                unique_fields=COLUMNS[:1],
                update_fields=COLUMNS[1:],
            )


def known(workflow_id: str) -> Workflow | None:
    """A workflow with its title, status and description alone, as somebody has last read them."""
    return _known(workflow_id, int(time.monotonic() // LOOK))


def forget() -> None:
    _known.cache_clear()


@lru_cache(maxsize=500)
def _known(workflow_id: str, _look: int) -> Workflow | None:
    row = WorkflowName.objects.filter(workflow_id=workflow_id).first()
    return Workflow(workflow_id, row.title, row.status, row.description or None) if row else None


def _row(workflow: Workflow) -> tuple[str, str, str, str]:
    return (
        workflow.id,
        short(workflow.title, LONGEST_LABEL),
        short(workflow.status, LONGEST_WORD),
        short(workflow.description, LONGEST_DESCRIPTION),
    )
