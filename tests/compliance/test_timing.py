"""The hour and the day of a dial, on the called party's clock: every edge that a rule names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.compliance.clock import CalledClock, called_clock
from dashboard.timeline.model import Visit
from tests.compliance.cases import ALASKA, INDIA, NEW_YORK, NOWHERE, calls, case, moment, result, step, talk, verdict
from tests.compliance.cases import facts as read


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-07-14 07:59:59", "breach"),
        ("2026-07-14 08:00:00", "clear"),
        ("2026-07-14 20:59:59", "clear"),
        ("2026-07-14 21:00:00", "clear"),
        ("2026-07-14 21:00:01", "breach"),
        ("2026-07-14 00:00:00", "breach"),
        # Clocks go forward on 8 March 2026 and back on 1 November.
        ("2026-03-08 07:59:59", "breach"),
        ("2026-03-08 08:00:00", "clear"),
        ("2026-03-08 21:00:01", "breach"),
        ("2026-11-01 07:59:59", "breach"),
        ("2026-11-01 08:00:00", "clear"),
        ("2026-11-01 21:00:00", "clear"),
    ],
)
@pytest.mark.parametrize("rule", ["US-HOURS", "REGF-HOURS"])
def test_hours_hold_their_ends_and_follow_the_called_clock(rule: str, at: str, expected: str) -> None:
    """8:00:00 and 21:00:00 are within, a second more is not, on the days the clocks change, too."""
    assert result(case(calls(moment(at))), rule) == expected


def test_hour_of_dialling_counts_and_not_the_end() -> None:
    """A call from 20:59 to 21:05 was dialled in time."""
    dialled = step(moment("2026-07-14 20:59:00"), seconds=360)

    assert result(case([dialled]), "US-HOURS") == "clear"


def test_call_s_own_time_counts_before_the_step_s() -> None:
    """The step began at 20:59, its call was dialled at 21:01: the verdict says which moment it took."""
    at = moment("2026-07-14 20:59:00")
    own = read("call_1", started_at=at + timedelta(minutes=2))

    found = verdict(case([talk(at, "call_1")], known=[own]), "US-HOURS")

    assert found.result == "breach"
    assert found.positions == (1,)
    assert "Times of dials: 1 dial by the call’s own record." in found.inputs


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        ("2026-07-14T16:30:00", "cannot tell"),  # 7:30 in Adak, 8:30 in Anchorage
        ("2026-07-14T15:30:00", "breach"),  # 6:30 and 7:30
        ("2026-07-14T17:00:00", "clear"),  # 8:00 and 9:00
        ("2026-07-15T05:00:00", "clear"),  # 20:00 and 21:00
        ("2026-07-15T05:00:01", "cannot tell"),
        ("2026-07-15T06:00:01", "breach"),
    ],
)
def test_candidate_zones_must_agree(utc: str, expected: str) -> None:
    """Breach only where every clock that may be the called party's says so; clear likewise."""
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)

    assert result(case(calls(at), ALASKA), "US-HOURS") == expected


@pytest.mark.parametrize("hour", range(24))
def test_toll_free_number_may_be_anywhere_in_its_country(hour: int) -> None:
    """From Guam to Newfoundland: only late in the afternoon of the east it is day for all of them, and never night."""
    at = datetime(2026, 7, 14, hour, 30, tzinfo=UTC)

    found = result(case(calls(at), called_clock("+18005550123")), "US-HOURS")

    assert found == ("clear" if hour in (22, 23) else "cannot tell")


@pytest.mark.parametrize("rule", ["US-HOURS", "REGF-SUNDAYS", "FL-HOURS"])
def test_unknown_zone_is_never_clear(rule: str) -> None:
    """No zone, no verdict."""
    assert result(case(calls(moment("2026-07-14 12:00:00")), NOWHERE), rule) == "cannot tell"


