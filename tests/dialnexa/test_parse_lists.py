from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashboard.dialnexa import parse
from dashboard.dialnexa.errors import UnreadableError
from dashboard.dialnexa.leads import LeadRows
from dashboard.timeline.model import Page, Workflow
from tests.dialnexa.bodies import (
    LEAD_LISTS,
    PHONE,
    WORKFLOW,
    WORKFLOW_LISTS,
    WORKFLOWS,
    l1,
    l2,
    l3,
    lead,
    w1,
    w3,
    w4,
)


def leads(body, **asked):
    return parse.leads(body, workflow_id=WORKFLOW, **asked)


# --- workflows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", WORKFLOW_LISTS)
def test_workflows_are_read_in_one_envelope_or_two(form):
    """With their paging."""
    page = parse.workflows(WORKFLOW_LISTS[form]())

    assert [(item.id, item.title, item.status) for item in page.items] == [(WORKFLOW, "Solar roofs", "active")]
    assert (page.number, page.size, page.total, page.pages, page.is_whole) == (1, 10, 13, 2, False)


@pytest.mark.parametrize("form", WORKFLOWS)
def test_workflow_is_read_bare_or_wrapped(form):
    """Both spellings of title and times."""
    workflow = parse.workflow(WORKFLOWS[form](), workflow_id=WORKFLOW)

    assert (workflow.id, workflow.title, workflow.status) == (WORKFLOW, "Solar roofs", "active")
    assert workflow.created_at == datetime(2026, 5, 1, 6, tzinfo=UTC)
    assert workflow.notes == ()


def test_workflow_counts_are_read():
    """Only where they are counts."""
    workflow = parse.workflow(w4() | {"edge_count": -1, "enrolled_leads": "310"}, workflow_id=WORKFLOW)

    assert (workflow.node_count, workflow.edge_count, workflow.lead_count) == (6, None, 310)
    assert [note.text for note in workflow.notes] == ["The number of paths is not a count, so it is left out."]


def test_every_field_of_a_workflow_is_read():
    """As a list and as a record tell it."""
    row = {
        "id": WORKFLOW,
        "title": "Solar roofs",
        "status": "Paused",
        "description": "Calls who asked",
        "createdAt": "2026-05-01T06:00:00Z",
        "updated_at": "2026-05-02T07:00:00Z",
        "node_count": 6,
        "edge_count": 7,
        "enrolled_leads": 8,
    }
    expected = Workflow(
        WORKFLOW,
        "Solar roofs",
        "paused",
        "Calls who asked",
        datetime(2026, 5, 1, 6, tzinfo=UTC),
        datetime(2026, 5, 2, 7, tzinfo=UTC),
        6,
        7,
        8,
    )

    assert parse.workflow({"data": row}, workflow_id=WORKFLOW) == expected
    assert parse.workflows({"data": [row], "meta": {"currentPage": 3}}) == Page((expected,), number=3)


def test_odd_fields_of_a_workflow_are_noted_by_their_names():
    """What can't be read costs the field, never the workflow."""
    row = {"id": {}, "title": [], "status": {}, "description": [1], "createdAt": "then", "updated_at": "later"}
    row |= {"node_count": "few", "edge_count": "few", "enrolled_leads": "few"}

    workflow = parse.workflow(row | {"name": 1}, workflow_id=WORKFLOW)
    listed = parse.workflows([{"status": "active"}]).items[0]

    assert [note.text.split(" is ")[0].split(" could ")[0].split(" came ")[0] for note in workflow.notes] == [
        "The workflow’s id",
        "The title",
        "The status",
        "The description",
        "The time of creation",
        "The time of the last change",
        "The number of steps",
        "The number of paths",
        "The number of leads",
    ]
    assert (listed.title, listed.id) == ("Untitled workflow", "")


@pytest.mark.parametrize("value", [1.5, "\uff11\uff12", "many", True, [], 10**400, "9" * 5000])
def test_count_of_another_kind_is_left_out(value):
    """Never rounded, never guessed."""
    assert parse.workflow(w4() | {"node_count": value}, workflow_id=WORKFLOW).node_count is None


def test_workflow_without_a_title_is_named_by_its_id():
    """There is always something to click."""
    workflow = parse.workflow({"data": {"id": WORKFLOW, "status": "Half Closed"}}, workflow_id=WORKFLOW)

    assert (workflow.title, workflow.status) == (WORKFLOW, "half_closed")


def test_f45_other_workflow_is_noted_and_the_id_asked_for_kept():
    """As for leads."""
    workflow = parse.workflow(w3() | {"id": "workflow_other"}, workflow_id=WORKFLOW)

    assert workflow.id == WORKFLOW
    assert [note.text for note in workflow.notes] == ["The answer names another workflow than the one asked for."]


