"""Where a lead stands: the rules one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dashboard.timeline.model import Call, Lead, Timeline, Visit
from dashboard.timeline.standing import Kind, Standing, is_wait, standing
from tests.strategies import NOW

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def ago(length: timedelta) -> datetime:
    return NOW - length


def visit(type_: str = "TIME", status: str = "in_progress", **fields: Any) -> Visit:
    """An open visit; ended when left_at is given."""
    given: dict[str, Any] = {"node_id": "node_a", "label": "Here", "entered_at": ago(HOUR), **fields}
    return Visit(
        **{"position": 1, "received": 1, "is_open": "left_at" not in given, **given}, type=type_, status=status
    )


def stand(*visits: Visit, lead: str = "active", workflow: str | None = "active", **more: Any) -> Standing:
    current = more.pop("current_node_id", None)
    path = tuple(replace(one, position=number) for number, one in enumerate(visits, start=1))
    timeline = Timeline("wf_abc", Lead("lead_abc", status=lead, current_node_id=current), path)
    return standing(timeline, now=NOW, workflow_status=workflow, **more)


# --- Waits


@pytest.mark.parametrize(
    ("due_in", "kind", "sentence"),
    [
        (3 * HOUR + 12 * MINUTE, Kind.WAITING, "Waiting at “Here”, to be released in 3 h 12 min."),
        (timedelta(0), Kind.WAITING, "Waiting at “Here”, to be released in 0 s."),
        (-5 * MINUTE, Kind.WAITING, "Waiting at “Here”: its release was due 5 min ago, and may come any minute."),
        (-15 * MINUTE, Kind.WAITING, "Waiting at “Here”: its release was due 15 min ago, and may come any minute."),
        (-15 * MINUTE - timedelta(seconds=1), Kind.STUCK, "Stuck at “Here”: its release is overdue by 15 min 1 s."),
        (-(2 * 24 * HOUR + HOUR), Kind.STUCK, "Stuck at “Here”: its release is overdue by 2 d 1 h."),
    ],
)
def test_wait_is_stuck_only_beyond_its_release_and_the_grace(due_in: timedelta, kind: Kind, sentence: str) -> None:
    """Up to the grace a late release is still a wait; beyond it, it is overdue since the release itself."""
    found = stand(visit(due_at=NOW + due_in, entered_at=ago(90 * HOUR)))

    assert (found.kind, found.sentence) == (kind, sentence)
    assert found.overdue == (-due_in if kind is Kind.STUCK else None)
    assert found.due_at == NOW + due_in
    assert found.since == ago(90 * HOUR)


def test_wait_without_a_release_is_never_stuck() -> None:
    """However long ago it began: nobody said when it should end."""
    found = stand(visit(entered_at=ago(timedelta(days=300))))

    assert found.kind is Kind.WAITING
    assert found.sentence == "Waiting at “Here”, release time not given."


def test_wait_whose_release_lies_before_its_start_is_overdue_since_that_release() -> None:
    """A planned release in the past is a prime suspect for a stuck lead, not a reason to look away."""
    found = stand(visit(entered_at=ago(HOUR), due_at=ago(3 * HOUR)))

    assert (found.kind, found.overdue) == (Kind.STUCK, 3 * HOUR)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (visit("TIME", "in_progress"), True),
        (visit("TIME", "cannot_say"), True),
        (visit("UNKNOWN", "waiting"), True),
        (visit("DELAY_UNTIL", "waiting", due_at=NOW), True),
        (visit("VOICE_CALL", "scheduled", due_at=NOW), True),
        (visit("DELAY_UNTIL", "waiting"), False),
        (visit("VOICE_CALL", "in_progress", due_at=NOW), False),
        (visit("UNKNOWN", "in_progress"), False),
    ],
)
def test_is_wait_by_its_type_or_by_what_it_reports(one: Visit, expected: bool) -> None:
    """A step of a type nobody documented may wait too; it is judged by its plan then, not by a step's limit."""
    assert is_wait(one) is expected


