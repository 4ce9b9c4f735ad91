"""What Leadline itself keeps."""

from __future__ import annotations

from dashboard.models.audit import Action, AuditEvent, AuditHead, AuditPurge, AuditSubject, LegalHold, Outcome
from dashboard.models.compliance import CallDigest, PackChoice, RulePack, call_digest
from dashboard.models.digest import Digest, late, phone_hash
from dashboard.models.graph import Graph
from dashboard.models.packet import Packet
from dashboard.models.review import BlindReview, Finding, Review
from dashboard.models.scan import Pace, Scan, ScanItem
from dashboard.models.share import ShareLink
from dashboard.models.workflow import WorkflowName

__all__ = [
    "Action",
    "AuditEvent",
    "AuditHead",
    "AuditPurge",
    "AuditSubject",
    "BlindReview",
    "CallDigest",
    "Digest",
    "Finding",
    "Graph",
    "LegalHold",
    "Outcome",
    "Pace",
    "PackChoice",
    "Packet",
    "Review",
    "RulePack",
    "Scan",
    "ScanItem",
    "ShareLink",
    "WorkflowName",
    "call_digest",
    "late",
    "phone_hash",
]
