"""What Leadline itself keeps."""

from __future__ import annotations

from dashboard.models.digest import Digest, phone_hash

__all__ = ["Digest", "phone_hash"]