# --- Calls and other steps


@pytest.mark.parametrize(
    ("type_", "spent", "kind", "sentence"),
    [
        ("VOICE_CALL", timedelta(0), Kind.MOVING, "On a call at “Here”, 0 s so far."),
        ("VOICE_CALL", timedelta(seconds=95), Kind.MOVING, "On a call at “Here”, 1 min 35 s so far."),
        ("VOICE_CALL", timedelta(seconds=5520), Kind.MOVING, "On a call at “Here”, 1 h 32 min so far."),
        (
            *("VOICE_CALL", timedelta(seconds=5521), Kind.STUCK),
            "Stuck at “Here” for 1 h 32 min, longer than a call can last.",
        ),
        ("APPLICATION", HOUR, Kind.MOVING, "At “Here”, 1 h so far."),
        (
            *("APPLICATION", 6 * HOUR, Kind.STUCK),
            "Stuck at “Here” for 6 h, longer than the 1 h allowed for such a step.",
        ),
        ("AI_SCORE", 2 * HOUR, Kind.STUCK, "Stuck at “Here” for 2 h, longer than the 1 h allowed for such a step."),
        ("APPLICATION", -HOUR, Kind.MOVING, "At “Here”; its start is given as later than now."),
    ],
)
def test_step_is_stuck_beyond_its_limit(type_: str, spent: timedelta, kind: Kind, sentence: str) -> None:
    """A call has the longest call and its ringing; another step has its own limit, whatever its type is called."""
    found = stand(visit(type_, entered_at=ago(spent)))

    assert (found.kind, found.sentence) == (kind, sentence)
    limit = timedelta(seconds=5520) if type_ == "VOICE_CALL" else HOUR
    assert found.overdue == (spent - limit if kind is Kind.STUCK else None)
    assert kind is not Kind.STUCK or ("call’s own record" in (found.next_check or "")) == (type_ == "VOICE_CALL")


def test_step_that_began_nobody_knows_when_is_not_late() -> None:
    """Without a start there is nothing to measure against a limit."""
    found = stand(visit("APPLICATION", entered_at=None))

    assert (found.kind, found.sentence) == (Kind.MOVING, "At “Here”; since when is not given.")


def test_call_in_the_queue_is_not_said_to_be_talking() -> None:
    """A call that is only pending has not been made."""
    assert stand(visit("VOICE_CALL", "pending")).sentence == "At “Here”, 1 h so far."


@pytest.mark.parametrize(
    ("call", "kind", "gone"),
    [
        (Call("call_a", "completed", ended_at=ago(55 * MINUTE)), Kind.STUCK, 55 * MINUTE),
        (Call("call_a", "completed", ended_at=ago(15 * MINUTE)), Kind.MOVING, None),
        (Call("call_a", "failed", started_at=ago(50 * MINUTE), duration=20 * MINUTE), Kind.STUCK, 30 * MINUTE),
        (Call("call_a", "busy", started_at=ago(40 * MINUTE)), Kind.STUCK, 40 * MINUTE),
        (Call("call_a", "no_answer"), Kind.STUCK, HOUR),
        (Call("call_a", "in_progress", ended_at=ago(HOUR)), Kind.MOVING, None),
        (Call("call_b", "completed", ended_at=ago(HOUR)), Kind.MOVING, None),
    ],
)
def test_call_that_has_ended_while_its_step_is_open_is_stuck(call: Call, kind: Kind, gone: timedelta | None) -> None:
    """The call's own final record outweighs the open step once the grace is over; another call's says nothing."""
    found = stand(visit("VOICE_CALL", call_id="call_a"), call=call)

    assert (found.kind, found.overdue) == (kind, gone)
    assert ("ended" in found.sentence) == (call.id == "call_a" and call.status != "in_progress")


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        (55 * MINUTE, "Stuck at “Here”: the call ended 55 min ago, but the step is still open."),
        (MINUTE, "At “Here”: the call ended 1 min ago, but the step is still open."),
        (timedelta(0), "At “Here”: the call ended, but the step is still open."),
        (-MINUTE, "At “Here”: the call ended, but the step is still open."),
    ],
)
def test_call_that_has_ended_is_said_to_have(gone: timedelta, sentence: str) -> None:
    """How long ago, unless the two clocks disagree about it."""
    call = Call("call_a", "completed", ended_at=ago(gone))

    assert stand(visit("VOICE_CALL", call_id="call_a"), call=call).sentence == sentence


