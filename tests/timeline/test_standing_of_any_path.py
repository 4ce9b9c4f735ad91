"""Where a lead stands: what holds for every path, however odd its record."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.model import Call, Timeline
from dashboard.timeline.standing import Kind, Limits, standing
from dashboard.timeline.status import LEAD_FINAL
from tests.strategies import NOW, STOPPED_WORKFLOWS, late_timelines, lengths, timelines, workflow_statuses


@given(timelines(), workflow_statuses, st.none() | st.sampled_from(["completed", "in_progress"]))
def test_standing_of_any_path_is_a_sentence_that_agrees_with_itself(
    timeline: Timeline, workflow: str | None, call_status: str | None
) -> None:
    """It never raises; stuck and only stuck is overdue, and tells what to check; the visit it names exists."""
    call = Call("call_1", call_status) if call_status else None

    found = standing(timeline, now=NOW, workflow_status=workflow, call=call)

    assert found.sentence.endswith(".")
    assert (found.kind is Kind.STUCK) == (found.overdue is not None)
    assert found.overdue is None or found.overdue > timedelta(0)
    assert found.kind is not Kind.STUCK or found.next_check
    assert found.position is None or timeline.visit(found.position)
    assert found.is_live == (found.kind is not Kind.FINAL)


@given(timelines(), st.sampled_from(STOPPED_WORKFLOWS))
def test_lead_of_a_stopped_workflow_is_never_stuck(timeline: Timeline, workflow: str) -> None:
    """Whatever the path: held, finished or unknown, but neither late nor under way."""
    found = standing(timeline, now=NOW, workflow_status=workflow)

    assert found.kind in {Kind.HELD, Kind.FINAL, Kind.UNKNOWN}


@given(timelines(st.sampled_from(sorted(LEAD_FINAL))), workflow_statuses)
def test_final_lead_is_final_whatever_its_steps(timeline: Timeline, workflow: str | None) -> None:
    """A finished lead with a step that never reported its end is still finished."""
    assert standing(timeline, now=NOW, workflow_status=workflow).kind is Kind.FINAL


@given(timelines(), workflow_statuses)
def test_final_and_unknown_do_not_depend_on_the_workflow(timeline: Timeline, workflow: str | None) -> None:
    """So that nobody needs to ask upstream for the workflow to know them."""
    alone = standing(timeline, now=NOW, workflow_status=None)
    known = standing(timeline, now=NOW, workflow_status=workflow)

    settled = {Kind.FINAL, Kind.UNKNOWN}
    assert (alone == known) if alone.kind in settled else (known.kind not in settled)


@given(late_timelines(), lengths, lengths, lengths)
def test_more_patience_never_makes_a_lead_stuck(
    timeline: Timeline, grace: timedelta, step: timedelta, more: timedelta
) -> None:
    """Longer limits may turn stuck into waiting or moving, never the other way round."""
    hasty = standing(timeline, now=NOW, workflow_status="active", limits=Limits(grace=grace, step=step))
    patience = Limits(grace=grace + more, step=step + more)

    patient = standing(timeline, now=NOW, workflow_status="active", limits=patience)

    assert hasty.kind is Kind.STUCK or patient.kind is not Kind.STUCK


@given(late_timelines(), lengths)
def test_stuck_lead_stays_stuck_until_its_record_changes(timeline: Timeline, later: timedelta) -> None:
    """Time alone never frees a lead."""
    today = standing(timeline, now=NOW, workflow_status="active")

    found = standing(timeline, now=NOW + later, workflow_status="active")

    assert found.kind is Kind.STUCK or today.kind is not Kind.STUCK
