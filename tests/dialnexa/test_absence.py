"""What an optional endpoint has not got: one record's 404 against the whole endpoint's."""

from __future__ import annotations

from dashboard.dialnexa.absence import FORGET, Absence
from tests.dialnexa.stopwatch import Stopwatch


def test_one_missing_record_says_nothing_about_another():
    """A call without details leaves the next call's to be asked for."""
    absence = Absence(Stopwatch().now)

    absence.missing("call_1")

    assert absence.is_known("call_1")
    assert not absence.is_known("call_2")


def test_two_missing_in_a_row_are_a_missing_endpoint():
    """Nobody asks for a third one, until the hour is over."""
    watch = Stopwatch()
    absence = Absence(watch.now)

    absence.missing("call_1")
    absence.missing("call_2")
    known = absence.is_known("call_3")
    watch.advance(FORGET)

    assert known
    assert not absence.is_known("call_3")


def test_an_answer_between_keeps_the_endpoint():
    """Two calls without details are two such calls when a third one had some."""
    absence = Absence(Stopwatch().now)

    absence.missing("call_1")
    absence.answered()
    absence.missing("call_2")

    assert not absence.is_known("call_3")


def test_the_same_record_twice_is_one():
    """Asking again after the hour about the same call does not count against the endpoint."""
    watch = Stopwatch()
    absence = Absence(watch.now)

    absence.missing("call_1")
    watch.advance(FORGET)
    absence.missing("call_1")

    assert not absence.is_known("call_2")
