"""Rules about the hour and the day of a dial, on the called party's clock. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard.compliance.case import Case, Dial
from dashboard.compliance.clock import CalledClock
from dashboard.compliance.found import (
    Found,
    cannot_tell,
    clear,
    count,
    doubt,
    first_few,
    positions_of,
    times,
    undialled,
    unseen,
    violated,
)
from dashboard.compliance.packs import Hours, PerDay, Weekdays
from dashboard.timeline.words import stamp


def hours(case: Case, rule: Hours) -> Found:
    """A dial is outside if it is so on every clock that may be the called party's."""
    window = f"{rule.opens:%H:%M}–{rule.closes:%H:%M}"

    def is_outside(local: datetime) -> bool:
        holds = not rule.weekdays or local.isoweekday() in rule.weekdays
        return holds and not rule.opens <= local.time() <= rule.closes

    clock = CalledClock((rule.zone,)) if rule.zone else case.clock
    where = f"Clock: {rule.zone}, which the rule names." if rule.zone else clock.sentence
    return _outside(case, rule, clock, is_outside, f"outside {window}", f"within {window}", (where, *times(case)))


def weekdays(case: Case, rule: Weekdays) -> Found:
    """The same for days of the week."""

    def is_outside(local: datetime) -> bool:
        return local.isoweekday() in rule.weekdays

    inputs = (case.clock.sentence, *times(case))
    return _outside(case, rule, case.clock, is_outside, "on a day of rest", "on another day", inputs)


def per_day(case: Case, rule: PerDay) -> Found:
    """Dials on one date of the called party's calendar."""
    inputs = (case.clock.sentence, *times(case))
    if found := undialled(case, inputs):
        return found
    known = len(case.to_number) + len(case.undated) + case.unreadable + case.elsewhere_undated
    if known < rule.dials and case.elsewhere is not None:
        return clear(f"Fewer than {rule.dials} dials are known at all.", inputs)
    fullest = [_fullest_day(case, ZoneInfo(name)) for name in case.clock.zones]
    most = max(map(len, fullest), default=0)
    if fullest and all(len(dials) >= rule.dials for dials in fullest):
        return violated(rule, f"{count(most, 'dial')} on one day.", positions_of(fullest[0]), inputs)
    if not fullest or most >= rule.dials:
        return cannot_tell("On which day each dial fell depends on a zone that is not known.", inputs=inputs)
    return unseen(case, inputs) or clear(f"At most {count(most, 'dial')} on one day.", inputs)


def _fullest_day(case: Case, zone: ZoneInfo) -> list[Dial]:
    """Of the days on which the lead itself was dialled."""
    days: defaultdict[date, list[Dial]] = defaultdict(list)
    for at, dial in case.to_number:
        days[at.astimezone(zone).date()].append(dial)
    own = (dials for dials in days.values() if any(dial.position is not None for dial in dials))
    return max(own, key=len, default=[])


def _outside(
    case: Case,
    rule: Hours | Weekdays,
    clock: CalledClock,
    is_outside: Callable[[datetime], bool],
    outside: str,
    inside: str,
    inputs: tuple[str, ...],
) -> Found:
    if undone := undialled(case, inputs):
        return undone
    bad: list[tuple[datetime, Dial]] = []
    unsure: list[Dial] = []
    for at, dial in case.placed:
        found = [is_outside(local) for local in clock.local(at)]
        if found and all(found):
            bad.append((at, dial))
        elif not found or any(found):
            unsure.append(dial)
    only = f" It counts only in {rule.state}." if rule.state else ""
    if bad:
        when = first_few([stamp(at, clock.first) for at, _ in bad])
        sentence = f"{count(len(bad), 'dial')} {outside}: {when}."
        positions = positions_of(dial for _, dial in bad)
        if rule.state:
            return cannot_tell(f"{sentence}{only}", positions, inputs)
        return violated(rule, sentence, positions, inputs)
    if unsure:
        why = "on some of the clocks that may be the called party’s" if clock.zones else "or not: no zone is known"
        return cannot_tell(f"{count(len(unsure), 'dial')} {outside} {why}.{only}", positions_of(unsure), inputs)
    return doubt(case, inputs) or clear(f"Every dial was {inside}.", inputs)
