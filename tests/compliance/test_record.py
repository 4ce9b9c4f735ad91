"""The record itself: transcripts, calls' records, data notes, and dials after the end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dashboard.compliance.calls import CallFacts, missing
from dashboard.timeline.model import DataNote, Visit
from tests.compliance.cases import calls, case, facts, moment, result, step, talk, verdict

NOON = moment("2026-07-14 12:00:00")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("first", "known", "transcript", "record"),
    [
        pytest.param(talk(NOON, "call_1"), [facts("call_1")], "clear", "clear", id="read, with a transcript"),
        pytest.param(talk(NOON, "call_1"), [facts("call_1", 0, 0)], "warning", "clear", id="no transcript"),
        pytest.param(
            talk(NOON, "call_1"), [facts("call_1", 0, 0, is_sensitive=True)], "cannot tell", "clear", id="removed"
        ),
        pytest.param(talk(NOON, "call_1"), [], "cannot tell", "cannot tell", id="not read"),
        pytest.param(talk(NOON, "call_1"), [missing("call_1", read_at=NOON)], "warning", "warning", id="no record"),
        pytest.param(step(NOON), [], "cannot tell", "warning", id="no call named"),
        pytest.param(talk(NOON, "call_1", "no_answer"), [], "clear", "cannot tell", id="not answered, not read"),
        pytest.param(talk(NOON, "call_1", "failed"), [], "cannot tell", "cannot tell", id="failed, perhaps late"),
        pytest.param(talk(NOON, "call_1", "a new word"), [], "cannot tell", "cannot tell", id="an unknown status"),
        pytest.param(
            *(talk(NOON, "call_1", "in_progress", is_open=True), [], "clear", "cannot tell"), id="under way, not read"
        ),
        pytest.param(step(NOON, "in_progress", is_open=True), [], "clear", "cannot tell", id="under way, no call yet"),
        pytest.param(step(NOON, "queued"), [], "clear", "clear", id="waits for its turn"),
    ],
)
def test_completed_call_has_a_transcript_and_every_call_a_record(
    first: Visit, known: list[CallFacts], transcript: str, record: str
) -> None:
    """What was removed at source can't be judged; what is under way has time."""
    judged = case([first], known=known)

    assert (result(judged, "REC-TRANSCRIPT"), result(judged, "REC-CALL")) == (transcript, record)


def test_data_notes_name_their_steps() -> None:
    """A note on the whole record has none."""
    notes = [DataNote("Step 1: odd.", 1), DataNote("The list was odd.")]

    found = verdict(case(calls(NOON), notes=notes), "REC-NOTES")

    assert (found.result, found.sentence, found.positions) == ("warning", "2 data notes on this history.", (1,))
    assert result(case(calls(NOON)), "REC-NOTES") == "clear"


def end(at: datetime | None, type_: str = "DROPPED") -> Visit:
    return Visit(1, 1, "node_end", type_, "End", "completed", entered_at=at, left_at=at)


def cut(left_at: datetime | None) -> Visit:
    """A wait that a removal cut short."""
    return Visit(1, 1, "node_wait", "TIME", "Wait", "cancelled", entered_at=NOON, left_at=left_at)


@pytest.mark.parametrize(
    ("status", "visits", "expected"),
    [
        pytest.param("completed", [*calls(NOON), end(NOON + HOUR, "CONVERTED")], "clear", id="the end is the end"),
        pytest.param(
            "completed", [end(NOON, "CONVERTED"), *calls(NOON + HOUR)], "breach", id="dialled after conversion"
        ),
        pytest.param("active", [end(NOON), *calls(NOON + HOUR)], "breach", id="dialled after being dropped"),
        pytest.param("active", [end(NOON), *calls(NOON)], "clear", id="in the same second"),
        pytest.param("active", [end(None), *calls(NOON)], "cannot tell", id="an end without a time"),
        pytest.param("removed", [*calls(NOON - HOUR), cut(NOON + HOUR)], "clear", id="removed"),
        pytest.param("removed", [cut(NOON + HOUR), *calls(NOON + 2 * HOUR)], "breach", id="dialled after removal"),
        pytest.param("removed", [cut(None), *calls(NOON + 2 * HOUR)], "cannot tell", id="removed at no known time"),
        pytest.param("active", [cut(NOON + HOUR), *calls(NOON + 2 * HOUR)], "clear", id="cut short, but not removed"),
        pytest.param("removed", calls(NOON), "cannot tell", id="removed, and no step says when"),
        pytest.param("dropped", calls(NOON), "cannot tell", id="dropped, and no step says when"),
        pytest.param("archived", calls(NOON), "cannot tell", id="a status nobody knows"),
        pytest.param("unknown", calls(NOON), "cannot tell", id="no status"),
        pytest.param("removed", [], "clear", id="never dialled"),
        pytest.param("active", calls(NOON), "clear", id="still running"),
        pytest.param("active", [end(NOON), step(None)], "cannot tell", id="a dial without a time"),
    ],
)
def test_nothing_is_dialled_after_the_end(status: str, visits: list[Visit], expected: str) -> None:
    """Converted, dropped or removed: each ends a path."""
    assert result(case(visits, status=status), "REC-AFTER-END") == expected
