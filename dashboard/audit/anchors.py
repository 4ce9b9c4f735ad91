"""Anchors: signed lines outside the database that say where the chain stood, so that a cut tail shows."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from dashboard.audit import trail
from dashboard.audit.chain import Anchor, key_id
from dashboard.models import Action, AuditEvent, AuditHead

log = logging.getLogger("dashboard.audit")


class AnchorError(Exception):
    """A line of the anchors' file that is none of ours."""


def is_due() -> bool:
    """Once a day, if anything was recorded since."""
    last = AuditEvent.objects.filter(action=Action.AUDIT_ANCHOR).order_by("-seq").first()
    head = AuditHead.objects.filter(pk=1).first()
    if head is None or not head.seq or (last and last.seq == head.seq):
        return False
    return last is None or last.at.astimezone(UTC).date() < datetime.now(UTC).date()


def anchor() -> str:
    """Record that the chain is anchored, and write down that row: a line in the log, and in AUDIT_ANCHORS if it is set.

    Raises TrailError, and OSError when the file can't be written.
    """
    event = trail.record(Action.AUDIT_ANCHOR)
    fields = {"at": event.at.isoformat(), "count": event.seq, "hash": event.hash, "seq": event.seq}
    line = json.dumps({**fields, "key_id": key_id(trail.key()), "sign": _sign(fields, trail.key())}, sort_keys=True)
    log.info("audit anchor %s", line)
    if settings.AUDIT_ANCHORS:
        path = Path(settings.AUDIT_ANCHORS)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    return line


def read(path: Path) -> list[Anchor]:
    """Every anchor of a file. Raises AnchorError for a line that was not signed by one of our keys, and OSError."""
    found = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            fields = json.loads(line)
            key, sign = trail.keys()[fields.pop("key_id")], fields.pop("sign")
            is_ours = hmac.compare_digest(_sign(fields, key), sign)
            one = Anchor(fields["seq"], fields["hash"])
        except (ValueError, KeyError, TypeError, AttributeError):
            is_ours = False
        if not is_ours:
            raise AnchorError(f"Line {number} of the anchors is not as it was signed.")
        found.append(one)
    return found


def _sign(fields: dict[str, object], key: bytes) -> str:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, b"anchor\0" + text.encode(), hashlib.sha256).hexdigest()
