"""The path as sentences: the wording one by one, then what holds for every path."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.model import Timeline, Visit
from dashboard.timeline.narrate import narrate
from tests.strategies import NOW, timelines

IST = ZoneInfo("Asia/Kolkata")
CALL, WAIT = "VOICE_CALL", "TIME"
TIMED = re.compile(r"\d\d:\d\d:\d\d (IST|[+-]\d\d:\d\d|[A-Z]{3,4})")


def ist(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 7, day, hour, minute, second, tzinfo=IST)


def visit(type_: str, label: str, status: str, *times: datetime | None, **fields: Any) -> Visit:
    """times: entered, left. A call has a call's id unless told otherwise."""
    entered_at, left_at = (*times, None, None)[:2]
    call_id = "call_abc" if type_ == CALL else None
    return Visit(
        **{
            "position": 1,
            "received": 1,
            "node_id": "node_a",
            "type": type_,
            "label": label,
            "status": status,
            "entered_at": entered_at,
            "left_at": left_at,
            "call_id": call_id,
            **fields,
        }
    )


def tell(*visits: Visit) -> tuple[str, ...]:
    return narrate(visits, now=ist(15, 15), zone=IST)


def test_narrate_tells_a_whole_path() -> None:
    """Called, waited, called again, decided, sent, converted; the day stands where it changes."""
    path = (
        visit(CALL, "Initial call", "no_answer", ist(13, 23, 30), ist(13, 23, 30, 45)),
        visit(WAIT, "Wait 2 hours", "completed", ist(13, 23, 30, 45), ist(14, 1, 30, 45)),
        visit(CALL, "Second call", "completed", ist(14, 1, 30, 45), ist(14, 1, 33, 10), exit="COMPLETED"),
        visit("CONDITIONAL", "Interested?", "completed", ist(14, 1, 33, 10), ist(14, 1, 33, 11), exit="true"),
        visit("APPLICATION", "Send WhatsApp", "completed", ist(14, 1, 33, 11), ist(14, 1, 33, 13)),
        visit("CONVERTED", "Loan agreed", "completed", ist(14, 1, 33, 13), ist(14, 1, 33, 13)),
    )

    assert tell(*path) == (
        "“Initial call”: called Mon 13 Jul 2026 23:30:00 IST, no answer after 45 s.",
        "Waited 2 h at “Wait 2 hours” from 23:30:45 IST.",
        "“Second call”: called Tue 14 Jul 2026 01:30:45 IST, completed after 2 min 25 s.",
        "“Interested?”: checked at 01:33:10 IST, completed after 1 s, left by “true”.",
        "“Send WhatsApp”: started at 01:33:11 IST, completed after 2 s.",
        "“Loan agreed”: reached at 01:33:13 IST, converted.",
    )


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (
            visit(WAIT, "Callback", "waiting", ist(15, 12), is_open=True, due_at=ist(15, 19, 48)),
            "Waiting at “Callback” since Wed 15 Jul 2026 12:00:00 IST, 3 h so far; "
            "to be released at 19:48:00 IST, in 4 h 48 min.",
        ),
        (
            visit(WAIT, "Callback", "waiting", ist(12, 11, 2), is_open=True, due_at=ist(13, 13, 2)),
            "Waiting at “Callback” since Sun 12 Jul 2026 11:02:00 IST, 3 d 3 h so far; "
            "its release was due Mon 13 Jul 2026 13:02:00 IST, 2 d 1 h ago.",
        ),
        (
            visit(WAIT, "Callback", "in_progress", ist(15, 13), is_open=True),
            "Waiting at “Callback” since Wed 15 Jul 2026 13:00:00 IST, 2 h so far; release time not given.",
        ),
        (
            visit(WAIT, "Callback", "waiting", is_open=True, due_at=ist(15, 19)),
            "Waiting at “Callback” since a time not given; to be released Wed 15 Jul 2026 19:00:00 IST, in 4 h.",
        ),
        (
            visit(CALL, "Second call", "in_progress", ist(15, 14, 58, 25), is_open=True),
            "“Second call”: called Wed 15 Jul 2026 14:58:25 IST, in progress, 1 min 35 s so far.",
        ),
        (
            visit(CALL, "Second call", "pending", ist(15, 14), is_open=True),
            "“Second call”: reached Wed 15 Jul 2026 14:00:00 IST, pending, 1 h so far.",
        ),
        (
            visit(WAIT, "Callback", "waiting", ist(15, 15), is_open=True, due_at=ist(15, 15)),
            "Waiting at “Callback” since Wed 15 Jul 2026 15:00:00 IST, 0 s so far; "
            "to be released at 15:00:00 IST, in 0 s.",
        ),
        (
            visit("SMS", "Text", "sent", ist(15, 16), is_open=True),
            "“Text”: started Wed 15 Jul 2026 16:00:00 IST, sent.",
        ),
    ],
)
def test_narrate_an_open_visit_says_so_far_and_what_is_planned(one: Visit, sentence: str) -> None:
    """An open step grows up to now; one that begins later than now has not grown at all."""
    assert tell(one) == (sentence,)


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (
            visit(WAIT, "Wait 2 hours", "cancelled", ist(14, 13), ist(14, 13, 30)),
            "Waited 30 min at “Wait 2 hours” from Tue 14 Jul 2026 13:00:00 IST, then cancelled.",
        ),
        (
            visit(WAIT, "Wait", "odd", ist(14, 13), ist(14, 14)),
            "Waited 1 h at “Wait” from Tue 14 Jul 2026 13:00:00 IST, reported as “odd”.",
        ),
        (
            visit(WAIT, "Wait", "waiting", ist(14, 13)),
            "Waited at “Wait” from Tue 14 Jul 2026 13:00:00 IST, end not given.",
        ),
        (
            visit(WAIT, "Wait", "completed", None, ist(14, 13)),
            "Waited at “Wait” from a time not given, length not known.",
        ),
        (
            visit(CALL, "Call", "completed", ist(14, 13), ist(14, 12)),
            "“Call”: called Tue 14 Jul 2026 13:00:00 IST, completed, with its end recorded before its start.",
        ),
        (
            visit(CALL, "Call", "failed", call_id=None),
            "“Call”: called at a time not given, failed, end not given, no call recorded.",
        ),
        (
            visit("AI_SCORE", "Score", "unknown", ist(14, 13), ist(14, 14)),
            "“Score”: started Tue 14 Jul 2026 13:00:00 IST, status unknown, took 1 h.",
        ),
        (
            visit("AI_SCORE", "Score", "cannot_say", ist(14, 13), ist(14, 14)),
            "“Score”: started Tue 14 Jul 2026 13:00:00 IST, reported as “cannot say”, took 1 h.",
        ),
        (
            visit("CONDITIONAL", "Branch", "completed", ist(14, 13), ist(14, 13), exit="asked to stop"),
            "“Branch”: checked Tue 14 Jul 2026 13:00:00 IST, completed, left by “asked to stop”.",
        ),
        (visit("DROPPED", "The end", "completed"), "“The end”: reached at a time not given, dropped."),
        (
            visit("UNKNOWN", "Unreadable step 7", "unknown", received=7, is_readable=False),
            "Row 7 of the record could not be read.",
        ),
    ],
)
def test_narrate_says_what_is_wrong_with_a_record(one: Visit, sentence: str) -> None:
    """A missing end, an end before the start, an unlisted status, an unreadable row: each is said, none is smoothed."""
    assert tell(one) == (sentence,)


