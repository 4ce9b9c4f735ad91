"""The stretches of an axis on which nobody may dial."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.compliance.clock import CalledClock, called_clock
from dashboard.compliance.hours import LONGEST, Closed, closed
from dashboard.compliance.verdict import Result
from tests.compliance.cases import ALASKA, INDIA, NEW_YORK, NOWHERE, PACKS, calls, case, moment, verdict
from tests.compliance.strategies import clocks

COLLECTIONS = [PACKS["us-collections"]]
RECOVERY = [PACKS["in-rbi-recovery"]]


def local(text: str) -> datetime:
    return moment(f"2026-{text}:00")


def test_night_is_one_stretch_over_midnight() -> None:
    """From 21:00 to 8:00 by the called party's clock; what sticks out of the axis is cut."""
    found = closed(COLLECTIONS, NEW_YORK, local("07-14 12:00"), local("07-16 00:00"))

    assert found == [
        Closed(local("07-14 21:00"), local("07-15 08:00"), True),
        Closed(local("07-15 21:00"), local("07-16 00:00"), True),
    ]


def test_night_of_candidate_zones_is_sure_where_they_agree() -> None:
    """An hour apart: the evening's first hour and the morning's last are not sure."""
    found = closed(COLLECTIONS, ALASKA, local("07-14 16:00"), local("07-15 16:00"))

    assert [(one.start.hour, one.end.hour, one.is_sure) for one in found] == [
        (5, 6, False),
        (6, 16, True),
        (16, 17, False),
    ]


def test_strictest_of_several_packs_is_shown() -> None:
    """RBI closes at 19:00, TRAI opens at 9:00, both by the Indian clock, whatever the number's."""
    (night,) = closed([PACKS["in-trai"], *RECOVERY], NEW_YORK, *_day("07-14"))

    assert (_ist(night.start), _ist(night.end), night.is_sure) == ("19:00", "09:00", True)


def _day(date: str) -> tuple[datetime, datetime]:
    start = local(f"{date} 00:00")
    return start, start + timedelta(days=1)


def _ist(at: datetime) -> str:
    return f"{at + timedelta(hours=5, minutes=30):%H:%M}"


def test_hours_of_one_state_are_never_sure() -> None:
    """Nobody knows who lives there; what the federal rule closes is sure all the same."""
    found = closed([*COLLECTIONS, PACKS["us-states"]], NEW_YORK, local("07-14 12:00"), local("07-15 12:00"))

    assert [(one.start, one.end, one.is_sure) for one in found] == [
        (local("07-14 20:00"), local("07-14 21:00"), False),
        (local("07-14 21:00"), local("07-15 08:00"), True),
        (local("07-15 08:00"), local("07-15 10:00"), False),
    ]


def test_rule_of_sundays_closes_sundays_only() -> None:
    """Texas before noon."""
    found = closed([PACKS["us-states"]], NEW_YORK, local("07-12 10:30"), local("07-12 13:00"))

    assert found == [Closed(local("07-12 10:30"), local("07-12 12:00"), False)]


@pytest.mark.parametrize(
    ("start", "hours"), [("2026-03-07 12:00:00", 10), ("2026-10-31 12:00:00", 12), ("2026-07-14 12:00:00", 11)]
)
def test_night_in_which_clocks_change_is_shorter_or_longer(start: str, hours: int) -> None:
    """By real time it lasts an hour less in spring and an hour more in autumn."""
    at = moment(start)

    (night,) = closed(COLLECTIONS, NEW_YORK, at, at + timedelta(days=1))

    assert night.end - night.start == timedelta(hours=hours)


def test_nothing_is_shaded_where_nobody_can_say() -> None:
    """No zone, no rule about hours, no axis, or one on which a night is thinner than a line."""
    start, end = _day("07-14")

    assert closed(COLLECTIONS, NOWHERE, start, end) == []
    assert closed([PACKS["record"]], NEW_YORK, start, end) == []
    assert closed(COLLECTIONS, NEW_YORK, end, start) == []
    assert closed(COLLECTIONS, NEW_YORK, start, start) == []
    assert closed(COLLECTIONS, NEW_YORK, start, start + LONGEST + timedelta(seconds=1)) == []
    assert closed(RECOVERY, NOWHERE, start, end) == closed(RECOVERY, INDIA, start, end) != []


@given(
    clocks | st.just(called_clock("+18005550123")),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.floats(0, 1),
)
def test_shading_says_what_the_verdict_says(
    clock: CalledClock, begin: datetime, length: timedelta, share: float
) -> None:
    """A dial in a sure stretch is a breach, in an unsure one nobody can tell, elsewhere it is clear."""
    start = begin.replace(tzinfo=UTC)
    end = start + length
    at = start + length * share
    found = closed(COLLECTIONS, clock, start, end)

    assert all(one.start < one.end <= other.start for one, other in pairwise(found))
    assert all(start <= one.start < one.end <= end for one in found)
    inside = [one for one in found if one.start < at < one.end]
    on_edge = any(at in (one.start, one.end) for one in found)
    if clock.zones and not on_edge and start < at < end:
        expected = (Result.BREACH if inside[0].is_sure else Result.CANNOT_TELL) if inside else Result.CLEAR
        assert verdict(case(calls(at), clock), "REGF-HOURS").result is expected