@pytest.mark.parametrize("body", [None, [], "x", {}, {"data": None}, {"data": []}, {"message": "ok"}, [w3(), w3()]])
def test_f41_answer_without_a_workflow_is_unreadable(body):
    """Wrong at the level of the body."""
    with pytest.raises(UnreadableError, match="no workflow in the answer"):
        parse.workflow(body, workflow_id=WORKFLOW)


@pytest.mark.parametrize("body", [None, 3, {}, {"data": None}, {"data": {"id": WORKFLOW}}, {"workflows": "none"}])
def test_f41_answer_without_a_list_is_unreadable(body):
    """The same for both lists."""
    with pytest.raises(UnreadableError, match="no list of workflows"):
        parse.workflows(body)
    with pytest.raises(UnreadableError, match="no list of leads"):
        leads(body)


def test_broken_rows_of_a_list_are_kept():
    """They cannot be opened, and say so: their id is empty."""
    page = parse.workflows({"data": [None, {"title": "No id"}, {"id": "../x", "name": "Odd id"}, w3()]})

    assert [(item.id, item.title) for item in page.items] == [
        ("", "Unreadable row 1"),
        ("", "No id"),
        ("", "Odd id"),
        (WORKFLOW, "Solar roofs"),
    ]
    assert [note.text for item in page.items for note in item.notes] == [
        "Row 1 of the list is not a record and could not be read.",
        "The workflow came without an id, so it cannot be opened.",
        "The workflow’s id is not one Leadline can use, so it cannot be opened.",
    ]


# --- leads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", LEAD_LISTS)
def test_leads_are_read_in_every_form(form):
    """Phone, state, and since when."""
    page = leads(LEAD_LISTS[form](), page=2, limit=2)

    first = page.items[0]
    assert first.id
    assert (first.phone, first.status, first.notes) == (PHONE, "active", ())
    assert first.enrolled_at is not None


def test_lead_metadata_counts_as_variables():
    """One of the older names for them."""
    (first,) = leads(l3()).items

    assert dict(first.variables) == {"name": "Kavya Menon"}
    assert first.current_node_id == "node_pause"


def test_paging_of_the_server_is_taken_over():
    """It told a page, so it honours pages."""
    page = leads(l2(), page=2, limit=2)

    assert (page.number, page.size, page.total, page.pages, page.is_whole) == (2, 2, 41, 21, False)


@pytest.mark.parametrize(
    "meta",
    [
        {"meta": {"currentPage": 3, "itemsPerPage": 2, "totalItems": 7}},
        {"pagination": {"page": "3", "limit": "2", "total": "7"}},
        {"page": 3, "limit": 2, "count": 7, "totalPages": None},
    ],
)
def test_every_spelling_of_paging_is_read(meta):
    """The number of pages is worked out where it is not told."""
    page = leads({"data": l1()["data"], **meta}, page=3, limit=2)

    assert (page.number, page.size, page.total, page.pages, page.is_whole) == (3, 2, 7, 4, False)


def test_more_rows_than_asked_for_are_the_whole_list():
    """The server knows no pages: page here, and stop asking."""
    page = leads({"data": l1(5)["data"]}, page=2, limit=2)

    assert (page.number, page.size, page.total, page.pages, page.is_whole) == (2, 2, 5, 3, True)
    assert len(page.items) == 5


def test_more_rows_than_asked_for_and_a_matching_total_are_the_whole_list():
    """Also where the envelope speaks of a page."""
    page = leads({"data": l1(5)["data"], "meta": {"page": 1, "total": 5}}, page=2, limit=2)

    assert (page.number, page.size, page.pages, page.is_whole) == (2, 2, 3, True)


def test_count_equal_to_the_rows_is_the_whole_list():
    """No word of pages, and as many rows as there are."""
    page = leads(l1(3), limit=20)

    assert (page.number, page.total, page.pages, page.is_whole) == (1, 3, 1, True)


def test_empty_list_is_whole_and_has_one_page():
    """No leads yet."""
    page = leads(l1(0), limit=20)

    assert (page.items, page.total, page.pages, page.is_whole) == ((), 0, 1, True)


def test_server_with_its_own_page_size_is_not_whole():
    """More rows than asked for, and still more to come: no lead may drop out of sight."""
    page = leads({"data": l1(5)["data"], "meta": {"page": 1, "limit": 5, "total": 12}}, limit=2)

    assert (page.size, page.total, page.pages, page.is_whole) == (5, 12, 3, False)


def test_page_that_the_server_names_is_the_page():
    """Also where it is another than was asked for; two pages of more rows than asked for are not the whole."""
    rows = [{"id": f"lead_{number}"} for number in range(3)]

    found = parse.leads({"data": rows, "currentPage": 2, "totalPages": 2}, workflow_id=WORKFLOW, page=7, limit=2)

    assert (found.number, found.pages, found.is_whole, found.size) == (2, 2, False, 2)


