"""The two response headers Leadline reads, both moments that servers spell in many ways. Never raises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DEFAULT_WAIT = 5.0  # seconds, when a 429 does not say or can't be understood
LONGEST_WAIT = 3600.0
CLOCKS_APART = timedelta(days=1)  # a Date further off than this says more about its server than about the time

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def retry_after(value: str, *, now: datetime) -> float | None:
    """Seconds to wait, 0 to 3600, from digits or an HTTP date; None when neither, or when the date is past."""
    if _SECONDS.fullmatch(value.strip()):
        return min(float(value), LONGEST_WAIT)
    moment = _moment(value)
    if moment is None or moment <= now:
        return None
    return min((moment - now).total_seconds(), LONGEST_WAIT)


def answered_at(value: str, *, clock: datetime) -> datetime:
    """Upstream's own time, from its Date header; our clock when the header is missing or makes no sense."""
    moment = _moment(value)
    return moment if moment is not None and abs(moment - clock) <= CLOCKS_APART else clock


def _moment(value: str) -> datetime | None:
    """An HTTP date as an aware moment. The asctime form names no zone; HTTP means UTC by it."""
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
