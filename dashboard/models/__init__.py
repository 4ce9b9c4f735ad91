"""What Leadline itself keeps."""

from __future__ import annotations

from dashboard.models.digest import Digest, late, phone_hash
from dashboard.models.scan import Pace, Scan, ScanItem

__all__ = ["Digest", "Pace", "Scan", "ScanItem", "late", "phone_hash"]
