from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dashboard.timeline.model import Edge
from tests.dialnexa.bodies import (
    CALL,
    Body,
    h4,
    move,
    visit,
    wait,
)
from tests.dialnexa.reading import at, read, said


def test_transitions_become_the_visits_between_them():
    """Each row ends one visit and begins the next; the call belongs to the step that made it."""
    timeline = read(h4())

    call, pause = timeline.visits
    assert (call.label, call.status, call.exit, call.call_id) == ("First call", "dnp", "DNP", CALL)
    assert call.duration == timedelta(seconds=45)
    assert (pause.label, pause.status, pause.is_open, pause.call_id) == ("Pause", "waiting", True, None)
    assert pause.due_at == at("2026-07-14T09:00:45")
    assert dict(timeline.lead.variables) == {"city": "Kochi"}
    assert (timeline.lead.status, timeline.lead.current_node_id) == ("active", "n_pause")
    assert [note.position for note in timeline.notes] == [2]


def test_first_row_with_a_source_gives_a_visit_that_began_unseen():
    """The lead was there, since when is not told."""
    timeline = read(h4(move("n_call", "n_pause", "2026-07-14T05:00:45Z", reason="COMPLETED")))

    call, pause = timeline.visits
    assert (call.entered_at, call.left_at, call.status) == (None, at("2026-07-14T05:00:45"), "completed")
    assert "Step 1: the record does not say when this step began." in said(timeline)
    assert pause.is_open


def test_terminal_node_is_completed_at_once():
    """Reached, done, nothing open."""
    rows = (
        move(None, "n_check", "2026-07-14T05:00:00Z"),
        move("n_check", "n_won", "2026-07-14T05:00:01Z", reason="true"),
    )

    check, won = read(h4(*rows)).visits

    assert (check.status, check.exit) == ("completed", "true")
    assert (won.status, won.duration, won.is_open) == ("completed", timedelta(0), False)


def test_gap_between_transitions_is_left_and_noted():
    """The step in between is shown with its end only, the one before with its start only."""
    rows = (move(None, "n_call", "2026-07-14T05:00:00Z"), move("n_check", "n_pause", "2026-07-14T06:00:00Z"))

    timeline = read(h4(*rows))

    assert [(visit.node_id, visit.entered_at, visit.left_at) for visit in timeline.visits] == [
        ("n_call", at("2026-07-14T05:00"), None),
        ("n_check", None, at("2026-07-14T06:00")),
        ("n_pause", at("2026-07-14T06:00"), None),
    ]
    assert [visit.is_open for visit in timeline.visits] == [False, False, True]
    assert said(timeline)[0] == ("Step 1: the record goes on from another step, so when this one ended is not known.")


def test_row_without_a_target_only_ends_a_visit():
    """Its text joins that visit's, so that no row is out of sight."""
    entered = move(None, "n_call", "2026-07-14T05:00:00Z")
    left = move("n_call", None, "2026-07-14T05:01:00Z", reason="FAILED")

    timeline = read(h4(entered, left))

    (call,) = timeline.visits
    assert (call.status, call.exit, call.is_open, call.left_at) == ("failed", "FAILED", False, at("2026-07-14T05:01"))
    assert json.loads(call.raw) == [entered, left]
    assert timeline.received_rows == 2


@pytest.mark.parametrize(
    ("node", "reason", "status"),
    [
        ("n_call", "COMPLETED", "completed"),
        ("n_call", "success", "completed"),
        ("n_call", "NO_ANSWER", "no_answer"),
        ("n_call", "VOICEMAIL", "voicemail"),
        ("n_call", "failure", "failed"),
        ("n_call", "removed", "removed"),
        ("n_call", "sunny", "unknown"),
        ("n_call", None, "unknown"),
        ("n_call", "waiting", "unknown"),
        ("n_check", "North region", "completed"),
        ("n_pause", None, "completed"),
        ("n_new", "sunny", "unknown"),
    ],
)
def test_status_follows_from_the_way_out(node, reason, status):
    """A reason we don't know is success only where leaving is all there is to do."""
    rows: tuple[Body, ...] = (
        move(None, node, "2026-07-14T05:00:00Z"),
        move(node, "n_won", "2026-07-14T05:01:00Z", reason=reason),
    )

    assert read(h4(*rows)).visits[0].status == status


def test_transitions_are_read_in_order_of_time():
    """Whatever order upstream sent; equal ones keep it."""
    rows = [
        move(None, "n_call", "2026-07-14T05:00:00Z"),
        move("n_call", "n_pause", "2026-07-14T05:00:45Z", reason="DNP"),
    ]

    forwards, backwards = read(h4(*rows)), read(h4(*reversed(rows)))

    assert [visit.node_id for visit in backwards.visits] == [visit.node_id for visit in forwards.visits]
    assert [visit.received for visit in backwards.visits] == [2, 1]


