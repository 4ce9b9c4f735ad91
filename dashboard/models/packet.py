"""Evidence packets: asked for, made by a worker, kept encrypted for a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from dashboard.encryption import fernet

KEPT = timedelta(hours=24)
PURPOSE = "dashboard.models.packet"


class Packet(models.Model):
    """One packet about one lead. body is the file, encrypted; it goes with the row when its day is over."""

    class State(models.TextChoices):
        QUEUED = "queued", "waiting for a worker"
        MAKING = "making", "being made"
        READY = "ready", "ready"
        FAILED = "failed", "could not be made"

    workflow_id = models.CharField(max_length=100)
    lead_id = models.CharField(max_length=100)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason_code = models.CharField(max_length=20)
    reason_text = models.CharField(max_length=300)
    zone = models.CharField(max_length=64, blank=True)  # whose clock; "": the called party's
    has_calls = models.BooleanField(default=False)  # with what was said
    is_unmasked = models.BooleanField(default=False)
    state = models.CharField(max_length=6, choices=State.choices, default=State.QUEUED)
    error = models.CharField(max_length=200, blank=True)  # our sentence
    created_at = models.DateTimeField()
    alive_at = models.DateTimeField()  # when workers were told of it, or one last said that it is at it
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)  # of the file
    size = models.PositiveBigIntegerField(null=True)
    body = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workflow_id", "lead_id", "-created_at"], name="packet_by_lead"),
            models.Index(fields=["state", "alive_at"], name="packet_at_work"),
            models.Index(fields=["expires_at"], name="packet_expiry"),
        ]

    def __str__(self) -> str:
        return f"packet {self.pk} of {self.lead_id}"

    @property
    def is_settled(self) -> bool:
        """Nothing more happens to it but its end."""
        return self.state in (self.State.READY, self.State.FAILED)

    def is_over(self, now: datetime) -> bool:
        return self.expires_at <= now

    def sealed(self, file: bytes) -> bytes:
        """The file as it is kept."""
        return fernet(PURPOSE).encrypt(file)

    def opened(self) -> bytes:
        """The file. Raises cryptography.fernet.InvalidToken where SECRET_KEY is another one by now."""
        return fernet(PURPOSE).decrypt(bytes(self.body or b""))