def test_zone_that_a_reviewer_sets_decides() -> None:
    """Where two candidates disagreed, one is left, and the verdict says who chose it."""
    clock = called_clock("+19075550123", "America/Anchorage")
    judged = case(calls(datetime(2026, 7, 14, 16, 30, tzinfo=UTC)), clock)

    found = verdict(judged, "US-HOURS")

    assert found.result == "clear"
    assert "Zone America/Anchorage, set by a reviewer." in found.inputs


@pytest.mark.parametrize(
    ("at", "rbi", "trai"),
    [
        ("2026-07-14 07:59:59", "breach", "warning"),
        ("2026-07-14 08:00:00", "clear", "warning"),
        ("2026-07-14 08:59:59", "clear", "warning"),
        ("2026-07-14 09:00:00", "clear", "clear"),
        ("2026-07-14 19:00:00", "clear", "clear"),
        ("2026-07-14 19:00:01", "breach", "clear"),
        ("2026-07-14 21:00:00", "breach", "clear"),
        ("2026-07-14 21:00:01", "breach", "warning"),
    ],
)
@pytest.mark.parametrize("clock", [INDIA, NEW_YORK, NOWHERE])
def test_indian_hours_are_by_the_indian_clock(clock: CalledClock, at: str, rbi: str, trai: str) -> None:
    """The rule names its zone, so the number's does not matter; the historic one only warns."""
    judged = case(calls(moment(at, "Asia/Kolkata")), clock)

    assert (result(judged, "IN-RBI-HOURS"), result(judged, "IN-TRAI-NIGHT")) == (rbi, trai)


@pytest.mark.parametrize(
    ("rule", "at", "expected"),
    [
        ("FL-HOURS", "2026-07-14 20:00:00", "clear"),
        ("FL-HOURS", "2026-07-14 20:00:01", "cannot tell"),
        ("CT-HOURS", "2026-07-14 08:59:59", "cannot tell"),
        ("CT-HOURS", "2026-07-14 09:00:00", "clear"),
        ("KY-HOURS", "2026-07-14 09:59:59", "cannot tell"),
        ("KY-HOURS", "2026-07-14 21:00:00", "clear"),
        ("AL-HOURS", "2026-07-14 20:00:01", "cannot tell"),
        ("AL-SUNDAYS", "2026-07-12 12:00:00", "cannot tell"),
        ("AL-SUNDAYS", "2026-07-13 12:00:00", "clear"),
        ("TX-SUNDAY-HOURS", "2026-07-12 11:59:59", "cannot tell"),
        ("TX-SUNDAY-HOURS", "2026-07-12 12:00:00", "clear"),
        ("TX-SUNDAY-HOURS", "2026-07-13 09:00:00", "clear"),
        ("WA-HOURS", "2026-07-14 20:00:01", "cannot tell"),
        ("WY-HOURS", "2026-07-14 20:00:01", "cannot tell"),
        ("OK-HOURS", "2026-07-14 07:59:59", "cannot tell"),
        ("MD-HOURS", "2026-07-14 20:00:00", "clear"),
    ],
)
def test_rule_of_one_state_is_never_a_breach(rule: str, at: str, expected: str) -> None:
    """A number does not tell the state: where it would matter nobody can tell, elsewhere it is clear."""
    assert result(case(calls(moment(at))), rule) == expected


