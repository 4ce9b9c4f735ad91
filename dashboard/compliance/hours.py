"""Stretches of time outside the legal hours, for the shading of an axis. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.compliance.clock import CalledClock
from dashboard.compliance.packs import Hours, Pack

LONGEST = timedelta(days=400)  # of an axis: beyond it a night is thinner than a line
_DAY = timedelta(days=1)
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Closed:
    """is_sure: by one rule at least, on every clock that may be the called party's, and in whatever state they live."""

    start: datetime
    end: datetime
    is_sure: bool


def closed(chosen: Iterable[Pack], clock: CalledClock, start: datetime, end: datetime) -> list[Closed]:
    """Where any Hours rule of the packs forbids to dial, in order and apart from each other.

    Empty, too, where nobody can say: no zone is known and no rule names one, or the axis is longer than LONGEST.
    """
    if end - start > LONGEST:
        return []
    rules = [rule for pack in chosen for rule in pack.rules if isinstance(rule, Hours)]
    maybe: list[Stretch] = []
    sure: list[Stretch] = []
    for rule in {
        (rule.opens, rule.closes, rule.zone, rule.weekdays, rule.state is None): rule for rule in rules
    }.values():
        zones = (rule.zone,) if rule.zone else clock.zones
        by_zone = [_joined(_nights(rule, ZoneInfo(name), start, end)) for name in zones]
        maybe += (stretch for stretches in by_zone for stretch in stretches)
        if by_zone and rule.state is None:
            sure += _common(by_zone)
    sure = _joined(sure)
    rest = _common([_joined(maybe), _between(sure, start, end)])
    found = [Closed(*stretch, True) for stretch in sure] + [Closed(*stretch, False) for stretch in rest]
    return sorted(found, key=lambda one: one.start)


def _nights(rule: Hours, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Stretch]:
    """What lies outside the rule's hours on each date, cut to the axis."""
    date, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while date <= last:
        if not rule.weekdays or date.isoweekday() in rule.weekdays:
            midnight, opens, closes, next_midnight = (
                datetime.combine(day, at, zone).astimezone(UTC)
                for day, at in ((date, time()), (date, rule.opens), (date, rule.closes), (date + _DAY, time()))
            )
            for one, other in ((midnight, opens), (closes, next_midnight)):
                if max(one, start) < min(other, end):
                    yield max(one, start), min(other, end)
        date += _DAY


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time, without touching or overlapping stretches."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _common(lists: list[list[Stretch]]) -> list[Stretch]:
    """The time that lies in a stretch of each list; every list in order and joined."""
    edges = sorted(edge for stretches in lists for start, end in stretches for edge in ((start, 1), (end, -1)))
    found: list[Stretch] = []
    depth = 0
    for at, (moment, step) in enumerate(edges):
        depth += step
        if depth == len(lists) and edges[at + 1][0] > moment:
            found.append((moment, edges[at + 1][0]))
    return found


def _between(stretches: list[Stretch], start: datetime, end: datetime) -> list[Stretch]:
    """The rest of the axis."""
    edges = [start, *(edge for stretch in stretches for edge in stretch), end]
    return [(one, other) for one, other in zip(edges[::2], edges[1::2], strict=True) if one < other]
