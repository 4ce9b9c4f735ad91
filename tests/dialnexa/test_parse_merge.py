from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.dialnexa import parse
from dashboard.dialnexa.errors import WrongRecordError
from dashboard.timeline.model import Call
from tests.dialnexa.bodies import CALL
from tests.dialnexa.call_bodies import c1, c2, c4, c7, c8

START = datetime(2026, 7, 14, 5, 0, tzinfo=UTC)
LENGTH = timedelta(seconds=95)


def read(body: object, call_id: str = CALL) -> Call:
    return parse.call(body, call_id=call_id)


def said(call: Call) -> list[str]:
    return [note.text for note in call.notes]


# --- deleted as sensitive --------------------------------------------------------------------------------------------

FULL = {
    "recording_url": "https://media.example.net/u81.mp3",
    "summary": "private words",
    "analysis": {"private": "words"},
    "json_output": {"private": "words"},
    "transcript": "Agent: private words",
}


@pytest.mark.parametrize("flag", [True, "true", "True", 1, "2026-07-15T00:00:00Z", "yes", {"at": 1}])
def test_f61_sensitive_call_keeps_no_content(flag):
    """Even if upstream still sends it."""
    call = read(c1(**FULL, sensitive_delete=flag))

    assert call.is_sensitive
    assert (call.recording_url, call.summary, dict(call.analysis), call.transcript) == (None, None, {}, ())
    assert "private" not in repr(call)
    assert call.duration == LENGTH


@pytest.mark.parametrize("flag", [False, "false", 0, "0", None, "", " "])
def test_call_that_is_not_sensitive_keeps_its_content(flag):
    """No is no."""
    call = read(c1(**FULL, sensitive_delete=flag))

    assert not call.is_sensitive
    assert call.summary == "private words"


# --- two records of one call -----------------------------------------------------------------------------------------


def test_details_win_for_content_and_fill_the_gaps():
    """Transcript, events and analysis from the details; the call's own word for everything else."""
    call, details = read(c1(analysis={"from": "call"}, summary="of the call")), read(c4() | {"status": "failed"})

    merged = parse.merge(call, details)

    assert merged.transcript == details.transcript
    assert merged.events == details.events
    assert dict(merged.analysis) == dict(details.analysis)
    assert (merged.summary, merged.status) == ("of the call", "completed")
    assert (merged.sentiment, merged.end_reason) == ("positive", "user_disconnected")


def test_details_without_content_change_nothing():
    """What the call had, it keeps."""
    call = read(c7())

    merged = parse.merge(call, read(c8()))

    assert (merged.transcript, merged.analysis, merged.summary) == (call.transcript, call.analysis, call.summary)
    assert parse.merge(call, Call(id=CALL)) == call


def test_every_gap_of_the_call_is_filled_from_its_details():
    """A call without anything ends up as its details; what only the call has, it keeps."""
    full = read(
        c1(**FULL, sentiment="neutral", transfer="to desk 2", end_reason="user_busy", timeline=c4()["timeline"])
    )

    assert parse.merge(Call(id=CALL), full) == full
    assert parse.merge(full, Call(id=CALL)) == full


def test_length_with_a_unit_beats_one_without():
    """Whichever record has it."""
    merged = parse.merge(read(c1(duration=60)), read(c2()))

    assert (merged.duration, merged.is_duration_assumed) == (LENGTH, False)


@pytest.mark.parametrize("flags", [(True, False), (False, True), (True, True)])
def test_f61_either_record_makes_the_whole_sensitive(flags):
    """Nothing of the other's content survives."""
    call, details = (read(c1(**FULL, sensitive_delete=flag)) for flag in flags)

    merged = parse.merge(call, details)

    assert merged.is_sensitive
    assert "private" not in repr(merged)


def test_f45_records_of_two_calls_are_not_merged():
    """A last guard before one person's words stand under another's call."""
    with pytest.raises(WrongRecordError):
        parse.merge(read(c1()), Call(id="call_other"))