def test_sunday_is_the_called_party_s() -> None:
    """Monday 3:30 in London is Sunday 22:30 in New York."""
    judged = case(calls(moment("2026-07-13 03:30:00", "Europe/London")))

    found = verdict(judged, "REGF-SUNDAYS")

    assert (found.result, found.positions) == ("warning", (1,))


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        pytest.param([], "clear", id="no steps at all"),
        pytest.param([step(None)], "cannot tell", id="a dial without a time"),
        pytest.param([Visit(1, 1, None, "UNKNOWN", "Unreadable step 1", "unknown", is_readable=False)], "cannot tell"),
        pytest.param([Visit(1, 1, "n", "UNKNOWN", "No type", "completed")], "cannot tell", id="a step of no type"),
        pytest.param([Visit(1, 1, "n", "SMS", "SMS", "completed")], "clear", id="a step of another type"),
        pytest.param([step(moment("2026-07-14 23:00:00"), "queued")], "clear", id="a call that waits for its turn"),
        pytest.param([step(moment("2026-07-14 23:00:00"), "cancelled")], "clear", id="a call that was never made"),
        pytest.param([talk(moment("2026-07-14 23:00:00"), "call_1", "queued")], "cannot tell", id="it may be made now"),
        pytest.param([talk(moment("2026-07-14 23:00:00"), "call_1", "cancelled")], "breach", id="cut while it rang"),
        pytest.param([talk(moment("2026-07-14 23:00:00"), "call_1", type="UNKNOWN")], "breach", id="it names a call"),
        pytest.param([step(moment("2026-07-14 23:00:00"), "a new word")], "breach", id="an unknown status"),
    ],
)
def test_hours_say_clear_only_of_what_was_dialled_for_sure(visits: list[Visit], expected: str) -> None:
    """What may hide a dial, or may be none, is not clear."""
    assert result(case(visits), "US-HOURS") == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("created", "clear"),
        ("queued", "clear"),
        ("completed", "breach"),
        ("no_answer", "breach"),
        ("unknown", "cannot tell"),
    ],
)
def test_queued_call_s_own_record_says_whether_it_was_made(status: str, expected: str) -> None:
    """The history still has it waiting at 23:00."""
    at = moment("2026-07-14 23:00:00")

    assert result(case([talk(at, "call_1", "queued")], known=[read("call_1", status=status)]), "US-HOURS") == expected


def test_inbound_call_is_no_dial() -> None:
    """Whoever calls us at night may."""
    at = moment("2026-07-14 23:00:00")

    assert result(case([talk(at, "call_1")], known=[read("call_1", is_inbound=True)]), "US-HOURS") == "clear"


def test_breach_outweighs_what_is_unknown() -> None:
    """One dial at night is enough, whatever else the record lacks."""
    judged = case([step(None), *calls(moment("2026-07-14 23:00:00")), *calls(moment("2026-07-14 12:00:00"))])

    found = verdict(judged, "US-HOURS")

    assert (found.result, found.positions) == ("breach", (2,))
    assert found.sentence == "1 dial outside 08:00–21:00: Tue 14 Jul 2026 23:00:00 EDT."


NOON = moment("2026-07-14 12:00:00")


@pytest.mark.parametrize(
    ("hours", "clock", "expected"),
    [
        (range(6), NEW_YORK, "clear"),
        (range(7), NEW_YORK, "warning"),
        (range(7), NOWHERE, "cannot tell"),
        (range(6), NOWHERE, "clear"),
        # From noon on, every two hours: the seventh dial falls on the next day.
        (range(0, 14, 2), NEW_YORK, "clear"),
        # In Adak all seven are of the 14th, in Anchorage the last is of the 15th.
        ([0, 8, 9, 10, 11, 12, 16], ALASKA, "cannot tell"),
    ],
)
def test_dials_of_one_day_are_by_the_called_calendar(hours: list[int], clock: CalledClock, expected: str) -> None:
    """Seven on one date warn, where no zone can put one of them on another."""
    judged = case(calls(*(NOON + timedelta(hours=hour, minutes=20) for hour in hours)), clock)

    assert result(judged, "REGF-RAPID-DAY") == expected


def test_day_of_other_leads_dials_alone_is_not_this_lead_s() -> None:
    """Seven dials by others on the day before, and one of its own."""
    elsewhere = tuple(NOON - timedelta(days=1, minutes=minute) for minute in range(7))

    assert result(case(calls(NOON), elsewhere=elsewhere), "REGF-RAPID-DAY") == "clear"
    assert result(case(calls(NOON), elsewhere=tuple(at + timedelta(days=1) for at in elsewhere)), "REGF-RAPID-DAY") == (
        "warning"
    )


def test_undated_dials_may_all_be_of_one_day() -> None:
    """Seven dials, and nobody knows when."""
    assert result(case([step(None)] * 7), "REGF-RAPID-DAY") == "cannot tell"
    assert result(case([step(None)] * 6), "REGF-RAPID-DAY") == "clear"
