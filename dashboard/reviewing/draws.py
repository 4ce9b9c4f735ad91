"""Random samples that anybody can draw again: by the hash of what is drawn, and the installation's seed."""

from __future__ import annotations

import hashlib

from django.conf import settings


def is_drawn(what: str, percent: float) -> bool:
    """Whether this belongs to a sample of so many percent. The same seed draws the same; a larger share, more."""
    digest = hashlib.sha256(f"{settings.REVIEW_SEED}\0{what}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < percent / 100 * 2**64
