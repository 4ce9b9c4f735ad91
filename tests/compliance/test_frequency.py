"""How often a number is dialled, and how soon again: every edge that a rule names."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dashboard.compliance.clock import CalledClock
from dashboard.timeline.model import Visit
from tests.compliance.cases import ALASKA, NEW_YORK, NOWHERE, calls, case, facts, moment, result, step, talk, verdict

NOON = moment("2026-07-14 12:00:00")
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
UNREADABLE = Visit(1, 1, None, "UNKNOWN", "Unreadable step", "unknown", is_readable=False)


def days(*offsets: float) -> list[datetime]:
    return [NOON + DAY * offset for offset in offsets]


@pytest.mark.parametrize(
    ("eighth", "expected"),
    [
        (timedelta(days=7) - SECOND, "breach"),
        (timedelta(days=7), "warning"),  # the first of the eight is out of the window
        (timedelta(days=7) + SECOND, "warning"),
    ],
)
def test_eighth_dial_within_seven_days_is_a_breach(eighth: timedelta, expected: str) -> None:
    """Seven dials, one a day from the first on, and the eighth a second before or after the week is over."""
    judged = case(calls(*days(0, 1, 2, 3, 4, 5, 6), NOON + eighth))

    assert result(judged, "REGF-7IN7") == expected


@pytest.mark.parametrize(
    ("dials", "expected"), [(0, "clear"), (5, "clear"), (6, "warning"), (7, "warning"), (8, "breach"), (30, "breach")]
)
def test_dials_within_seven_days_warn_from_six_on(dials: int, expected: str) -> None:
    """Six and seven are near the limit, eight are over it."""
    judged = case(calls(*(NOON + timedelta(hours=12 * number) for number in range(dials))))

    assert result(judged, "REGF-7IN7") == expected


def test_breach_names_the_dials_of_every_window_that_is_too_full() -> None:
    """Eight dials in a week, months of nothing, one dial: that one is not concerned."""
    judged = case(calls(*days(*range(7)), NOON + timedelta(hours=1), *days(90)))

    found = verdict(judged, "REGF-7IN7")

    assert found.positions == (1, 8, 2, 3, 4, 5, 6, 7)
    assert found.sentence == "8 dials within 7 days; allowed: 7."


def test_week_follows_time_and_not_the_order_of_the_record() -> None:
    """Steps that came in the wrong order count all the same."""
    judged = case(calls(*days(6, 5, 4, 3, 2, 1, 0, 6.5)))

    assert result(judged, "REGF-7IN7") == "breach"


@pytest.mark.parametrize(
    ("others", "expected"),
    [([], "clear"), ([1], "warning"), ([1, 1.5, 2], "breach"), ([-20, 30], "clear")],
)
def test_other_leads_dials_to_the_number_count(others: list[float], expected: str) -> None:
    """The limit is per person: another workflow's calls ring at the same phone."""
    judged = case(calls(*days(0, 0.5, 2.5, 3, 4)), elsewhere=tuple(days(*others)))

    found = verdict(judged, "REGF-7IN7")

    assert found.result == expected
    assert f"Known dials to this number: 5 of this lead, {len(others)} of other leads." in found.inputs


def test_other_leads_dials_alone_are_not_this_lead_s() -> None:
    """Eight dials by others in a week of last year."""
    elsewhere = tuple(days(*(-300 + part / 2 for part in range(8))))

    assert result(case(calls(NOON), elsewhere=elsewhere), "REGF-7IN7") == "clear"
    assert result(case([], elsewhere=elsewhere), "REGF-7IN7") == "clear"


@pytest.mark.parametrize(
    "unknown",
    [
        pytest.param({"visits": [step(None)]}, id="a dial without a time"),
        pytest.param({"visits": [UNREADABLE]}, id="a row that may hide a dial"),
        pytest.param({"elsewhere_undated": 1}, id="another lead's dial without a time"),
        pytest.param({"elsewhere": None}, id="the number is not known"),
    ],
)
def test_week_that_may_be_too_full_is_not_clear(unknown: dict[str, object]) -> None:
    """Three known dials in 24 hours, three allowed, and one more that nobody can place."""
    visits = [*calls(NOON, NOON + SECOND, NOON + 2 * SECOND), *unknown.pop("visits", [])]  # type: ignore[misc]

    assert result(case(visits, **unknown), "FL-24H") == "cannot tell"  # type: ignore[arg-type]


def test_undated_dial_counts_into_other_leads_windows() -> None:
    """The lead's only dial has no time: it may be the fourth of a day on which others dialled three times."""
    elsewhere = (NOON, NOON + SECOND, NOON + 2 * SECOND)

    assert result(case([step(None)], elsewhere=elsewhere), "FL-24H") == "cannot tell"
    assert result(case([step(None)], elsewhere=elsewhere[:2]), "FL-24H") == "clear"


