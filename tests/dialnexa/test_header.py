from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.dialnexa import header

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1", 1.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("3600", 3600.0),
        ("99999", 3600.0),
        ("9" * 5000, 3600.0),
        ("Wed, 15 Jul 2026 09:31:00 GMT", 60.0),
        ("Wed, 15 Jul 2026 15:01:00 +0530", 60.0),
        ("Wednesday, 15-Jul-26 09:31:00 GMT", 60.0),
        ("Wed Jul 15 09:31:00 2026", 60.0),  # names no zone: UTC
        ("Thu, 16 Jul 2026 09:30:00 GMT", 3600.0),
    ],
)
def test_retry_after_is_read(value, seconds):
    """Digits, decimals and every form of HTTP date become seconds, an hour at most."""
    assert header.retry_after(value, now=NOW) == seconds


@pytest.fixture
def kolkata(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's own zone, which must not matter."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("kolkata")
def test_date_without_a_zone_is_utc_wherever_we_are():
    """The asctime form; and what is read is in UTC."""
    assert header.retry_after("Wed Jul 15 09:31:00 2026", now=NOW) == 60.0
    assert header.answered_at("Wed Jul 15 09:31:00 2026", clock=NOW).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-5",
        "soon",
        "1e3",
        "NaN",
        "inf",
        "1,5",
        "٣",
        "Wed, 15 Jul 2026 09:29:00 GMT",
        "Wed, 15 Jul 2026 09:30:00 GMT",
        "Wed, 32 Jul 2026",
        "\x00",
    ],
)
def test_retry_after_that_says_nothing_is_none(value):
    """Junk, a negative number or a date in the past: the caller's default applies."""
    assert header.retry_after(value, now=NOW) is None


@given(st.text() | st.from_regex(r"\A[A-Z][a-z]{2}, [0-9]{1,4} [A-Z][a-z]{2} [0-9]{1,9} [0-9:]{1,9} [+-][0-9]{1,30}\Z"))
def test_retry_after_never_raises(value):
    """Whatever a server writes there, the answer is None or a wait between 0 and an hour."""
    seconds = header.retry_after(value, now=NOW)

    assert seconds is None or 0 <= seconds <= 3600


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(hours=-3), timedelta(minutes=7), timedelta(days=1)])
def test_date_header_near_our_clock_is_taken(apart):
    """Upstream's own time is what its timestamps compare to."""
    value = format_datetime(NOW + apart, usegmt=True)

    assert header.answered_at(value, clock=NOW) == NOW + apart


@pytest.mark.parametrize("value", ["", "yesterday", "Wed, 15 Jul 2020 09:30:00 GMT", "Fri, 31 Dec 9999 23:59:59 -1400"])
def test_date_header_that_makes_no_sense_is_replaced_by_our_clock(value):
    """A missing, unreadable or absurd Date does not move now."""
    assert header.answered_at(value, clock=NOW) == NOW
