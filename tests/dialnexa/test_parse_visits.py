from __future__ import annotations

import json

import pytest

from tests.dialnexa.bodies import (
    CALL,
    h1,
    visit,
    wait,
)
from tests.dialnexa.reading import read, said


@pytest.mark.parametrize("row", [None, "done", 4, True, [], [visit()]])
def test_f43_row_that_is_not_an_object_is_kept_as_unreadable(row):
    """It stays in its place, says so, and carries what was sent."""
    timeline = read(h1(visit(), row, wait()))

    broken = timeline.visits[1]
    assert (broken.label, broken.type, broken.is_readable, broken.is_open) == (
        "Unreadable step 2",
        "UNKNOWN",
        False,
        False,
    )
    assert json.loads(broken.raw) == row
    assert said(timeline) == ["Step 2: this entry is not a record, so nothing in it could be read."]
    assert timeline.notes[0].position == 2
    assert timeline.visits[2].is_open


@pytest.mark.parametrize(("copies", "times"), [(2, "twice"), (4, "4 times")])
def test_f54_exact_repetition_is_shown_once_and_noted(copies, times):
    """All rows are counted; the order of a row's keys does not make it another."""
    row = visit()
    turned = dict(reversed(row.items()))
    rows = [row, *[turned] * (copies - 1), wait()]

    timeline = read(h1(*rows))

    assert len(timeline.visits) == 2
    assert timeline.received_rows == copies + 1
    assert said(timeline) == [f"Step 1: it was reported {times}, in exactly the same words, and is shown once."]


def test_f54_same_node_again_is_a_new_visit():
    """A loop is not a repetition: any difference makes a visit of its own."""
    timeline = read(h1(visit(), visit(call_id="call_again")))

    assert timeline.call_ids == (CALL, "call_again")


def test_f54_visits_are_in_order_of_time_and_remember_the_order_received():
    """A step without a start stays behind the one it came after."""
    lost = visit(node_id="lost", started_at=None, call_id="call_2")

    timeline = read(h1(wait(), lost, visit()))

    assert [(visit.node_id, visit.position, visit.received) for visit in timeline.visits] == [
        ("node_intro", 1, 3),
        ("node_pause", 2, 1),
        ("lost", 3, 2),
    ]
    assert said(timeline) == ["Step 3: no start time was given."]


def test_f54_first_step_without_a_start_stays_first():
    """There is nothing it came after."""
    timeline = read(h1(visit(node_id="lost", started_at=""), wait(), visit(call_id="call_2")))

    assert [visit.node_id for visit in timeline.visits] == ["lost", "node_intro", "node_pause"]


def test_raw_is_the_row_as_compact_json():
    """What a reviewer sees is what was sent, unknown keys too."""
    row = visit(billing={"credits": 2}, label="नमस्ते")

    timeline = read(h1(row))

    assert timeline.visits[0].raw == json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def test_f55_unlisted_type_and_status_are_kept():
    """DialNexa says new ones may come."""
    timeline = read(h1(visit(node_type="ai-score v2", status="Half Done")))

    step = timeline.visits[0]
    assert (step.type, step.status, step.raw_status) == ("AI_SCORE_V2", "half_done", "Half Done")


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"label": None}, "node_intro"),
        ({"label": "  ", "node_label": "Second spelling"}, "Second spelling"),
        ({"label": None, "node_id": None}, "VOICE_CALL"),
        ({"label": None, "node_id": None, "node_type": None}, "Unknown node"),
        ({"label": {"en": "Hi"}}, '{"en":"Hi"}'),
        ({"label": 5}, "5"),
    ],
)
def test_f44_label_falls_back_step_by_step(changes, label):
    """A step always has a name."""
    assert read(h1(visit(**changes))).visits[0].label == label


def test_f44_wrong_types_are_kept_as_text_with_notes():
    """The value is shown as it came, and the step says what is odd about it."""
    timeline = read(h1(visit(status=5, label={}, call_id=[], node_id=12)))

    step = timeline.visits[0]
    assert (step.status, step.label, step.call_id, step.node_id) == ("5", "{}", None, "12")
    assert said(timeline) == [
        "Step 1: the name came in an unexpected form.",
        "Step 1: the status came in an unexpected form.",
        "Step 1: the call’s id is not one Leadline can use, so it cannot be opened.",
    ]


def test_f38_deep_nesting_in_a_row_is_survived():
    """Shallow enough to be decoded, too deep to be written down again; two such rows are not taken for one."""
    value: list[object] = []
    for _ in range(5000):
        value = [value]

    timeline = read(h1(visit(metadata=value), visit(metadata=value), [value], metadata={"deep": value}))

    assert len(timeline.visits) == 3
    assert json.loads(timeline.visits[0].raw) == "(nested too deep to show)"
    assert timeline.lead.variables["deep"] == "(nested too deep to show)"


def test_rows_of_neither_kind_are_read_as_visits():
    """Nothing says that the lead went anywhere."""
    timeline = read(h1({"status": "completed"}))

    assert timeline.visits[0].status == "completed"


def test_step_without_a_node_is_kept():
    """What it was is unknown; that it was is not."""
    timeline = read(h1(visit(node_id=None)))

    assert timeline.visits[0].node_id is None
    assert said(timeline) == ["Step 1: it does not say which step of the workflow this was."]


@pytest.mark.parametrize("field", ["label", "status"])
def test_number_in_a_word_of_dialnexas_is_masked_as_it_is_read(field):
    """Nothing that shows, draws or keeps it can forget to."""
    timeline = read(h1(visit(**{field: "Call +91 98110 02233 now"})))

    assert "98110" not in repr((timeline.visits[0].label, timeline.visits[0].status))
    assert getattr(timeline.visits[0], field).replace("_", " ").endswith("33 now")
