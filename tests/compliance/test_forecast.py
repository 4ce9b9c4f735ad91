"""The next dial of a waiting lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dashboard.compliance.case import Case
from dashboard.compliance.clock import CalledClock
from dashboard.compliance.forecast import Forecast, Successors, forecast, successors
from dashboard.timeline.digest import Step
from dashboard.timeline.model import Edge, Node, Timeline, Visit
from dashboard.timeline.standing import standing
from tests.compliance.cases import ALASKA, INDIA, NEW_YORK, PACKS, calls, case, facts, moment, phrase, step, talk

NOW = moment("2026-07-14 12:00:00")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CALL = Node("node_call", "VOICE_CALL", "Call")
TEXT = Node("node_sms", "SMS", "SMS")
TO_CALL = (Edge("node_wait", "node_call"),)
TO_BOTH = (Edge("node_wait", "node_call", "true"), Edge("node_wait", "node_sms", "false"))
COLLECTIONS = [PACKS["record"], PACKS["us-collections"]]


def wait(due_at: datetime | None) -> Visit:
    return Visit(1, 1, "node_wait", "TIME", "Wait", "waiting", entered_at=NOW - HOUR, due_at=due_at, is_open=True)


def graph(judged: Case, edges: tuple[Edge, ...] = TO_CALL) -> Case:
    return replace(judged, timeline=replace(judged.timeline, nodes=(CALL, TEXT), edges=edges))


def told(
    judged: Case, *, now: datetime = NOW, workflow: str = "active", observed: Successors | None = None
) -> Forecast | None:
    where = standing(judged.timeline, now=now, workflow_status=workflow)
    return forecast(judged, COLLECTIONS, now=now, standing=where, successors=observed)


def rules(found: Forecast | None) -> dict[str, str]:
    assert found is not None
    return {verdict.rule.id: verdict.result.value for verdict in found.verdicts}


def test_dial_after_a_wait_is_foretold_by_the_graph() -> None:
    """Its moment is the planned release; by day, far from any other, no rule has anything to say."""
    found = told(graph(case([wait(NOW + HOUR)])))

    assert found == Forecast(NOW + HOUR, True, ("By the workflow’s graph a call comes next.",), ())


@pytest.mark.parametrize(
    ("clock", "due", "expected"),
    [
        (NEW_YORK, "2026-07-14 21:00:00", None),
        (NEW_YORK, "2026-07-14 21:00:01", "breach"),
        (ALASKA, "2026-07-14 12:30:00", "cannot tell"),
        (INDIA, "2026-07-14 12:00:00", "breach"),
    ],
)
def test_dial_at_night_is_foretold_as_what_it_would_be(clock: CalledClock, due: str, expected: str | None) -> None:
    """By the called party's clock, and with the position of a dial that is not made yet."""
    found = told(graph(case([wait(moment(due))], clock)))

    assert rules(found).get("REGF-HOURS") == expected
    assert found is not None
    assert all(verdict.positions == (0,) for verdict in found.verdicts)


def test_dial_that_fills_the_week_is_foretold() -> None:
    """Seven are warned of already; the eighth would break the rule, and fall within a conversation's days."""
    known = facts("call_1")
    path = [
        talk(NOW - 6 * DAY, "call_1"),
        *calls(*(NOW - DAY * part for part in (5, 4, 3, 2, 1.5, 1))),
        wait(NOW + HOUR),
    ]

    found = told(graph(case(path, known=[known])))

    assert rules(found) == {"REGF-7IN7": "breach", "REGF-TALK": "breach"}


def test_dial_after_a_request_to_stop_is_foretold() -> None:
    """Today a warning, then a breach."""
    asked = facts("call_1", found=phrase("record", "stop", 2))

    found = told(graph(case([talk(NOW - 20 * DAY, "call_1"), wait(NOW + HOUR)], known=[asked])))

    assert rules(found) == {"REC-OPT-OUT": "breach"}


