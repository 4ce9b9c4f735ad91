"""Links that show one lead's timeline, masked, to whoever has them."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models


class ShareLink(models.Model):
    """One link. Its token is shown once, when it is made: here stands only the token's hash."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    workflow_id = models.CharField(max_length=100)
    lead_id = models.CharField(max_length=100)
    shows_calls = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    views = models.PositiveIntegerField(default=0)
    last_viewed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="share_by_owner"),
            models.Index(fields=["workflow_id", "lead_id"], name="share_by_lead"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk} to {self.lead_id}"

    @staticmethod
    def new_token() -> str:
        """256 random bits as 43 characters."""
        return secrets.token_urlsafe(32)

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()
