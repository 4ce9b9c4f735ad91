from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dialnexa.bodies import (
    NOW,
    h1,
    visit,
    wait,
)
from tests.dialnexa.reading import at, read, said

HALF_PAST_TEN = at("2026-07-03T10:30")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-07-03T10:30:00.000Z", HALF_PAST_TEN),
        ("2026-07-03T10:30:00z", HALF_PAST_TEN),
        ("2026-07-03t10:30:00Z", HALF_PAST_TEN),
        ("2026-07-03 10:30Z", HALF_PAST_TEN),
        ("2026-07-03T10:30:00 Z", HALF_PAST_TEN),
        (" 2026-07-03T10:30:00Z ", HALF_PAST_TEN),
        ("2026-07-03T16:00:00+05:30", HALF_PAST_TEN),
        ("2026-07-03T16:00:00+0530", HALF_PAST_TEN),
        ("2026-07-03T10:30:00-00:00", HALF_PAST_TEN),
        ("2026-07-02T20:30:00-14", HALF_PAST_TEN),
        ("2026-07-03T10:30:00.123456789Z", HALF_PAST_TEN + timedelta(microseconds=123456)),
        ("2026-07-03T10:30:00,5Z", HALF_PAST_TEN + timedelta(milliseconds=500)),
        (1783074600, HALF_PAST_TEN),
        (1783074600.5, HALF_PAST_TEN + timedelta(milliseconds=500)),
        ("1783074600", HALF_PAST_TEN),
        (1783074600250, HALF_PAST_TEN + timedelta(milliseconds=250)),
        ("1783074600000", HALF_PAST_TEN),
        (10**9, at("2001-09-09T01:46:40")),
        (10**12, at("2001-09-09T01:46:40")),
        ("1999-12-31T20:00:00-05:00", at("2000-01-01T01:00")),
        ("2000-01-01T00:00:00Z", at("2000-01-01")),
        ("2000-01-01T05:30:00+05:30", at("2000-01-01")),
    ],
)
def test_f53_moment_is_read(value, moment):
    """ISO with any offset, or seconds or milliseconds since 1970 as digits."""
    timeline = read(h1(visit(started_at=value, ended_at=None, status="sent")))

    assert timeline.visits[0].entered_at == moment
    assert timeline.visits[0].entered_at.utcoffset() == timedelta(0)
    assert timeline.notes == ()


@pytest.mark.parametrize(
    ("value", "moment"),
    [("2026-07-03T10:30:00", HALF_PAST_TEN), ("2026-07-03 10:30", HALF_PAST_TEN), ("2026-07-03", at("2026-07-03"))],
)
def test_f51_moment_without_a_zone_is_utc_and_noted(value, moment):
    """Never the server's own zone."""
    timeline = read(h1(visit(started_at=value)))

    assert timeline.visits[0].entered_at == moment
    assert said(timeline) == ["Step 1: the start time came without a time zone, so it is read as UTC."]


@pytest.mark.parametrize(
    "value",
    [
        "2026-07-03T10:30:60Z",
        "2026-07-03T24:00:00Z",
        "2026-02-30T10:30:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "2099-12-31T23:59:59-05:00",
        "2026-07-03T10:30:00+24:00",
        "2026-07-03T10:30:00Z UTC",
    ],
)
def test_f53_impossible_moment_is_unknown_and_quoted(value):
    """What has the shape of a time may be quoted: it helps whoever has to ask upstream."""
    timeline = read(h1(visit(started_at=value)))

    assert timeline.visits[0].entered_at is None
    assert said(timeline) == [f"Step 1: the start time “{value}” could not be read, so it is treated as unknown."]


@pytest.mark.parametrize(
    "value",
    [
        *("not a date", "+919811002233", "98110-02-2333", "/Date(1783074600000)/", "2026-W27-5", "20260703T103000Z"),
        *("\uff12026-07-03T10:30:00Z", "2026-07-03T10:30:00Z\x00", "1783074600000000", "17830746", "-1783074600"),
        *(0, -1, 1783074600000000, 10**400, 1e308, True, [], {}, ["2026-07-03T10:30:00Z"]),
    ],
)
def test_f46_unreadable_moment_is_unknown_and_not_quoted(value):
    """It might be anything, a name or a number too."""
    timeline = read(h1(visit(started_at=value)))

    assert timeline.visits[0].entered_at is None
    assert said(timeline) == ["Step 1: the start time could not be read, so it is treated as unknown."]


def test_f48_end_before_start_keeps_both():
    """Neither is more likely than the other; the length is unknown."""
    timeline = read(h1(visit(ended_at="2026-07-14T04:00:00Z")))

    step = timeline.visits[0]
    assert (step.entered_at, step.left_at, step.duration) == (at("2026-07-14T05:00"), at("2026-07-14T04:00"), None)
    assert said(timeline) == [
        "Step 1: the end is before the start; both are shown as given, and the length is unknown."
    ]


def test_f49_zero_length_is_a_length():
    """Over the moment it began."""
    step = read(h1(visit(ended_at="2026-07-14T05:00:00Z"))).visits[0]

    assert step.duration == timedelta(0)
    assert not step.is_open


@pytest.mark.parametrize(("minutes", "notes"), [(5, 0), (6, 1)])
def test_f50_start_in_the_future_is_noted_beyond_five_minutes(minutes, notes):
    """Clocks differ a little; more than that is worth a word."""
    start = (NOW + timedelta(minutes=minutes)).isoformat()

    timeline = read(h1(visit(started_at=start, ended_at=None, status="sent")))

    assert timeline.visits[0].entered_at == NOW + timedelta(minutes=minutes)
    future = "Step 1: the start time is 6 min in the future: the two clocks differ, or it is wrong."
    assert said(timeline) == [future] * notes


def test_release_at_the_start_is_no_fault():
    """A wait of no length."""
    assert read(h1(wait(ends_at="2026-07-14T05:03:21Z"))).notes == ()


def test_release_before_the_start_is_noted():
    """A plan may lie ahead, but not behind its own beginning."""
    timeline = read(h1(wait(ends_at="2026-07-14T05:00:00Z")))

    assert said(timeline) == ["Step 1: the planned release is before the start."]
