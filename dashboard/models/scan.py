"""A scan: the background reading of many leads' histories, item by item, so that any worker can go on with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Scan(models.Model):
    """One question about one workflow: every lead, those of a status, or a sample that its seed repeats."""

    class State(models.TextChoices):
        QUEUED = "queued", "waiting for a worker"
        LISTING = "listing", "reading the list of leads"
        RUNNING = "running", "reading histories"
        DONE = "done", "done"
        CANCELLED = "cancelled", "cancelled"
        FAILED = "failed", "stopped by a failure"

    workflow_id = models.CharField(max_length=100)
    lead_status = models.CharField(max_length=40, blank=True)
    sample = models.PositiveIntegerField(null=True)
    seed = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)  # when a worker last said that it is at it
    listed = models.PositiveIntegerField(null=True)  # leads that upstream listed, before the sample was drawn
    error = models.CharField(max_length=200, blank=True)  # our sentence

    class Meta:
        indexes = [models.Index(fields=["workflow_id", "-created_at"], name="scan_latest")]

    def __str__(self) -> str:
        return f"scan {self.pk} of {self.workflow_id}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.CANCELLED, self.State.FAILED)


class ScanItem(models.Model):
    """One lead of a scan."""

    class State(models.TextChoices):
        TODO = "todo"
        LEASED = "leased"
        DONE = "done"
        FAILED = "failed"

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="items")
    lead_id = models.CharField(max_length=100)
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.TODO)
    # Leased: until when it is the worker's. To do: not before this moment.
    until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)  # our sentence

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scan", "lead_id"], name="one_item_per_lead")]
        indexes = [models.Index(fields=["scan", "state", "position"], name="scan_item_next")]

    def __str__(self) -> str:
        return f"{self.lead_id} of {self.scan_id}"


class Pace(models.Model):
    """The one row by which all workers keep one rate, and stop together when upstream asks for it."""

    next_at = models.DateTimeField()  # the next free moment for a request
    not_before = models.DateTimeField()  # what upstream asked for with a 429

    def __str__(self) -> str:
        return f"next at {self.next_at}"
