"""What workflows are called: a process that has not read their list shows a name all the same."""

from __future__ import annotations

from django.db import models


class WorkflowName(models.Model):
    """A workflow as some process has last read it; a row is written when it says something new."""

    workflow_id = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=40)
    description = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"name of {self.workflow_id}"