@pytest.mark.parametrize(
    ("rule", "gap", "dials", "expected"),
    [
        ("FL-24H", timedelta(hours=8) - SECOND, 4, "cannot tell"),
        ("FL-24H", timedelta(hours=8), 4, "clear"),
        ("OK-24H", timedelta(hours=7), 4, "cannot tell"),
        ("MD-24H", timedelta(hours=7), 3, "clear"),
        ("ME-8H", timedelta(hours=8) - SECOND, 2, "cannot tell"),
        ("ME-8H", timedelta(hours=8), 2, "clear"),
    ],
)
def test_cap_of_one_state_is_never_a_breach(rule: str, gap: timedelta, dials: int, expected: str) -> None:
    """A fourth dial within 24 hours matters in that state only."""
    assert result(case(calls(*(NOON + gap * number for number in range(dials)))), rule) == expected


@pytest.mark.parametrize(
    ("gap", "statuses", "expected"),
    [
        (timedelta(minutes=5), ("no_answer", "no_answer"), "warning"),
        (timedelta(minutes=5, seconds=1), ("no_answer", "no_answer"), "clear"),
        (timedelta(minutes=1), ("no_answer", "completed"), "clear"),
        (timedelta(minutes=1), ("busy", "voicemail"), "warning"),
        (timedelta(minutes=1), ("no_answer", "failed"), "cannot tell"),
        (timedelta(minutes=1), ("no_answer", "a new word"), "cannot tell"),
        # An answered one in between does not part the two that were not.
        (timedelta(minutes=2), ("no_answer", "completed", "no_answer"), "warning"),
    ],
)
def test_two_unanswered_dials_in_five_minutes_warn(gap: timedelta, statuses: tuple[str, ...], expected: str) -> None:
    """Whatever nobody knows to be answered is not clear."""
    visits = [step(NOON + gap * place, status) for place, status in enumerate(statuses)]

    assert result(case(visits), "REGF-RAPID-GAP") == expected


def test_another_lead_s_dial_minutes_away_leaves_it_open() -> None:
    """Whether it was answered is not in this record."""
    near = (NOON + timedelta(minutes=4),)

    assert result(case(calls(NOON), elsewhere=near), "REGF-RAPID-GAP") == "cannot tell"
    assert result(case(calls(NOON), elsewhere=None), "REGF-RAPID-GAP") == "cannot tell"


SPOKE = facts("call_talk")


@pytest.mark.parametrize(
    ("talked", "dialled", "expected"),
    [
        # The conversation's own date is the first of the seven: Monday's allows the next dial on the next Monday.
        ("2026-07-13 09:00:00", "2026-07-13 09:00:01", "breach"),
        ("2026-07-13 09:00:00", "2026-07-19 23:59:59", "breach"),
        ("2026-07-13 09:00:00", "2026-07-20 00:00:00", "clear"),
        ("2026-07-13 23:59:59", "2026-07-20 00:00:00", "clear"),
        ("2026-07-13 00:00:00", "2026-07-19 23:59:59", "breach"),
        # Over the change of clocks on 8 March the seven dates have 167 hours.
        ("2026-03-02 00:00:00", "2026-03-08 23:59:59", "breach"),
        ("2026-03-02 00:00:00", "2026-03-09 00:00:00", "clear"),
    ],
)
def test_dial_in_the_seven_days_of_a_conversation_is_a_breach(talked: str, dialled: str, expected: str) -> None:
    """By the called party's calendar, and not by hours."""
    judged = case([talk(moment(talked), "call_talk"), *calls(moment(dialled))], known=[SPOKE])

    assert result(judged, "REGF-TALK") == expected


@pytest.mark.parametrize(
    ("clock", "later", "expected"),
    [
        # 10:30 UTC on the 20th: 0:30 in Adak and 2:30 in Anchorage, of the same day.
        (ALASKA, "2026-07-20T10:30:00+00:00", "clear"),
        # 9:30 UTC: still the 19th in Adak, the 20th in Anchorage.
        (ALASKA, "2026-07-20T08:30:00+00:00", "cannot tell"),
        (ALASKA, "2026-07-20T07:30:00+00:00", "breach"),
        (NOWHERE, "2026-07-18T12:00:00+00:00", "breach"),
        (NOWHERE, "2026-07-20T00:00:00+00:00", "cannot tell"),
        (NOWHERE, "2026-07-21T12:00:00+00:00", "clear"),
    ],
)
def test_days_after_a_conversation_depend_on_the_zone(clock: CalledClock, later: str, expected: str) -> None:
    """Where the candidates differ, or none is known, only what holds everywhere is said."""
    talked = datetime.fromisoformat("2026-07-13T20:00:00+00:00")
    judged = case([talk(talked, "call_talk"), *calls(datetime.fromisoformat(later))], clock, known=[SPOKE])

    assert result(judged, "REGF-TALK") == expected