# --- Which step counts


def test_standing_is_about_the_step_upstream_names_as_current() -> None:
    """Several steps look open; the lead's own record says where it is."""
    overdue = visit(node_id="node_a", due_at=ago(3 * HOUR), label="Wait")
    later = visit("APPLICATION", node_id="node_b", entered_at=ago(MINUTE), label="Send")

    assert stand(overdue, later, current_node_id="node_a").position == 1
    assert stand(overdue, later, current_node_id="node_b").position == 2
    assert stand(overdue, later, current_node_id="node_z").position == 2
    assert stand(overdue, later).position == 2


def test_standing_with_a_terminal_last_step_is_final() -> None:
    """Nothing leads on from a terminal step, so a step before it that never reported its end keeps nobody."""
    forgotten = visit(due_at=ago(3 * HOUR))
    converted = visit("CONVERTED", "completed", label="Loan agreed")

    found = stand(forgotten, converted)

    assert (found.kind, found.position) == (Kind.FINAL, 2)
    assert found.sentence == "Finished: converted at “Loan agreed”."


# --- The lead's own status


@pytest.mark.parametrize(
    ("lead", "last", "sentence"),
    [
        ("completed", visit("CONVERTED", left_at=NOW), "Finished: converted at “Here”."),
        ("completed", visit("DROPPED", left_at=NOW), "Finished: dropped at “Here”."),
        ("completed", visit("APPLICATION", left_at=NOW), "Finished: completed. The last step was “Here”."),
        ("failed", visit("APPLICATION", "failed", left_at=NOW), "Finished: failed. The last step was “Here”."),
        ("removed", visit(left_at=NOW), "Finished: removed from the workflow. The last step was “Here”."),
        ("dropped", visit("CONVERTED", left_at=NOW), "Finished: dropped. The last step was “Here”."),
        ("cancelled", None, "Finished: cancelled."),
    ],
)
def test_final_says_how_and_where(lead: str, last: Visit | None, sentence: str) -> None:
    """Upstream's "completed" may mean either end, so a terminal step decides; any other final status stands."""
    found = stand(*([last] if last else []), lead=lead)

    assert (found.kind, found.sentence) == (Kind.FINAL, sentence)
    assert found.since == (NOW if last else None)
    assert not found.is_live


@pytest.mark.parametrize(
    ("lead", "kind", "sentence"),
    [
        ("pending", Kind.PENDING, "Not started: DialNexa reports no step yet."),
        ("active", Kind.PENDING, "Said to be active: DialNexa reports no step yet."),
        ("unknown", Kind.UNKNOWN, "DialNexa reports no step yet, and no status for this lead."),
        (
            *("archived", Kind.UNKNOWN),
            "DialNexa reports no step yet, and a status Leadline does not know, “archived”.",
        ),
    ],
)
def test_lead_without_steps_is_pending_or_unknown(lead: str, kind: Kind, sentence: str) -> None:
    """No step and a live status means not started; no step and no readable status means nothing."""
    found = stand(lead=lead)

    assert (found.kind, found.sentence) == (kind, sentence)
    assert found.is_live