def test_breach_that_stands_is_told_again_where_the_dial_adds_to_it() -> None:
    """Called at night once, and again tonight."""
    path = [step(moment("2026-07-01 23:00:00"), "no_answer"), wait(moment("2026-07-14 23:00:00"))]

    assert rules(told(graph(case(path)))) == {"REGF-HOURS": "breach"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param([wait(None)], "active", id="release not given"),
        pytest.param([], "active", id="no step yet"),
        pytest.param([step(NOW, "in_progress", seconds=None, is_open=True)], "active", id="a call is under way"),
        pytest.param([replace(wait(NOW), is_open=False, left_at=NOW)], "active", id="the wait is over"),
        pytest.param([wait(NOW + HOUR)], "removed", id="the lead was removed"),
    ],
)
def test_nothing_is_foretold_of_a_lead_that_does_not_wait_for_a_known_moment(path: list[Visit], status: str) -> None:
    """No guess."""
    assert told(graph(case(path, status=status))) is None


def test_dial_of_a_held_workflow_is_uncertain() -> None:
    """It comes when somebody resumes the workflow, if it comes."""
    found = told(graph(case([wait(NOW + HOUR)])), workflow="paused")

    assert found is not None
    assert not found.is_certain
    assert found.why[1] == "Held by pause at “Wait”. The dial comes later, if it comes."


def test_overdue_dial_may_come_any_minute() -> None:
    """Its moment is now, and not in the past."""
    found = told(graph(case([wait(NOW - HOUR)])))

    assert found is not None
    assert (found.at, found.is_certain) == (NOW, False)
    assert found.why[1] == "The planned release is over, and the dial may come any minute."


@pytest.mark.parametrize(
    ("edges", "observed", "why"),
    [
        (TO_BOTH, None, "By the workflow’s graph a call is one of 2 ways on."),
        ((), {"node_wait": {"VOICE_CALL": 9, "SMS": 3}}, "a call came next 9 of 12 times."),
        ((), {"node_wait": {"SMS": 3}}, None),
        ((), {"node_other": {"VOICE_CALL": 3}}, None),
        ((), None, None),
        ((Edge("node_wait", "node_sms"),), {"node_wait": {"VOICE_CALL": 9}}, None),
        ((Edge("node_wait", "node_gone"),), None, None),
    ],
)
def test_dial_is_uncertain_unless_the_graph_leaves_one_way(
    edges: tuple[Edge, ...], observed: Successors | None, why: str | None
) -> None:
    """Other leads' paths only suggest it; the graph, where there is one, is believed before them."""
    found = told(graph(case([wait(NOW + HOUR)]), edges), observed=observed)

    assert (found is None) == (why is None)
    assert found is None or (not found.is_certain and why is not None and found.why[0].endswith(why))


def test_lead_s_own_path_is_learnt_from() -> None:
    """Twice round the loop, and waiting for the third."""
    over = replace(wait(NOW - HOUR), is_open=False, status="completed", left_at=NOW)
    dials = calls(NOW - 3 * DAY, NOW - 20 * HOUR)
    path = [replace(over, entered_at=NOW - 4 * DAY), dials[0], replace(over, entered_at=NOW - 2 * DAY), dials[1]]

    found = told(case([*path, wait(NOW + HOUR)]))

    assert found is not None
    assert found.why == ("Inferred from paths so far: at this step a call came next 2 of 2 times.",)


def test_successors_are_counted_over_paths() -> None:
    """By node, the type of what came next; the last step has none."""

    def at(node_id: str, type_: str) -> Step:
        return Step(node_id, type_, "", "completed", "", None, None)

    paths = [
        [at("a", "TIME"), at("b", "VOICE_CALL"), at("", "SMS"), at("a", "TIME")],
        [at("a", "TIME"), at("c", "SMS")],
    ]

    assert successors(paths) == {"a": {"VOICE_CALL": 1, "SMS": 1}, "b": {"SMS": 1}}
    assert successors([]) == {}


def test_forecast_leaves_the_case_as_it_is() -> None:
    """Today's verdicts are not those of a dial that is not made."""
    judged = graph(case([wait(NOW + HOUR)]))

    told(judged)

    assert isinstance(judged.timeline, Timeline)
    assert judged.dials == ()
