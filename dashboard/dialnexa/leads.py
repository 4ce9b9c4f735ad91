"""A lead as DialNexa's lists and histories describe it, and a page of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import overload

from dashboard.dialnexa import envelope
from dashboard.dialnexa.fields import Doubts, Row, bag, first, identifier, moment, notes, plain, text
from dashboard.timeline.model import DataNote, Lead, Page
from dashboard.timeline.status import lead_word

WRAPPERS = ("leads",)
ID = ("id", "lead_id")
WORKFLOW_ID = ("workflow_id", "workflowId")
PHONE = ("phone_number", "to_number", "phoneNumber", "phone")
VARIABLES = ("dynamic_variables", "metadata", "notes", "variables")
STATUS = ("status", "execution.status")
CURRENT_NODE = ("execution.current_node_id", "current_node_id")
ENROLLED = ("enrolled_at", "createdAt", "created_at")


def leads(
    data: object, *, workflow_id: str, page: int = 1, limit: int | None = None, now: datetime | None = None
) -> Page[Lead]:
    """A page of leads; a row that cannot be opened has the id "". Raises UnreadableError without a list.

    page, limit: what was asked for. is_whole: the server ignored both and sent every lead. Told by more rows than
    asked for and nothing of further ones; or by no word of pages at all, and a count equal to the rows.
    """
    listing = envelope.listing(data, wrappers=WRAPPERS, name="leads")
    rows, total = len(listing.rows), listing.total
    is_over = limit is not None and rows > limit and (total is None or total <= rows) and (listing.pages or 1) <= 1
    is_whole = is_over or (not listing.is_paged and total == rows)
    size = limit if is_whole else listing.size or limit
    pages = listing.pages
    if is_whole:
        total, pages = rows, None
    if pages is None and total is not None and size:
        pages = max(1, -(-total // size))
    return Page(
        items=LeadRows(listing.rows, workflow_id, now),
        number=page if is_whole else listing.number or page,
        size=size,
        total=total,
        pages=pages,
        is_whole=is_whole,
    )


class LeadRows(Sequence[Lead]):
    """The rows of one body as leads, each read when it is looked at; and single columns of all of them, read once.

    Of a list of 100,000 leads a page shows a hundred: to read every field of every row would take seconds.
    """

    def __init__(self, rows: Sequence[object], workflow_id: str, now: datetime | None) -> None:
        self._rows = rows
        self._workflow_id = workflow_id
        self._now = now
        self._orders: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Lead: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Lead, ...]: ...
    def __getitem__(self, index: int | slice) -> Lead | tuple[Lead, ...]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        at = range(len(self))[index]
        return _listed(self._rows[at], at + 1, self._workflow_id, self._now)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def ids(self) -> list[str]:
        """Each row's id; "" for a row without one that can be opened."""
        return [identifier(row, ID, "", []) or "" for row in self._dicts]

    @cached_property
    def statuses(self) -> list[str]:
        words: dict[object, str] = {}
        found = []
        for row in self._dicts:
            raw = first(row, STATUS)
            key = raw if isinstance(raw, str) else plain(raw)
            found.append(words.get(key) or words.setdefault(key, lead_word(raw)))
        return found

    @cached_property
    def enrolled(self) -> list[datetime | None]:
        return [moment(row, ENROLLED, "", [], now=self._now) for row in self._dicts]

    def order(self, column: str) -> list[int]:
        """The rows' indexes by "id", "status" or "enrolled", those without a value last; worked out once."""
        if column not in self._orders:
            values: Sequence[object] = getattr(self, {"id": "ids", "status": "statuses"}.get(column, column))
            empty = [at for at, value in enumerate(values) if value is None]
            given = [at for at, value in enumerate(values) if value is not None]
            self._orders[column] = [*sorted(given, key=values.__getitem__), *empty]  # type: ignore[arg-type]
        return self._orders[column]

    def digits(self) -> Iterator[str]:
        """Each row's number, digits only; not kept."""
        return ("".join(filter(str.isdecimal, plain(first(row, PHONE)))) for row in self._dicts)

    def variables(self) -> Iterator[Mapping[str, str]]:
        """Each row's variables; not kept."""
        return (bag(row, VARIABLES, "", []) for row in self._dicts)

    @cached_property
    def _dicts(self) -> list[Row]:
        return [row if isinstance(row, dict) else {} for row in self._rows]


def _listed(row: object, number: int, workflow_id: str, now: datetime | None) -> Lead:
    if not isinstance(row, dict):
        return Lead("", notes=(DataNote(f"Row {number} of the list is not a record and could not be read."),))
    doubts: Doubts = []
    lead_id = identifier(row, ID, "lead’s id", doubts)
    if first(row, ID) is None:
        doubts.append("the lead came without an id, so it cannot be opened")
    if is_other(row, WORKFLOW_ID, workflow_id):
        doubts.append("the lead says that it belongs to another workflow")
    return lead(row, lead_id=lead_id or "", doubts=doubts, now=now)


def lead(row: Row, *, lead_id: str, doubts: Doubts, now: datetime | None) -> Lead:
    """One lead's own fields. doubts: of the caller, and of these fields; they become its notes."""
    raw_status = text(row, STATUS, "lead’s status", doubts)
    current = first(row, CURRENT_NODE)
    return Lead(
        id=lead_id,
        phone=phone(row, PHONE, "phone number", doubts),
        variables=bag(row, VARIABLES, "lead’s variables", doubts),
        status=lead_word(raw_status),
        raw_status=raw_status or "",
        current_node_id=plain(current) if current is not None else None,
        enrolled_at=moment(row, ENROLLED, "time of enrolment", doubts, now=now),
        notes=notes(doubts),
    )


def phone(row: Row, keys: Sequence[str], name: str, doubts: Doubts) -> str | None:
    """A number as given, whole numbers as text; nothing is guessed about its country. Without digits: none."""
    value = first(row, keys)
    if value is None:
        return None
    if isinstance(value, bool | float | dict | list) or not any(char.isdigit() for char in plain(value)):
        doubts.append(f"the {name} has no digits, so it is left out")
        return None
    return plain(value)


def is_other(row: Row, keys: Sequence[str], asked: str) -> bool:
    """Whether a row names another record than the one asked for."""
    value = first(row, keys)
    return value is not None and plain(value) != asked
