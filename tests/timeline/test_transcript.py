"""Why a transcript is missing: each reason, and which of them goes first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.model import Call, Turn
from dashboard.timeline.status import CALL_FINAL, CALL_IN_FLIGHT, END_REASONS
from dashboard.timeline.transcript import Absence, absence, is_recording_kept
from tests.strategies import NOW, lengths, moments

TURNS = (Turn("agent", "Good afternoon."),)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def call(status: str, **fields: Any) -> Call:
    return Call("call_abc", status, **fields)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (call("completed", transcript=TURNS), None),
        (call("in_progress", transcript=TURNS), None),
        (call("no_answer", transcript=TURNS), None),
        (call("completed"), Absence.NOT_RETURNED),
        (call("unknown"), Absence.NOT_RETURNED),
        (call("completed", started_at=NOW - 365 * DAY), Absence.NOT_RETURNED),
        (call("completed", started_at=NOW - 365 * DAY - MINUTE), Absence.EXPIRED),
        (call("completed", ended_at=NOW - 366 * DAY), Absence.EXPIRED),
        (call("in_progress", started_at=NOW - MINUTE), Absence.IN_PROGRESS),
        (call("ringing"), Absence.IN_PROGRESS),
        (call("in_progress", started_at=NOW - timedelta(seconds=5520)), Absence.IN_PROGRESS),
        (call("in_progress", started_at=NOW - timedelta(seconds=5521)), Absence.OVERRUN),
        (call("initiated", started_at=NOW - 366 * DAY), Absence.EXPIRED),
        (call("initiated", duration=42 * MINUTE), Absence.NOT_RETURNED),
        (call("initiated", ended_at=NOW - MINUTE), Absence.NOT_RETURNED),
        (call("in_progress", end_reason="user_disconnected"), Absence.NOT_RETURNED),
        (call("in_progress", end_reason="user_busy"), Absence.NEVER_CONNECTED),
        (call("no_answer"), Absence.NEVER_CONNECTED),
        (call("no_answer", duration=45 * MINUTE), Absence.NEVER_CONNECTED),
        (call("no_answer", started_at=NOW - 366 * DAY), Absence.NEVER_CONNECTED),
        (call("completed", end_reason="voicemail_detected"), Absence.NEVER_CONNECTED),
        (call("failed"), Absence.NEVER_CONNECTED),
        (call("failed", duration=timedelta(0)), Absence.NEVER_CONNECTED),
        (call("failed", duration=3 * MINUTE), Absence.NOT_RETURNED),
        (call("failed", duration=3 * MINUTE, end_reason="user_busy"), Absence.NEVER_CONNECTED),
        (call("failed", duration=3 * MINUTE, end_reason="network_failure"), Absence.NOT_RETURNED),
        (call("completed", is_sensitive=True), Absence.REMOVED),
        (call("no_answer", is_sensitive=True), Absence.REMOVED),
        (call("in_progress", is_sensitive=True, started_at=NOW - 366 * DAY), Absence.REMOVED),
        (call("completed", is_sensitive=True, transcript=TURNS), Absence.REMOVED),
    ],
)
def test_absence_gives_the_first_reason_that_holds(one: Call, expected: Absence | None) -> None:
    """Removed, else shown, else never connected, else too old, else under way, else simply not returned."""
    assert absence(one, now=NOW) is expected


def test_absence_has_a_sentence_of_its_own_for_each_reason() -> None:
    """A reader learns which of the reasons it is, and none is worded as an error."""
    sentences = [str(reason) for reason in Absence]

    assert len(set(sentences)) == len(Absence)
    assert all(sentence.endswith(".") and "error" not in sentence.lower() for sentence in sentences)


calls = st.builds(
    Call,
    id=st.just("call_abc"),
    status=st.sampled_from(sorted(CALL_FINAL | CALL_IN_FLIGHT | {"unknown", "odd"})),
    end_reason=st.none() | st.sampled_from(sorted(END_REASONS)),
    started_at=st.none() | moments,
    ended_at=st.none() | moments,
    duration=st.none() | lengths,
    transcript=st.sampled_from([(), TURNS]),
    is_sensitive=st.booleans(),
)


@given(calls)
def test_absence_is_told_exactly_when_there_is_nothing_to_show(one: Call) -> None:
    """A transcript is shown unless the call is sensitive; without one there is always a reason."""
    assert (absence(one, now=NOW) is None) == (bool(one.transcript) and not one.is_sensitive)


@given(calls)
def test_absence_never_calls_an_ended_call_in_progress(one: Call) -> None:
    """An end, a reason, a duration or a final status is enough to know that it is over."""
    has_ended = one.ended_at or one.end_reason or one.duration is not None or one.status in CALL_FINAL

    found = absence(one, now=NOW)

    assert not (has_ended and found in {Absence.IN_PROGRESS, Absence.OVERRUN})


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (call("completed"), True),
        (call("completed", started_at=NOW - 90 * DAY), True),
        (call("completed", started_at=NOW - 90 * DAY - MINUTE), False),
        (call("completed", ended_at=NOW - 91 * DAY), False),
    ],
)
def test_recording_is_kept_for_ninety_days(one: Call, expected: bool) -> None:
    """A call without any time is given the benefit of the doubt."""
    assert is_recording_kept(one, now=NOW) is expected
