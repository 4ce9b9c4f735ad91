"""Names of workflows for the processes that have not read the list themselves: kept in the database.

A name only ever helps: no trouble with one takes a page away.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError

from dashboard.models import WorkflowName
from dashboard.timeline.digest import LONGEST_ID, LONGEST_LABEL, LONGEST_WORD, short
from dashboard.timeline.model import Workflow
from dashboard.upstream.copies import Copies, Read

LONGEST_DESCRIPTION = 500
COLUMNS = ("workflow_id", "title", "status", "description")
LOOK = timedelta(seconds=10)  # between two looks of a process for the same name
_looks = Copies(500)  # what the last one has found, nothing included


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


def known(workflow_id: str, *, now: datetime) -> Workflow | None:
    """A workflow with its title, status and description alone, as somebody has last read them."""
    kept = _looks.get((workflow_id,))
    if kept and timedelta(0) <= now - kept.read.read_at < LOOK:
        found: Workflow | None = kept.read.value
        return found
    row = WorkflowName.objects.filter(workflow_id=workflow_id).first()
    found = Workflow(workflow_id, row.title, row.status, row.description or None) if row else None
    _looks.keep((workflow_id,), Read(found, now))
    return found


def forget() -> None:
    _looks.clear()


def _row(workflow: Workflow) -> tuple[str, str, str, str]:
    return (
        workflow.id,
        short(workflow.title, LONGEST_LABEL),
        short(workflow.status, LONGEST_WORD),
        short(workflow.description, LONGEST_DESCRIPTION),
    )
