"""A workflow as DialNexa's list and its single record describe it."""

from __future__ import annotations

from dashboard.dialnexa import envelope
from dashboard.dialnexa.fields import Doubts, Row, count, first, identifier, moment, notes, text
from dashboard.timeline.model import DataNote, Page, Workflow
from dashboard.timeline.status import word

WRAPPERS = ("workflow",)
LIST_WRAPPERS = ("workflows",)
SIGNATURE = ("title", "name")
ID = ("id", "workflow_id")
TITLE = ("title", "name")
STATUS = ("status",)
DESCRIPTION = ("description",)
CREATED = ("createdAt", "created_at")
UPDATED = ("updatedAt", "updated_at")


def workflows(data: object) -> Page[Workflow]:
    """A page of workflows; a row that cannot be opened has the id "". Raises UnreadableError without a list."""
    listing = envelope.listing(data, wrappers=LIST_WRAPPERS, name="workflows")
    return Page(
        items=tuple(_listed(row, number) for number, row in enumerate(listing.rows, start=1)),
        number=listing.number or 1,
        size=listing.size,
        total=listing.total,
        pages=listing.pages,
    )


def workflow(data: object, *, workflow_id: str) -> Workflow:
    """One workflow. Raises UnreadableError when the answer holds none."""
    row = envelope.record(data, signature=SIGNATURE, ids=ID, wrappers=WRAPPERS, name="workflow")
    doubts: Doubts = []
    told = identifier(row, ID, "workflow’s id", doubts)
    if told is not None and told != workflow_id:
        doubts.append("the answer names another workflow than the one asked for")
    return _workflow(row, workflow_id, doubts)


def _listed(row: object, number: int) -> Workflow:
    if not isinstance(row, dict):
        note = DataNote(f"Row {number} of the list is not a record and could not be read.")
        return Workflow("", f"Unreadable row {number}", notes=(note,))
    doubts: Doubts = []
    workflow_id = identifier(row, ID, "workflow’s id", doubts)
    if first(row, ID) is None:
        doubts.append("the workflow came without an id, so it cannot be opened")
    return _workflow(row, workflow_id or "", doubts)


def _workflow(row: Row, workflow_id: str, doubts: Doubts) -> Workflow:
    return Workflow(
        id=workflow_id,
        title=text(row, TITLE, "title", doubts) or workflow_id or "Untitled workflow",
        status=word(text(row, STATUS, "status", doubts)),
        description=text(row, DESCRIPTION, "description", doubts),
        created_at=moment(row, CREATED, "time of creation", doubts),
        updated_at=moment(row, UPDATED, "time of the last change", doubts),
        node_count=count(row, "node_count", "number of steps", doubts),
        edge_count=count(row, "edge_count", "number of paths", doubts),
        lead_count=count(row, "enrolled_leads", "number of leads", doubts),
        notes=notes(doubts),
    )
