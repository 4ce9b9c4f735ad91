from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.dialnexa.errors import UnreadableError
from tests.dialnexa.bodies import (
    CALL,
    HISTORIES,
    LEAD,
    PHONE,
    WORKFLOW,
    h1,
    h2,
    h3,
    lead,
    visit,
)
from tests.dialnexa.reading import at, read, said


def test_current_form_is_read_whole():
    """The lead, each visit in our own words, and nothing to doubt."""
    timeline = read(h1())

    assert timeline.lead.phone == PHONE
    assert dict(timeline.lead.variables) == {"name": "Kavya Menon", "roof": "flat"}
    assert timeline.lead.enrolled_at == at("2026-07-13T08:00")
    assert timeline.lead.current_node_id == "node_pause"
    call, pause = timeline.visits
    assert (call.node_id, call.type, call.label, call.status) == (
        "node_intro",
        "VOICE_CALL",
        "Introduction",
        "completed",
    )
    assert (call.entered_at, call.left_at) == (at("2026-07-14T05:00"), at("2026-07-14T05:03:20"))
    assert (call.call_id, call.is_open) == (CALL, False)
    assert (pause.status, pause.is_open, pause.left_at) == ("waiting", True, None)
    assert pause.due_at == at("2026-07-16T05:03:21")
    assert timeline.notes == ()
    assert timeline.received_rows == 2


def test_older_bare_form_is_read():
    """node_label, entered_at and exited_at; the lead has nothing but its id, and began with its first visit."""
    timeline = read(h2())

    call, pause = timeline.visits
    assert (call.label, call.status, call.duration) == ("Introduction", "no_answer", timedelta(seconds=40))
    assert (pause.label, pause.is_open, pause.call_id, pause.due_at) == ("Wait an hour", True, None, None)
    assert timeline.lead.id == LEAD
    assert timeline.lead.enrolled_at == at("2024-03-05T10:00")
    assert timeline.notes == ()


@pytest.mark.parametrize("form", HISTORIES)
def test_every_form_gives_a_call_and_an_open_wait(form):
    """Five shapes of answer, one path."""
    timeline = read(HISTORIES[form]())

    assert [visit.type for visit in timeline.visits] == ["VOICE_CALL", "TIME"]
    assert [visit.is_open for visit in timeline.visits] == [False, True]
    assert timeline.call_ids == (CALL,)
    assert timeline.lead.id == LEAD
    assert timeline.notes == () or form == "h4"


@pytest.mark.parametrize("form", HISTORIES)
@pytest.mark.parametrize("wrapper", ["data", "payload", "items", "results"])
def test_f41_wrappers_do_not_change_what_is_read(form, wrapper):
    """One more envelope, whatever its name, is opened."""
    plain = read(HISTORIES[form]())

    assert read({wrapper: HISTORIES[form](), "statusCode": 200}) == plain


def test_f41_five_wrappers_are_opened_and_six_refused():
    """The search for a history ends somewhere."""
    body: object = h3()
    for _ in range(5):
        body = {"data": body}

    assert len(read(body).visits) == 2
    with pytest.raises(UnreadableError):
        read({"data": body})


def test_bare_list_is_a_history():
    """Rows and nothing around them."""
    timeline = read([visit()])

    assert [visit.label for visit in timeline.visits] == ["Introduction"]


@pytest.mark.parametrize("key", ["history", "transitions", "steps"])
def test_history_has_three_names(key):
    """Whatever the list is called, it is the path."""
    assert len(read({key: [visit()]}).visits) == 1


@pytest.mark.parametrize(
    "body",
    [
        None,
        "text",
        7,
        {},
        {"data": None},
        {"data": "text"},
        {"data": {}},
        {"lead": lead()},
        {"data": {"lead": {"id": LEAD, "history": []}}},
        {"all_nodes": [{"id": "n"}], "nodes": [{"id": "n"}]},
        {"leads": [lead()]},
    ],
)
def test_f42_missing_history_is_unreadable(body):
    """An answer without a history is not an empty history."""
    with pytest.raises(UnreadableError, match="no history in the answer"):
        read(body)


@pytest.mark.parametrize("history", [None, {}, "none", 3, {"0": visit()}])
def test_f42_history_that_is_not_a_list_is_unreadable(history):
    """A history of another type can't be told from a lost one."""
    with pytest.raises(UnreadableError, match="not a list"):
        read({"data": {"lead": lead(), "history": history}})


def test_f42_empty_history_is_a_lead_without_steps():
    """No step yet is a fact, not a fault."""
    timeline = read({"data": {"lead": lead(status="pending"), "history": []}})

    assert timeline.visits == ()
    assert timeline.notes == ()
    assert timeline.lead.status == "pending"


# --- the lead --------------------------------------------------------------------------------------------------------


def test_f45_another_leads_id_is_noted_and_ours_kept():
    """The path shown is filed under the id asked for, with a warning."""
    timeline = read(h1(id="lead_other"))

    assert timeline.lead.id == LEAD
    assert said(timeline) == [
        "The answer names another lead than the one asked for; check that this is the right path."
    ]


def test_f45_another_workflows_id_is_noted():
    """The same for the workflow."""
    timeline = read(h2() | {"workflow_id": "workflow_other"})

    assert timeline.workflow_id == WORKFLOW
    assert said(timeline) == ["The answer names another workflow than the one asked for."]


def test_variables_are_merged_and_flattened():
    """Four bags, the earlier winning; what is nested becomes JSON text."""
    timeline = read(
        h1(metadata={"name": "ignored", "tags": ["a", {"b": 1}]}, notes={"n": 5, "none": None, "yes": True})
    )

    assert dict(timeline.lead.variables) == {
        "name": "Kavya Menon",
        "roof": "flat",
        "tags": '["a",{"b":1}]',
        "n": "5",
        "none": "",
        "yes": "true",
    }


def test_broken_lead_fields_become_defaults_with_notes():
    """Nothing is lost in silence, and no note repeats what upstream sent."""
    timeline = read(h1(dynamic_variables="n/a", phone_number="secret person", status=5, createdAt="yesterday"))

    assert dict(timeline.lead.variables) == {}
    assert timeline.lead.phone is None
    assert (timeline.lead.status, timeline.lead.raw_status) == ("5", "5")
    assert timeline.lead.enrolled_at == at("2026-07-14T05:00")
    assert said(timeline) == [
        "The lead’s status came in an unexpected form.",
        "The phone number has no digits, so it is left out.",
        "The lead’s variables came in an unexpected form and are left out.",
        "The time of enrolment could not be read, so it is treated as unknown.",
    ]


def test_lead_that_is_not_an_object_is_noted():
    """The path is still read."""
    timeline = read({"data": {"lead": "Kavya", "history": [visit()]}})

    assert len(timeline.visits) == 1
    assert said(timeline) == ["The lead’s own record came in an unexpected form."]


@pytest.mark.parametrize(("raw", "word"), [("In Progress", "active"), ("in-progress", "active"), ("running", "active")])
def test_lead_status_is_brought_to_one_word(raw, word):
    """Two vocabularies for one state; the tooltip keeps upstream's spelling."""
    timeline = read(h1(status=raw))

    assert (timeline.lead.status, timeline.lead.raw_status) == (word, raw)
