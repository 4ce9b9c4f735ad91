"""What Leadline itself keeps."""

from __future__ import annotations

from dashboard.models.digest import Digest, phone_hash
from dashboard.models.scan import Pace, Scan, ScanItem

__all__ = ["Digest", "Pace", "Scan", "ScanItem", "phone_hash"]