def test_second_call_id_belongs_to_the_step_entered():
    """A step has one call."""
    rows = (
        move(None, "n_call", "2026-07-14T05:00:00Z", metadata={"call_id": "call_1"}),
        move("n_call", "n_check", "2026-07-14T05:01:00Z", metadata={"call_id": "call_2"}),
    )

    assert [visit.call_id for visit in read(h4(*rows)).visits] == ["call_1", "call_2"]


def test_call_of_a_row_without_a_target_belongs_to_the_step_it_ends():
    """Also where that step is no voice call."""
    rows = (
        move(None, "n_check", "2026-07-14T05:00:00Z"),
        move("n_check", None, "2026-07-14T05:01:00Z", metadata={"call_id": "call_9"}),
    )

    assert [visit.call_id for visit in read(h4(*rows)).visits] == ["call_9"]


def test_row_without_a_source_leaves_the_step_before_it_without_an_end():
    """It does not say that the lead left from there."""
    rows = (move(None, "n_check", "2026-07-14T05:00:00Z"), move(None, "n_call", "2026-07-14T05:01:00Z"))

    timeline = read(h4(*rows))

    assert [(visit.left_at, visit.is_open) for visit in timeline.visits] == [(None, False), (None, True)]
    assert said(timeline) == ["Step 1: the record goes on from another step, so when this one ended is not known."]


def test_planned_release_of_the_row_beats_that_of_the_execution():
    """It is about this very visit."""
    row = move(None, "n_pause", "2026-07-14T05:00:00Z", metadata={"release_at": "2026-07-14T06:00:00Z"})
    execution = {"current_node_id": "n_pause", "status": "active", "release_at": "2026-07-14T11:11:00Z"}

    timeline = read(h4(row) | {"execution": execution})

    assert timeline.visits[0].due_at == at("2026-07-14T06:00")


def test_planned_release_of_the_execution_belongs_to_the_current_step():
    """Better than one worked out from the settings."""
    execution = {"current_node_id": "n_pause", "status": "active", "release_at": "2026-07-14T11:11:00Z"}

    timeline = read(h4() | {"execution": execution})

    assert timeline.visits[1].due_at == at("2026-07-14T11:11")
    assert timeline.notes == ()


def test_finished_lead_leaves_no_transition_open():
    """Its last step was never reported as left; nothing says how it went."""
    timeline = read(h4() | {"execution": {"status": "removed"}})

    last = timeline.visits[-1]
    assert (last.is_open, last.status) == (False, "unknown")


def test_rows_that_mix_both_kinds_are_read_as_visits():
    """Each row keeps its place; a transition among visits is a visit of its target."""
    timeline = read(h4(visit(), move("n_call", "n_pause", "2026-07-14T06:00:00Z")))

    assert [visit.node_id for visit in timeline.visits] == ["node_intro", "n_pause"]


def test_broken_rows_among_transitions_are_kept():
    """Not an object, repeated, or with neither end: all there."""
    entered, left = move(None, "n_call", "2026-07-14T05:00:00Z"), move("n_call", "n_won", None)

    timeline = read(h4(entered, None, left, {}, {}))

    assert [visit.label for visit in timeline.visits] == ["First call", "Unreadable step 2", "Won", "Unknown node"]
    assert timeline.received_rows == 5


# --- the graph -------------------------------------------------------------------------------------------------------


def test_nodes_and_edges_beside_visits_name_and_explain_them():
    """Type and label where a row has none; the way out from the edge taken."""
    first = visit(node_id="n_call", node_type=None, label=None)
    body = h4(first, wait(node_id="n_pause", label="Own name"))

    timeline = read(body)

    call, pause = timeline.visits
    assert (call.type, call.label, call.exit) == ("VOICE_CALL", "First call", "DNP")
    assert (pause.label, pause.exit) == ("Own name", None)
    assert len(timeline.nodes) == 4
    assert timeline.edges[2] == Edge("n_pause", "n_call", None)


def test_two_edges_between_the_same_nodes_explain_nothing():
    """Which of the two was taken is not for us to guess."""
    edges = [{"from_node_id": "a", "to_node_id": "b", "label": label} for label in ("yes", "no", "yes")]
    rows = [visit(node_id="a"), wait(node_id="b")]

    assert read({"history": rows, "all_edges": edges}).visits[0].exit is None


def test_broken_graph_costs_a_note():
    """The visits do not depend on it."""
    timeline = read({"history": [visit()], "all_nodes": {"n": 1}, "all_edges": [None, {"from_node_id": "a"}]})

    assert len(timeline.visits) == 1
    assert (timeline.nodes, timeline.edges) == ((), ())
    assert said(timeline) == [
        "The workflow's list of all steps could not be read.",
        "The workflow's list of all paths has entries that could not be read.",
    ]


def test_change_in_the_future_is_noted():
    """By the time at which the answer was given; so is a change without any time."""
    timeline = read(h4(move("n_call", "n_pause", "2026-07-15T11:30:00Z"), move("n_pause", "n_call", None)))

    assert [note for note in said(timeline) if "future" in note or "time was given" in note] == [
        "Step 2: the time of this change is 2 h in the future: the two clocks differ, or it is wrong.",
        "Step 3: no time was given.",
    ]
