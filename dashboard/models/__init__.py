"""What Leadline itself keeps."""

from __future__ import annotations

from dashboard.models.audit import Action, AuditEvent, AuditHead, AuditPurge, AuditSubject, LegalHold, Outcome
from dashboard.models.digest import Digest, late, phone_hash
from dashboard.models.graph import Graph
from dashboard.models.scan import Pace, Scan, ScanItem
from dashboard.models.share import ShareLink

__all__ = [
    "Action",
    "AuditEvent",
    "AuditHead",
    "AuditPurge",
    "AuditSubject",
    "Digest",
    "Graph",
    "LegalHold",
    "Outcome",
    "Pace",
    "Scan",
    "ScanItem",
    "ShareLink",
    "late",
    "phone_hash",
]
