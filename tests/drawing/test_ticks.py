"""Labels of the axis: sensible moments, in the zone, printed with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing.notes import text_width
from dashboard.drawing.picture import NARROW, WIDE, WIDTH, Tick
from dashboard.drawing.ticks import ticks
from dashboard.timeline import timemap
from dashboard.timeline.timemap import Kind, Span, TimeMap

NEW_YORK = ZoneInfo("America/New_York")


def axis(start: datetime, length: timedelta) -> TimeMap:
    """A map without folds."""
    return timemap.build([Span(1, start, start + length, Kind.GROUP)])


def shown(found: tuple[Tick, ...]) -> list[Tick]:
    return sorted((tick for tick in found if not tick.is_extra), key=lambda tick: tick.at)


def test_ends_of_the_axis_are_labelled_on_any_page() -> None:
    """Where the path begins and ends is the first thing to know."""
    found = shown(ticks(axis(datetime(2026, 7, 13, 10, tzinfo=UTC), timedelta(hours=7)), ZoneInfo("Asia/Kolkata")))

    assert [(tick.at, tick.clock, tick.day) for tick in (found[0], found[-1])] == [
        (0.0, "15:30 IST", "Mon 13 Jul"),
        (WIDTH, "22:30 IST", "Mon 13 Jul"),
    ]
    assert not found[0].is_minor
    assert not found[-1].is_minor


def test_hours_are_labelled_at_round_local_times() -> None:
    """In a zone of 5 h 45 min, round is what is round there."""
    found = shown(ticks(axis(datetime(2026, 7, 13, 10, tzinfo=UTC), timedelta(hours=7)), ZoneInfo("Asia/Kathmandu")))

    assert {tick.clock[2:] for tick in found[1:-1]} == {":00 +05:45"}


def test_days_are_labelled_at_local_midnight() -> None:
    """A fortnight: midnights of the zone."""
    found = shown(ticks(axis(datetime(2026, 7, 1, 3, tzinfo=UTC), timedelta(days=14)), NEW_YORK))

    assert len(found) > 4
    assert {tick.clock for tick in found[1:-1]} == {"00:00 EDT"}


@pytest.mark.parametrize("day", [datetime(2026, 3, 8, tzinfo=NEW_YORK), datetime(2026, 11, 1, tzinfo=NEW_YORK)])
def test_f52_clock_changes_change_the_zone_in_the_labels(day: datetime) -> None:
    """Both names of the zone appear, and every label is the local time of its place."""
    stretch = axis(day, timedelta(hours=30))

    found = ticks(stretch, NEW_YORK)

    assert {tick.clock.split()[1] for tick in found} == {"EST", "EDT"}
    for tick in found:
        local = stretch.moment(tick.at).astimezone(NEW_YORK)
        assert tick.clock.startswith(f"{local + timedelta(milliseconds=1):%H:%M}")


def test_end_of_a_fold_is_labelled() -> None:
    """There the next thing happens, to the second where the scale is that fine."""
    start = datetime(2026, 7, 13, 10, tzinfo=UTC)
    ends = [start + timedelta(seconds=seconds) for seconds in (0, 45, 7245, 7390)]
    kinds = (Kind.CALL, Kind.WAIT, Kind.CALL)
    folded = timemap.build(
        Span(position, *pair, kind) for position, (pair, kind) in enumerate(zip(pairwise(ends), kinds, strict=True), 1)
    )

    found = ticks(folded, UTC)

    assert "12:00:45 UTC" in {tick.clock for tick in shown(found)}


def test_years_are_named_on_a_long_axis() -> None:
    """A path of ten years."""
    found = shown(ticks(axis(datetime(2016, 1, 1, tzinfo=UTC), timedelta(days=3650)), UTC))

    assert found[0].day == "1 Jan 2016"


def test_zooming_finds_more_labels() -> None:
    """Finer ones wait behind those that fit."""
    found = ticks(axis(datetime(2026, 7, 13, 10, tzinfo=UTC), timedelta(hours=7)), UTC)

    assert len([tick for tick in found if tick.is_extra]) > 5 * len(shown(found))


@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(milliseconds=1), timedelta(days=4000)),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]),
)
def test_labels_never_touch(start: datetime, length: timedelta, zone: str) -> None:
    """On either width of page, whatever the axis spans."""
    found = shown(ticks(axis(start, length), ZoneInfo(zone)))

    for width, labels in ((WIDE, found), (NARROW, [tick for tick in found if not tick.is_minor])):
        for one, other in pairwise(labels):
            assert (other.at - one.at) * width / WIDTH >= text_width(one.clock)
