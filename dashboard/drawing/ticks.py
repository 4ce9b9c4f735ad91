"""Where the axis is labelled, and how. Moments come from the map, words from the zone; each label prints its zone.

Best first: a renderer with less room, or one that zooms, takes the first that fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from dashboard.drawing.notes import text_width
from dashboard.drawing.picture import NARROW, WIDE, WIDTH, Tick
from dashboard.timeline.timemap import TimeMap
from dashboard.timeline.words import zone_name

_STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200),
        *(86400 * days for days in (1, 2, 7, 14, 30, 90, 365, 3650)),
    )
)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
# On a longer axis a day needs its year more than its weekday.
_YEAR = timedelta(days=300)
_APART = 14  # px between two labels
# How much closer than on a wide page the marks for zooming in are.
_ZOOM = 12


def ticks(timemap: TimeMap, zone: tzinfo) -> tuple[Tick, ...]:
    """The labels of the axis, best first."""
    if timemap.is_empty:
        return (_tick(timemap, timemap.start, zone, with_seconds=True, is_minor=False, is_extra=False),)
    step = _step(timemap, WIDE)
    with_seconds = step <= timedelta(minutes=10)
    need = (text_width("00:00:00" if with_seconds else "00:00") + text_width(" +00:00") + _APART) * WIDTH
    taken_narrow: list[float] = []
    taken: list[float] = []
    found: dict[datetime, Tick] = {}
    for moment, is_fine in _candidates(timemap, zone, step):
        if moment in found:
            continue
        at = timemap.position(moment)
        is_extra = is_fine or not _is_free(at, taken, need / WIDE)
        is_major = not is_extra and _is_free(at, taken_narrow, need / NARROW)
        if is_major:
            taken_narrow.append(at)
        if not is_extra:
            taken.append(at)
        clear = with_seconds or is_extra
        found[moment] = _tick(timemap, moment, zone, with_seconds=clear, is_minor=not is_major, is_extra=is_extra)
    return tuple(found.values())


def _is_free(at: float, taken: Iterable[float], need: float) -> bool:
    return all(abs(at - other) >= need for other in taken)


def _tick(
    timemap: TimeMap, moment: datetime, zone: tzinfo, *, with_seconds: bool, is_minor: bool, is_extra: bool
) -> Tick:
    clock, day = _texts(moment, zone, with_seconds, timemap.end - timemap.start < _YEAR)
    return Tick(timemap.position(moment), clock, day, is_minor, is_extra)


@lru_cache(maxsize=2_000)  # a page that is opened again, by whomever, has the same moments on its axis
def _texts(moment: datetime, zone: tzinfo, with_seconds: bool, is_one_year: bool) -> tuple[str, str]:
    """Clock and day."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M:%S}" if with_seconds and local.second else f"{local:%H:%M}"
    day = f"{local:%a %-d %b}" if is_one_year else f"{local:%-d %b %Y}"
    return f"{clock} {zone_name(moment, zone)}", day


def _candidates(timemap: TimeMap, zone: tzinfo, step: timedelta) -> Iterator[tuple[datetime, bool]]:
    """First the two ends; then where a fold ends, for there the next thing happens; then round times; then the rest.

    True: only for zooming in.
    """
    yield timemap.start, False
    yield timemap.end, False
    for fold in timemap.folds:
        yield fold.end, False
    for moment in _round(timemap, zone, step):
        yield moment, False
    for fold in timemap.folds:
        yield fold.start, False
    for moment in _round(timemap, zone, _step(timemap, WIDE * _ZOOM)):
        yield moment, True


def _step(timemap: TimeMap, width: float) -> timedelta:
    """The distance of round times that leaves room for their labels on a drawing this wide."""
    smallest = timemap.seconds_per_unit * 90 * WIDTH / width
    return next((step for step in _STEPS if step.total_seconds() >= smallest), _STEPS[-1])


def _round(timemap: TimeMap, zone: tzinfo, step: timedelta) -> Iterator[datetime]:
    """Round local times within everything that is not folded; days before hours."""
    found = [
        moment
        for piece in timemap.pieces
        if not piece.is_folded
        for moment in _marks(piece.start, piece.end, zone, step)
    ]
    yield from (moment for moment in found if _is_midnight(moment.astimezone(zone)))
    yield from found


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _marks(start: datetime, end: datetime, zone: tzinfo, step: timedelta) -> Iterator[datetime]:
    """Within a day, steps of real time from local midnight; from a day up, local midnights, however long the day is."""
    if end - start < step / 16:
        return
    midnight = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if step >= _DAY:
        naive = midnight.replace(tzinfo=None)
        ordinal = naive.toordinal()
        naive -= timedelta(days=min(ordinal % step.days, ordinal - 2))
        while (moment := naive.replace(tzinfo=zone).astimezone(UTC)) < end:
            if moment > start:
                yield moment
            naive += step
        return
    # A clock change moves later marks off the round hour where the step is hours: they start again from midnight.
    moment = midnight.astimezone(UTC)
    moment += (start - moment) // step * step
    while moment < end:
        local = moment.astimezone(zone)
        if moment > start and (step < _HOUR or local.minute == 0):
            yield moment
        following = moment + step
        if following.astimezone(zone).date() != local.date():
            following = following.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        moment = max(following, moment + timedelta(seconds=1))