@pytest.mark.parametrize(
    ("lead", "last", "sentence"),
    [
        (
            *("unknown", visit("VOICE_CALL", "completed", left_at=ago(9 * HOUR))),
            "DialNexa reports no step after “Here”, and no status for this lead.",
        ),
        (
            *("archived", visit("VOICE_CALL", "completed", left_at=ago(9 * HOUR))),
            "DialNexa reports no step after “Here”, and a status Leadline does not know, “archived”.",
        ),
        (
            *("active", visit("VOICE_CALL", "completed", is_open=False)),
            "DialNexa reports no step after “Here”, nor when that one ended.",
        ),
        (
            *("active", visit("UNKNOWN", "unknown", is_open=False, is_readable=False)),
            "The last step of the record could not be read, so where the lead stands is not known.",
        ),
    ],
)
def test_lead_at_no_step_is_unknown_where_the_record_says_too_little(lead: str, last: Visit, sentence: str) -> None:
    """Without a status, an end or a readable last row nobody can say more, and Leadline does not guess."""
    found = stand(last, lead=lead)

    assert (found.kind, found.sentence) == (Kind.UNKNOWN, sentence)


def test_lead_with_an_unknown_status_is_judged_by_its_open_step() -> None:
    """The open wait is past its release whatever the lead's status is."""
    assert stand(visit(due_at=ago(3 * HOUR)), lead="unknown").kind is Kind.STUCK


@pytest.mark.parametrize(
    ("status", "gone", "kind", "sentence"),
    [
        ("busy", 30 * MINUTE, Kind.MOVING, "Left “Here” 30 min ago; the next step is not reported yet."),
        ("busy", HOUR, Kind.MOVING, "Left “Here” 1 h ago; the next step is not reported yet."),
        ("busy", timedelta(0), Kind.MOVING, "Left “Here”; the next step is not reported yet."),
        ("busy", -MINUTE, Kind.MOVING, "Left “Here”; the next step is not reported yet."),
        ("busy", 6 * HOUR, Kind.STUCK, "Stuck after “Here”, which ended 6 h ago: no later step is reported."),
        ("failed", 6 * HOUR, Kind.STUCK, "Stuck after “Here”, which failed 6 h ago: no later step is reported."),
    ],
)
def test_lead_between_steps_is_stuck_beyond_a_steps_limit(
    status: str, gone: timedelta, kind: Kind, sentence: str
) -> None:
    """An active lead that left its last step and reached no other has met a missing path."""
    found = stand(visit("VOICE_CALL", status, left_at=ago(gone)))

    assert (found.kind, found.sentence) == (kind, sentence)
    assert found.overdue == (gone - HOUR if kind is Kind.STUCK else None)


# --- The workflow


@pytest.mark.parametrize(
    ("workflow", "sentence"),
    [
        ("paused", "Held by pause at “Here”."),
        ("draft", "Workflow not running (draft): held at “Here”."),
        ("completed", "Workflow not running (completed): held at “Here”."),
        ("cancelled", "Workflow not running (cancelled): held at “Here”."),
        ("inactive", "Workflow not running (inactive): held at “Here”."),
    ],
)
def test_lead_of_a_workflow_that_does_not_run_is_held(workflow: str, sentence: str) -> None:
    """Nothing is overdue where nothing can move, however long ago the release was."""
    found = stand(visit(due_at=ago(90 * HOUR)), workflow=workflow)

    assert (found.kind, found.sentence, found.overdue) == (Kind.HELD, sentence, None)
    assert found.due_at == ago(90 * HOUR)


@pytest.mark.parametrize("workflow", ["active", "running", "unknown", None])
def test_lead_of_a_workflow_whose_status_is_unknown_is_judged_as_running(workflow: str | None) -> None:
    """Not knowing the workflow's status hides no stuck lead."""
    assert stand(visit(due_at=ago(90 * HOUR)), workflow=workflow).kind is Kind.STUCK