@pytest.mark.parametrize(
    ("first", "known", "expected"),
    [
        pytest.param(talk(NOON, "call_talk"), [], "cannot tell", id="nobody read the call"),
        pytest.param(talk(NOON, "call_talk"), [facts("call_talk", 3, 0)], "clear", id="only the agent spoke"),
        pytest.param(talk(NOON, "call_talk"), [facts("call_talk", 0, 0)], "cannot tell", id="no transcript"),
        pytest.param(talk(NOON, "call_talk"), [facts("call_talk", 0, 0, turns=4)], "cannot tell", id="nobody named"),
        pytest.param(talk(NOON, "call_talk"), [replace(SPOKE, is_inbound=True)], "breach", id="they called us"),
        pytest.param(talk(NOON, "call_talk", "no_answer"), [], "clear", id="nobody answered"),
        pytest.param(talk(NOON, "call_talk", "failed"), [], "cannot tell", id="failed, perhaps after a while"),
        pytest.param(
            *(talk(NOON, "call_talk", "failed"), [facts("call_talk", 0, 0, status="busy")], "clear"), id="busy"
        ),
        pytest.param(talk(None, "call_talk"), [SPOKE], "cannot tell", id="nobody knows when"),
    ],
)
def test_conversation_is_what_both_sides_had(first: Visit, known: list[object], expected: str) -> None:
    """A dial two days after a call of each sort."""
    judged = case([first, *calls(NOON + 2 * DAY)], known=known)  # type: ignore[arg-type]

    assert result(judged, "REGF-TALK") == expected


def test_several_conversations_each_count_from_their_own_day() -> None:
    """The dial is out of the first one's days and in the second one's; the second one itself is in the first one's."""
    visits = [talk(NOON, "call_1"), talk(NOON + 5 * DAY, "call_2"), *calls(NOON + 8 * DAY)]

    found = verdict(case(visits, known=[facts("call_1"), facts("call_2")]), "REGF-TALK")

    assert (found.result, found.positions) == ("breach", (2, 3))


def test_another_lead_s_call_may_have_been_a_conversation() -> None:
    """A dial two days after it: nobody can say."""
    judged = case(calls(NOON), elsewhere=(NOON - 2 * DAY,))

    assert result(judged, "REGF-TALK") == "cannot tell"
    assert result(replace(judged, elsewhere=(NOON - 9 * DAY,)), "REGF-TALK") == "clear"
    assert result(replace(judged, elsewhere=(NOON + 2 * DAY,)), "REGF-TALK") == "clear"
    assert result(replace(judged, elsewhere=None), "REGF-TALK") == "cannot tell"


@pytest.mark.parametrize(
    ("seconds", "status", "expected"),
    [
        (14.9, "no_answer", "warning"),
        (15, "no_answer", "clear"),
        (3, "busy", "clear"),
        (3, "completed", "clear"),
        (None, "no_answer", "cannot tell"),
        (3, "a new word", "cannot tell"),
        (3, "failed", "cannot tell"),
    ],
)
def test_unanswered_call_rings_fifteen_seconds(seconds: float | None, status: str, expected: str) -> None:
    """Busy lines and answered calls don't ring in vain."""
    assert result(case([step(NOON, status, seconds=seconds)]), "US-RING") == expected


def test_ten_thousand_dials_are_counted_in_one_pass() -> None:
    """All within a week, each after a conversation: judged, with every dial named once."""
    visits = [talk(NOON + 50 * SECOND * number, "call_talk") for number in range(10_000)]

    found = verdict(case(visits, NEW_YORK, known=[SPOKE]), "REGF-7IN7")

    assert found.positions == tuple(range(1, 10_001))
    assert result(case(visits, NEW_YORK, known=[SPOKE]), "REGF-TALK") == "breach"


def test_dial_of_unknown_time_may_be_the_one_to_warn_of() -> None:
    """Five in a week, and one nobody knows when: with it they would be six."""
    judged = case([*calls(*days(0, 1, 2, 3, 4)), step(None, "no_answer")])

    assert result(judged, "REGF-7IN7") == "cannot tell"
    assert result(case(calls(*days(0, 1, 2, 3, 4))), "REGF-7IN7") == "clear"
