"""Lengths and moments as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.words import LeadClock, clock, day, length, offset, stamp, zone_name
from tests.strategies import moments

KOLKATA = ZoneInfo("Asia/Kolkata")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.001, "under 0.1 s"),
        (0.049, "under 0.1 s"),
        (0.05, "0.1 s"),
        (0.4, "0.4 s"),
        (0.94, "0.9 s"),
        (0.95, "1 s"),
        (1, "1 s"),
        (45, "45 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (145, "2 min 25 s"),
        (3599.4, "59 min 59 s"),
        (3599.7, "1 h"),
        (3659.6, "1 h 1 min"),
        (7200, "2 h"),
        (86399, "23 h 59 min"),
        (86399.5, "1 d"),
        (86400 + 59 * 60, "1 d"),
        (2 * 86400 + 3600 + 57 * 60, "2 d 1 h"),
        (400 * 86400, "400 d"),
        (-0.01, "under 0.1 s"),
        (-0.4, "−0.4 s"),
        (-59.6, "−1 min"),
        (-145, "−2 min 25 s"),
    ],
)
def test_length_has_two_units_at_most_and_carries(seconds: float, text: str) -> None:
    """Rounding a second up carries into minutes, hours and days; a negative length keeps its sign."""
    assert length(timedelta(seconds=seconds)) == text


@given(st.timedeltas())
def test_length_of_anything_is_short_and_tells_no_zero_for_something(value: timedelta) -> None:
    """At most two whole units, in order, none of them zero unless there was no time at all."""
    text = length(value)

    assert re.fullmatch(
        r"under 0\.1 s|−?(0\.\d s|\d+ (d|h|min|s)|\d+ d \d{1,2} h|\d+ h \d{1,2} min|\d+ min \d{1,2} s)|0 s", text
    )
    assert (text == "0 s") == (value == timedelta(0))
    assert not re.search(r"\b60 (s|min)\b|\b24 h\b", text)


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=10_000)))
def test_length_read_back_is_within_its_second_unit(value: timedelta) -> None:
    """What is left out is smaller than the smallest unit that could stand there."""
    sizes = {"d": 86400, "h": 3600, "min": 60, "s": 1}

    pairs = re.findall(r"(\d+) (d|h|min|s)", length(value))

    told = sum(int(count) * sizes[unit] for count, unit in pairs)
    largest = sizes[pairs[0][1]]
    left_out = value.total_seconds() - told
    assert -0.5 <= left_out < {86400: 3600, 3600: 60, 60: 1, 1: 1}[largest] + 0.5


@pytest.mark.parametrize(
    ("zone", "name", "shift"),
    [
        (KOLKATA, "IST", "+05:30"),
        (KATHMANDU, "+05:45", "+05:45"),
        (ZoneInfo("UTC"), "UTC", "+00:00"),
        (UTC, "UTC", "+00:00"),
        (timezone(timedelta(hours=-3, minutes=-30)), "-03:30", "-03:30"),
        (NEW_YORK, "EST", "-05:00"),
    ],
)
def test_zone_name_is_letters_or_the_offset(zone: tzinfo, name: str, shift: str) -> None:
    """A zone without letters of its own is named by its offset."""
    moment = datetime(2026, 1, 15, 12, tzinfo=UTC)

    assert (zone_name(moment, zone), offset(moment, zone)) == (name, shift)


def test_stamp_is_in_the_zone_passed_in() -> None:
    """Day and clock are those of the zone, where it may already be tomorrow."""
    moment = datetime(2026, 7, 12, 20, 0, 5, tzinfo=UTC)

    assert stamp(moment, KOLKATA) == "Mon 13 Jul 2026 01:30:05 IST"
    assert day(moment, NEW_YORK) == "Sun 12 Jul 2026"
    assert clock(moment, KATHMANDU) == "01:45:05 +05:45"


def test_clock_tells_the_two_hours_of_a_clock_change_apart() -> None:
    """01:30 comes twice on the night the clocks go back; the zone's letters tell which."""
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)

    assert clock(first, NEW_YORK) == "01:30:00 EDT"
    assert clock(first + timedelta(hours=1), NEW_YORK) == "01:30:00 EST"


@given(moments, st.sampled_from([KOLKATA, KATHMANDU, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]))
def test_stamp_always_names_its_zone(moment: datetime, zone: ZoneInfo) -> None:
    """No moment is ever printed without its zone."""
    assert re.fullmatch(
        r"[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d ([A-Z]+|[+-]\d\d:\d\d)", stamp(moment, zone)
    )


@pytest.mark.parametrize(
    ("zone", "is_sure", "text"),
    [
        (KATHMANDU, True, "15:45:00 +05:45 for the lead"),
        (KATHMANDU, False, "perhaps 15:45:00 +05:45 for the lead"),
        (ZoneInfo("Pacific/Auckland"), True, "22:00:00 NZST for the lead"),
        (ZoneInfo("Pacific/Kiritimati"), True, "Tue 14 Jul 2026 00:00:00 +14:00 for the lead"),
        (ZoneInfo("Etc/UTC"), True, ""),
    ],
)
def test_second_clock_is_said_where_it_differs(zone: ZoneInfo, is_sure: bool, text: str) -> None:
    """With its day where that is another; with a doubt where there is one; not where it shows the same."""
    moment = datetime(2026, 7, 13, 10, tzinfo=UTC)

    assert LeadClock(zone, is_sure).beside(moment, UTC) == text


def test_second_clock_has_nothing_to_say_of_an_unknown_moment() -> None:
    assert LeadClock(KOLKATA).beside(None, UTC) == ""
