"""What was said, and by whom, as far as the kept facts tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dashboard.compliance.calls import CallFacts
from dashboard.timeline.model import Visit
from tests.compliance.cases import (
    INDIA,
    NEW_YORK,
    NOWHERE,
    calls,
    case,
    facts,
    moment,
    phrase,
    result,
    step,
    talk,
    verdict,
)

NOON = moment("2026-07-14 12:00:00")
DAY = timedelta(days=1)
ASKED = facts("call_1", found=phrase("record", "stop", 4))


@pytest.mark.parametrize(
    ("known", "later", "expected"),
    [
        pytest.param(ASKED, [NOON + DAY], "breach", id="dialled again"),
        pytest.param(ASKED, [NOON - DAY], "warning", id="dialled before only"),
        pytest.param(ASKED, [], "warning", id="not dialled again"),
        pytest.param(facts("call_1"), [NOON + DAY], "clear", id="nobody asked"),
        pytest.param(facts("call_1", 0, 0), [NOON + DAY], "cannot tell", id="no transcript"),
        pytest.param(facts("call_1", 0, 0, is_sensitive=True), [NOON + DAY], "cannot tell", id="removed at source"),
        pytest.param(
            replace(facts("call_1"), found={}), [NOON + DAY], "cannot tell", id="read before the list changed"
        ),
        pytest.param(replace(ASKED, is_inbound=True), [NOON + DAY], "breach", id="asked by calling us"),
        pytest.param(
            replace(ASKED, turns=2, agent_turns=0, caller_turns=2), [NOON + DAY], "breach", id="a silent agent"
        ),
        pytest.param(replace(ASKED, turns=2, agent_turns=0, caller_turns=0), [NOON + DAY], "breach", id="nobody named"),
    ],
)
def test_dial_after_a_request_to_stop_is_a_breach(known: CallFacts, later: list[datetime], expected: str) -> None:
    """The words without a later dial warn; what nobody could search is not clear."""
    judged = case([talk(NOON, "call_1"), *calls(*later)], known=[known])

    assert result(judged, "REC-OPT-OUT") == expected


@pytest.mark.parametrize("status", ["no_answer", "hangup", "failed"])
def test_words_count_whatever_the_status_says(status: str) -> None:
    """Who hangs up with "stop calling me" may be told as never reached."""
    judged = case([talk(NOON, "call_1", status), *calls(NOON + DAY)], known=[ASKED])

    found = verdict(judged, "REC-OPT-OUT")

    assert (found.result, found.positions) == ("breach", (1, 2))


def test_later_dial_by_another_lead_is_a_breach_too() -> None:
    """The person asked, whichever workflow calls next; the phrases that were looked for are among the inputs."""
    judged = case([talk(NOON, "call_1")], known=[ASKED], elsewhere=(NOON + DAY,))

    found = verdict(judged, "REC-OPT-OUT")

    assert (found.result, found.positions) == ("breach", (1,))
    assert any(line.startswith("Looked for: stop calling;") for line in found.inputs)


@pytest.mark.parametrize(
    ("first", "known", "expected"),
    [
        pytest.param(talk(NOON, "call_1"), [], "cannot tell", id="not read"),
        pytest.param(talk(NOON, "call_1", "no_answer"), [], "clear", id="not answered"),
        pytest.param(talk(NOON, "call_1", "in_progress", is_open=True), [], "cannot tell", id="they speak just now"),
        pytest.param(step(NOON, "queued"), [], "clear", id="not made"),
        pytest.param(talk(NOON, "call_1", "a new word"), [], "cannot tell", id="an unknown end"),
    ],
)
def test_words_that_nobody_looked_for_are_not_clear(first: object, known: list[CallFacts], expected: str) -> None:
    """Only calls in which nobody can have spoken need no reading."""
    assert result(case([first], known=known), "REC-OPT-OUT") == expected  # type: ignore[list-item]


IDENTITY = phrase("us-telemarketing", "identity", 1)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param([facts("call_1", found=IDENTITY)], "clear", id="said"),
        pytest.param([facts("call_1")], "warning", id="not said"),
        pytest.param([facts("call_1", 3, 0)], "clear", id="nobody listened"),
        pytest.param([facts("call_1", 2, 2, turns=5, found=IDENTITY)], "cannot tell", id="said, perhaps by the caller"),
        pytest.param([facts("call_1", 0, 0, turns=5)], "cannot tell", id="nobody named"),
        pytest.param([facts("call_1", 0, 0)], "cannot tell", id="no transcript"),
        pytest.param([replace(facts("call_1"), found={})], "cannot tell", id="not looked for"),
        pytest.param([], "cannot tell", id="not read"),
    ],
)
def test_phrase_must_be_said_in_every_conversation(known: list[CallFacts], expected: str) -> None:
    """A missing phrase only warns; who said it must be known."""
    assert result(case([talk(NOON, "call_1")], known=known), "US-AI-IDENTITY") == expected


SILENT = facts("call_1", 0, 2)


@pytest.mark.parametrize(
    ("status", "known", "silent", "again"),
    [
        pytest.param("completed", [SILENT], "breach", "warning", id="only the caller spoke"),
        pytest.param("completed", [facts("call_1")], "clear", "clear", id="both spoke"),
        pytest.param("completed", [facts("call_1", 1, 0)], "clear", "clear", id="only the agent spoke"),
        pytest.param("completed", [facts("call_1", 0, 0)], "cannot tell", "cannot tell", id="no transcript"),
        pytest.param("completed", [facts("call_1", 0, 1, turns=3)], "cannot tell", "cannot tell", id="nobody named"),
        pytest.param("completed", [facts("call_1", 1, 1, turns=3)], "clear", "clear", id="the agent named once"),
        pytest.param("completed", [], "cannot tell", "cannot tell", id="not read"),
        pytest.param("no_answer", [], "clear", "clear", id="not answered"),
        pytest.param("voicemail", [], "clear", "clear", id="a machine"),
        pytest.param("failed", [], "cannot tell", "cannot tell", id="failed, perhaps after a while"),
        pytest.param("failed", [facts("call_1", 0, 0, status="failed")], "clear", "clear", id="never connected"),
        pytest.param("failed", [replace(SILENT, status="failed")], "breach", "warning", id="failed while they spoke"),
    ],
)
def test_answered_call_without_the_agent_is_silent(
    status: str, known: list[CallFacts], silent: str, again: str
) -> None:
    """And dialling again the next day warns, by the practice of old."""
    judged = case([talk(NOON, "call_1", status), *calls(NOON + DAY)], known=known)

    assert (result(judged, "UK-SILENT"), result(judged, "UK-72H")) == (silent, again)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(timedelta(hours=72), "warning"), (timedelta(hours=72, seconds=1), "clear"), (timedelta(seconds=1), "warning")],
)
def test_seventy_two_hours_after_a_silent_call(gap: timedelta, expected: str) -> None:
    """The last second counts."""
    assert result(case([talk(NOON, "call_1"), *calls(NOON + gap)], known=[SILENT]), "UK-72H") == expected


def test_another_lead_s_call_may_have_been_silent() -> None:
    """Nobody looked into it: a dial the day after is not clear."""
    judged = case(calls(NOON), elsewhere=(NOON - DAY,))

    assert result(judged, "UK-72H") == "cannot tell"
    assert result(replace(judged, elsewhere=(NOON - 4 * DAY,)), "UK-72H") == "clear"
    assert result(replace(judged, elsewhere=None), "UK-72H") == "cannot tell"


@pytest.mark.parametrize(
    ("clock", "series", "expected"),
    [
        (INDIA, "91 1400", "clear"),
        (INDIA, "91 1600", "clear"),
        (INDIA, "91 1601", "warning"),
        (INDIA, "91 8040", "warning"),
        (INDIA, "1 1400", "warning"),
        (INDIA, "", "cannot tell"),
        (NEW_YORK, "1 2125", "clear"),
        (NOWHERE, "91 1400", "cannot tell"),
    ],
)
def test_indian_commercial_calls_come_from_their_series(clock: object, series: str, expected: str) -> None:
    """Elsewhere the rule does not hold; a number that nobody knows is not clear."""
    judged = case([talk(NOON, "call_1")], clock, known=[facts("call_1", caller_series=series)])  # type: ignore[arg-type]

    assert result(judged, "IN-TRAI-SERIES") == expected


def test_series_of_a_call_that_nobody_read_is_unknown() -> None:
    """Nothing was dialled, or nobody knows from where."""
    assert result(case([talk(NOON, "call_1")], INDIA), "IN-TRAI-SERIES") == "cannot tell"
    assert result(case([], INDIA), "IN-TRAI-SERIES") == "clear"


@pytest.mark.parametrize("rule", ["US-AI-CONSENT", "IN-TRAI-PREFERENCE"])
def test_what_no_record_shows_is_left_to_a_person(rule: str) -> None:
    """Of any lead, even of one without a call."""
    assert result(case([]), rule) == "cannot tell"


def test_words_in_a_call_that_nobody_answered_and_nobody_searched_are_not_known() -> None:
    """The call's record says both that nobody picked up and that something was said."""
    said = facts("call_1", agent=0, caller=0, status="no_answer", turns=1)
    unsearched = replace(said, found={})

    found = [result(case([talk(NOON, "call_1", "waiting")], known=[one]), "REC-OPT-OUT") for one in (said, unsearched)]

    assert found == ["clear", "cannot tell"]


def test_number_of_another_country_is_not_asked_for_its_series() -> None:
    """Whatever the path may hide."""
    hidden = Visit(1, 1, None, "UNKNOWN", "Unreadable step", "unknown", is_readable=False)

    assert [result(case([hidden], clock), "IN-TRAI-SERIES") for clock in (NEW_YORK, INDIA)] == ["clear", "cannot tell"]
