"""The demo's calendar: scenarios are written for one afternoon and moved to the day the demo starts.

Moves go by whole days, so that 21:47 in India stays 21:47; only what is marked live moves to the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30), "IST")
NOW = datetime(2026, 7, 15, 15, 0, tzinfo=IST)  # the moment every scenario is written for
DAY = timedelta(days=1)


def ist(month: int, day: int, hour: int, minute: int = 0, second: int = 0, *, year: int = 2026) -> datetime:
    """A moment by the clock in India."""
    return datetime(year, month, day, hour, minute, second, tzinfo=IST)


def iso(moment: datetime) -> str:
    """The moment as DialNexa writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass(frozen=True, slots=True)
class Anchor:
    """When the demo started, and what that does to the scenarios' moments."""

    start: datetime

    def moved(self, moment: datetime, *, live: bool = False) -> datetime:
        """A scenario's moment in this demo's time. At start == NOW nothing moves."""
        gap = self.start - NOW
        return moment + (gap if live else gap // DAY * DAY)

    def ahead(self, moment: datetime) -> datetime:
        """A moved plan, put off by whole days until it lies after the start."""
        late = self.start - moment
        return moment if late < timedelta(0) else moment + (late // DAY + 1) * DAY
