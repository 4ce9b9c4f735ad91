from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dialnexa.bodies import (
    h1,
    visit,
    wait,
)
from tests.dialnexa.reading import at, read, said


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        ("waiting", True),
        ("pending", True),
        ("in-progress", True),
        ("initiated", True),
        ("completed", False),
        ("no_answer", False),
        ("failed", False),
        ("cancelled", False),
        ("thinking", True),
        (None, True),
    ],
)
def test_last_step_without_an_end_is_open_unless_its_status_says_over(status, is_open):
    """Under way, or a word we don't know, means that the lead is still there."""
    timeline = read(h1(visit(status=status, ended_at=None)))

    assert timeline.visits[0].is_open is is_open
    over = ["Step 1: no end time was given, so when the step ended is not known."]
    assert said(timeline) == ([] if is_open else over)


def test_unknown_status_before_another_step_is_over():
    """Something came after it. A wait said to be waiting stays open even then: it is not for us to repair."""
    rows = (visit(status="thinking", ended_at=None), wait(), visit(started_at="2026-07-15T05:00:00Z", ended_at=None))

    timeline = read(h1(*rows))

    assert [visit.is_open for visit in timeline.visits] == [False, True, False]


@pytest.mark.parametrize("status", ["completed", "dropped", "failed", "removed"])
def test_nothing_is_open_where_the_lead_is_finished(status):
    """A step that nobody closed is noted instead of growing for ever."""
    timeline = read(h1(visit(), wait(), status=status))

    assert not timeline.visits[1].is_open
    assert said(timeline) == ["Step 2: the lead is finished, yet this step was never reported as left."]


def test_step_that_was_over_before_the_lead_was_finished_only_lacks_its_end():
    """Nothing contradicts itself: the time alone is missing."""
    timeline = read(h1(visit(ended_at=None), status="completed"))

    assert said(timeline) == ["Step 1: no end time was given, so when the step ended is not known."]


def test_terminal_step_is_never_open():
    """Arriving is all there is to it."""
    timeline = read(h1(visit(node_type="CONVERTED", status="active", ended_at=None, call_id=None)))

    assert not timeline.visits[0].is_open
    assert timeline.notes == ()


def test_unreadable_end_means_over():
    """Upstream did say that it ended."""
    timeline = read(h1(wait(ended_at="soon")))

    assert not timeline.visits[0].is_open
    assert said(timeline) == ["Step 1: the end time could not be read, so it is treated as unknown."]


# --- plans -----------------------------------------------------------------------------------------------------------


def test_planned_release_is_never_a_departure():
    """Also where the wait is over and upstream gave no end."""
    timeline = read(h1(wait(status="completed")))

    step = timeline.visits[0]
    assert (step.left_at, step.due_at, step.is_open) == (None, at("2026-07-16T05:03:21"), False)
    assert said(timeline) == ["Step 1: no end time was given, so when the step ended is not known."]


@pytest.mark.parametrize(("status", "is_plan"), [("waiting", True), ("Pending", True), ("completed", False)])
def test_end_of_a_wait_is_a_plan_only_while_waiting(status, is_plan):
    """The bare key "end" is too vague to be anything else."""
    step = read(h1(wait(status=status, ends_at=None, end="2026-07-16T00:00:00Z"))).visits[0]

    assert (step.due_at is not None) is is_plan
    assert step.left_at is None


@pytest.mark.parametrize(
    ("config", "hold"),
    [
        ({"delay_hours": 4}, timedelta(hours=4)),
        ({"delay_hours": "1.5"}, timedelta(minutes=90)),
        ({"duration": 30, "unit": "minutes"}, timedelta(minutes=30)),
        ({"duration": {"value": 2, "unit": "Day"}}, timedelta(days=2)),
        ({"duration_value": 3, "duration_unit": "hours"}, timedelta(hours=3)),
        ({"duration": 3}, None),
        ({"duration": 3, "unit": "moons"}, None),
        ({"delay_hours": -4}, None),
        ({"delay_hours": 0}, None),
        ({"delay_hours": 1e300}, None),
        ({"delay_hours": 4, "pca_field": "callback_time"}, None),
        ({"delay_hours": 4, "time_source": "postcall_analysis"}, None),
        ("4 hours", None),
        (None, None),
    ],
)
def test_release_is_worked_out_from_the_waits_settings(config, hold):
    """Only where upstream gave none, and always with a note: the settings may have changed since."""
    body = {"history": [wait(ends_at=None)], "all_nodes": [{"id": "node_pause", "config": config}]}

    timeline = read(body)

    assert timeline.visits[0].due_at == (hold and at("2026-07-14T05:03:21") + hold)
    assert len(timeline.notes) == (hold is not None)


# --- calls -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys",
    [
        {"call_id": None, "callId": "call_9"},
        {"call_id": "", "call_log_id": "call_9"},
        {"call_id": " ", "metadata": {"call_id": "call_9"}},
    ],
)
def test_call_id_is_found_under_its_other_names(keys):
    """Blank ones do not count."""
    assert read(h1(visit(**keys))).visits[0].call_id == "call_9"


@pytest.mark.parametrize("call_id", ["../admin", "call 9", "call_9\n", "\uff43all", "x" * 101, "a.b", True, 1.5, {}])
def test_f56_id_that_must_not_reach_an_address_is_no_link(call_id):
    """The step stays; only the way to its call is cut, and said to be."""
    timeline = read(h1(visit(call_id=call_id)))

    assert timeline.visits[0].call_id is None
    assert said(timeline) == ["Step 1: the call’s id is not one Leadline can use, so it cannot be opened."]


def test_f56_voice_call_without_a_call_is_noted_and_other_steps_keep_theirs():
    """A call that left no record, and a record on a step that is no call."""
    timeline = read(h1(visit(call_id=None), wait(call_id="call_w")))

    assert [visit.call_id for visit in timeline.visits] == [None, "call_w"]
    assert said(timeline) == ["Step 1: no call is recorded for this step."]
