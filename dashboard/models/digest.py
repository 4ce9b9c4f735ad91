"""What Leadline knows of each lead without asking: the digest of its history as last read."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.crypto import salted_hmac

from dashboard.timeline import digest
from dashboard.timeline.model import Timeline
from dashboard.timeline.standing import Limits


def late(*, now: datetime, limits: Limits) -> models.Q:
    """Past their limit: stuck, if their workflow runs."""
    is_late = models.Q()
    for kind, limit in (("wait", limits.grace), ("call", limits.call), ("step", limits.step)):
        is_late |= models.Q(limit_kind=kind, limit_from__lt=now - limit)
    return is_late


class Digest(models.Model):
    """One lead of one workflow. The fields are those of timeline.digest.Digest, which explains them."""

    workflow_id = models.CharField(max_length=100)
    lead_id = models.CharField(max_length=100)
    read_at = models.DateTimeField()
    lead_status = models.CharField(max_length=40)
    current_node_id = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10)
    node_id = models.CharField(max_length=100, blank=True)
    node_label = models.CharField(max_length=200, blank=True)
    node_type = models.CharField(max_length=40, blank=True)
    node_status = models.CharField(max_length=40, blank=True)
    position = models.PositiveIntegerField(null=True)
    since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    limit_kind = models.CharField(max_length=5, blank=True)
    limit_from = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField(null=True)
    visits = models.PositiveIntegerField()
    dials = models.PositiveIntegerField()
    last_dial_at = models.DateTimeField(null=True)
    notes = models.PositiveIntegerField()
    phone_masked = models.CharField(max_length=40, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True)
    zones = models.JSONField(default=list)  # that the number may be in, for verdicts: the number itself is not kept
    country_code = models.PositiveIntegerField(null=True)
    fingerprint = models.CharField(max_length=64)
    path = models.JSONField()
    dial_times = models.JSONField()
    tail = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow_id", "lead_id"], name="one_digest_per_lead")]
        indexes = [
            # Each holds what a page counts or groups by, so that a hundred thousand rows need not be looked up.
            models.Index(
                fields=["workflow_id", "limit_kind", "limit_from", "node_id", "node_label"], name="digest_late"
            ),
            models.Index(fields=["workflow_id", "kind", "due_at"], name="digest_waiting"),
            models.Index(fields=["workflow_id", "node_id", "kind", "since"], name="digest_at_node"),
            models.Index(fields=["workflow_id", "read_at"], name="digest_read_at"),
            models.Index(fields=["workflow_id", "phone_hash"], name="digest_phone"),
            # Dials to one number, in whatever workflow.
            models.Index(fields=["phone_hash"], name="digest_number"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} in {self.workflow_id}"

    def timeline(self) -> Timeline:
        """A timeline of which standing() says what it says of the whole path; without anything personal."""
        return digest.skeleton(
            self.workflow_id, self.lead_id, self.lead_status, self.current_node_id, self.enrolled_at, self.tail
        )


def phone_hash(phone: str | None) -> str:
    """A number's digits under this installation's key: the same number finds its digests, and nobody reads it there."""
    digits = "".join(char for char in phone or "" if char.isdecimal())
    return salted_hmac("dashboard.models.digest.phone", digits, algorithm="sha256").hexdigest() if digits else ""