def test_larger_count_without_pages_is_not_whole():
    """A count of all, and a page of them."""
    page = leads({"data": l1(2)["data"], "count": 9}, limit=2)

    assert (page.total, page.pages, page.is_whole) == (9, 5, False)


def test_bare_list_leaves_the_number_of_pages_open():
    """There may be more."""
    page = leads(l1(2)["data"], page=4, limit=2)

    assert (page.number, page.total, page.pages, page.is_whole) == (4, None, None, False)


@pytest.mark.parametrize("meta", [{"total": -1}, {"page": "x", "limit": []}, {"totalPages": True}, "text", None])
def test_broken_paging_is_ignored(meta):
    """The rows are what matters."""
    page = leads({"data": l1(2)["data"], "meta": meta}, limit=2)

    assert (page.number, page.size, page.total, page.pages) == (1, 2, None, None)


def test_broken_rows_among_leads_are_kept():
    """Also a row of another workflow, or without a usable id."""
    page = leads([7, lead(id=None), lead(id="a b"), lead(workflow_id="workflow_other"), lead(id=12)])

    assert [item.id for item in page.items] == ["", "", "", "lead_k2", "12"]
    assert [note.text for item in page.items for note in item.notes] == [
        "Row 1 of the list is not a record and could not be read.",
        "The lead came without an id, so it cannot be opened.",
        "The lead’s id is not one Leadline can use, so it cannot be opened.",
        "The lead says that it belongs to another workflow.",
    ]


def test_enrolment_in_the_future_is_noted():
    """Where the moment is known."""
    now = datetime(2026, 7, 13, 7, 0, tzinfo=UTC)

    (first,) = leads([lead()], now=now).items

    assert [note.text for note in first.notes] == [
        "The time of enrolment is 1 h in the future: the two clocks differ, or it is wrong."
    ]


@pytest.mark.parametrize(
    ("phone", "read"),
    [
        ("98110 02233", "98110 02233"),
        (919811002233, "919811002233"),
        ("n/a", None),
        (True, None),
        (1.5, None),
        ([], None),
    ],
)
def test_phone_is_shown_as_given(phone, read):
    """No country is guessed, nothing is added."""
    (first,) = leads([lead(phone_number=phone)]).items

    assert first.phone == read


# --- an error in a body that says 200 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"statusCode": 404, "message": "Workflow lead not found"}, 404),
        ({"statusCode": "503"}, 503),
        ({"statusCode": 400}, 400),
        ({"statusCode": 599}, 599),
        ({"statusCode": 399}, None),
        ({"statusCode": 600}, None),
        ({"data": {"statusCode": 401}}, 401),
        ({"statusCode": 200, "data": {"statusCode": 500}}, 500),
        (w1(), None),
        ({"statusCode": 304}, None),
        ({"statusCode": 99999}, None),
        ({"statusCode": True}, None),
        ({"statusCode": [404]}, None),
        ({"status": 404}, None),
        ([{"statusCode": 404}], None),
        (None, None),
        ("404", None),
    ],
)
def test_f35_error_inside_a_good_answer_is_found(body, status):
    """Only where upstream puts its codes, and only error codes."""
    assert parse.body_status(body) == status


def test_columns_of_a_list_are_read_without_its_leads():
    """Orders put what is missing last, and equal rows keep their order; numbers and variables come row by row."""
    rows = [
        {"id": "lead_b", "status": "completed", "enrolled_at": "2026-07-02T00:00:00Z", "phone_number": "+91 98-123"},
        "broken",
        {"id": "lead_a", "execution": {"status": "active"}, "metadata": {"city": "Pune"}, "phone": 91},
        {"id": "lead_c", "status": "completed", "enrolled_at": "2026-07-01T00:00:00Z", "to_number": None},
    ]

    found = parse.leads({"data": rows}, workflow_id="workflow_solar7").items

    assert isinstance(found, LeadRows)
    assert found[1:3] == (found[1], found[2])
    assert found == parse.leads({"data": rows}, workflow_id="workflow_solar7").items
    assert found != parse.leads({"data": rows[:2]}, workflow_id="workflow_solar7").items
    assert found != 7
    assert (found[0].current_node_id, found[0].raw_status, found[1].raw_status) == (None, "completed", "")
    assert found.ids == ["lead_b", "", "lead_a", "lead_c"]
    assert found.order("id") == [1, 2, 0, 3]
    assert found.order("status") == [2, 0, 3, 1]
    assert found.order("enrolled") == [3, 0, 1, 2]
    assert found.order("enrolled") is found.order("enrolled")
    assert list(found.digits()) == ["9198123", "", "91", ""]
    assert list(found.variables()) == [{}, {}, {"city": "Pune"}, {}]