def test_held_says_what_may_still_happen() -> None:
    """Steps in flight finish under a pause; a lead may also be held before, or between, its steps."""
    on_call = stand(visit("VOICE_CALL"), workflow="paused")
    between = stand(visit("VOICE_CALL", "busy", left_at=ago(9 * HOUR)), workflow="paused")
    not_begun = stand(lead="pending", workflow="paused")

    assert on_call.sentence == "Held by pause after “Here”, which may still finish."
    assert between.sentence == "Held by pause after “Here”."
    assert not_begun.sentence == "Held by pause before the first step."
    assert {on_call.kind, between.kind, not_begun.kind} == {Kind.HELD}


# --- What a standing is about, since when, and what to look at


LEFT = ago(2 * HOUR)
CALLED = Call("call_1", status="completed", ended_at=ago(HOUR / 2))


def first(type_: str = "CONDITIONAL", status: str = "completed", **fields: Any) -> Visit:
    """A visit that is over."""
    return visit(type_, status, **{"left_at": LEFT, **fields})


@pytest.mark.parametrize(
    ("path", "options", "kind", "since", "position", "check"),
    [
        ([first()], {"lead": "removed"}, Kind.FINAL, LEFT, 1, None),
        ([first(), first("CONVERTED", left_at=NOW)], {}, Kind.FINAL, NOW, 2, None),
        ([first()], {"lead": "teleported"}, Kind.UNKNOWN, LEFT, 1, None),
        ([], {"lead": "teleported"}, Kind.UNKNOWN, None, None, None),
        (
            [first()],
            {"workflow": "paused"},
            Kind.HELD,
            LEFT,
            1,
            "Nothing moves on, and nothing is late, until the workflow is resumed.",
        ),
        ([first(), visit()], {"workflow": "draft"}, Kind.HELD, ago(HOUR), 2, None),
        (
            [],
            {"lead": "pending"},
            Kind.PENDING,
            None,
            None,
            "Check that the workflow is active and has an entry node.",
        ),
        ([first(left_at=ago(MINUTE))], {}, Kind.MOVING, ago(MINUTE), 1, None),
        ([first()], {}, Kind.STUCK, LEFT, 1, "Check whether the workflow has a path for this exit."),
        (
            [first(status="failed")],
            {},
            Kind.STUCK,
            LEFT,
            1,
            "Check whether the workflow has a path for this failure.",
        ),
        (
            [first(), visit()],
            {},
            Kind.WAITING,
            ago(HOUR),
            2,
            "Look in DialNexa at what this wait’s settings say about its end.",
        ),
        (
            [first(), visit("VOICE_CALL", call_id="call_1")],
            {"call": replace(CALLED, ended_at=ago(MINUTE))},
            Kind.MOVING,
            ago(HOUR),
            2,
            None,
        ),
        (
            [first(), visit("VOICE_CALL", call_id="call_1")],
            {"call": CALLED},
            Kind.STUCK,
            ago(HOUR),
            2,
            "Check the step’s exits: is there a path for the way this call ended?",
        ),
        ([first(), visit("VOICE_CALL", entered_at=ago(MINUTE))], {}, Kind.MOVING, ago(MINUTE), 2, None),
        (
            [first(), visit("APPLICATION", entered_at=LEFT)],
            {},
            Kind.STUCK,
            LEFT,
            2,
            "Check the step’s exits and its integration.",
        ),
    ],
)
def test_standing_names_its_visit_its_moment_and_what_to_check(
    path: list[Visit],
    options: dict[str, Any],
    kind: Kind,
    since: datetime | None,
    position: int | None,
    check: str | None,
) -> None:
    """What the page marks, counts from and advises."""
    found = stand(*path, **options)

    assert (found.kind, found.since, found.position, found.next_check) == (kind, since, position, check)


def test_enrolment_is_since_when_a_lead_has_not_started() -> None:
    """Also in a workflow that does not run."""
    lead = Lead("lead_abc", status="pending", enrolled_at=LEFT)
    found = [standing(Timeline("wf_abc", lead), now=NOW, workflow_status=status) for status in ("active", "draft")]

    assert [(one.kind, one.since) for one in found] == [(Kind.PENDING, LEFT), (Kind.HELD, LEFT)]