@given(timelines(), st.sampled_from(["Asia/Kolkata", "UTC", "Asia/Kathmandu", "America/New_York"]))
def test_narrate_any_path_in_one_sentence_a_visit(timeline: Timeline, name: str) -> None:
    """It never raises, leaves nobody out, and ends each sentence."""
    sentences = narrate(timeline.visits, now=NOW, zone=ZoneInfo(name))

    assert len(sentences) == len(timeline.visits)
    assert all(sentence.endswith(".") and not sentence.endswith("..") for sentence in sentences)


@given(timelines(), st.sampled_from(["Asia/Kolkata", "UTC", "Asia/Kathmandu", "America/New_York"]))
def test_narrate_prints_the_zone_wherever_it_prints_a_time(timeline: Timeline, name: str) -> None:
    """A clock without a zone would be a guess for the reader."""
    path = tuple(replace(visit, label="Step") for visit in timeline.visits)

    for sentence in narrate(path, now=NOW, zone=ZoneInfo(name)):
        times = re.findall(r"\d\d:\d\d:\d\d", sentence)
        assert len(times) == len(TIMED.findall(sentence))


@given(timelines())
def test_narrate_never_prints_a_negative_length(timeline: Timeline) -> None:
    """Odd times are said to be odd; "−3 h so far" says nothing."""
    path = tuple(replace(visit, label="Step") for visit in timeline.visits)

    assert not any("−" in sentence for sentence in narrate(path, now=NOW, zone=IST))


@given(timelines(), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_narrate_of_ended_visits_does_not_change_with_time(timeline: Timeline, later: timedelta) -> None:
    """What is over reads the same tomorrow, so a pasted ticket stays true."""
    path = tuple(replace(visit, is_open=False) for visit in timeline.visits)

    assert narrate(path, now=NOW, zone=IST) == narrate(path, now=NOW + later, zone=IST)
