"""A workflow's leads, filtered, sorted and paged: out of the list DialNexa sends whole, its pages, or the digests.

One upstream call at most. What the source at hand can't answer is refused in a sentence, never half-answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from dashboard import stuck, upstream
from dashboard.dialnexa.leads import LeadRows
from dashboard.forms import BadInput, LeadQuery
from dashboard.models import Digest, late, phone_hash
from dashboard.reviewing.lists import Cell, cells, with_verdict
from dashboard.timeline import mask
from dashboard.timeline.model import DataNote, Lead, Page

PER_PAGE = 100
# Columns that only digests know, and what they are called there.
DIGEST_COLUMNS = {"node": "node_label", "since": "since", "dials": "dials", "visits": "visits"}
LIST_COLUMNS = {"id": "lead_id", "status": "lead_status", "enrolled": "enrolled_at"}


@dataclass(frozen=True, slots=True)
class Search:
    """What was searched for by a form, and never stands in an address."""

    digits: str = ""  # of a phone number: all of them, or the last four and more
    variable: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A lead on a page of the list."""

    id: str
    phone_masked: str
    status: str
    enrolled_at: datetime | None
    digest: Digest | None
    verdict: Cell | None
    notes: tuple[DataNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a lead stands in the list it was opened from. from_previous, from_next: the list's state on their pages."""

    position: int
    total: int | None
    previous: str | None
    next: str | None
    from_previous: str
    from_next: str


class LeadList:
    """One page of a workflow's leads. Raises BadInput for a question its source can't answer, and upstream's errors.

    is_kept_only: use what some page has read, and ask upstream nothing; `is_known` tells whether there was anything.
    reader: for whom; None: its rows are not shown.
    """

    def __init__(
        self,
        workflow_id: str,
        query: LeadQuery,
        *,
        now: datetime,
        search: Search | None = None,
        is_kept_only: bool = False,
        reader: User | AnonymousUser | None = None,
    ) -> None:
        self.reader = reader
        self.workflow_id = workflow_id
        self.query = query
        self.now = now
        self.number = query.page or 1
        self.search = search or Search()
        self.answer = self._asked(is_kept_only)
        self.is_known = self.answer is not None or self.is_by_digests
        if self.is_by_digests and (query.variable or self.search.variable):
            raise BadInput(["variables can only be searched in a list that DialNexa sends whole, and not by scans."])
        if self.is_by_digests and 0 < len(self.search.digits) < 8 and not self._is_whole:
            raise BadInput(["DialNexa sends this list page by page, so only a whole number can be searched for."])

    def _asked(self, is_kept_only: bool) -> upstream.Read[Page[Lead]] | None:
        if self._wants_digests:
            return None
        read = upstream.known_leads if is_kept_only else upstream.leads
        return read(self.workflow_id, self.number, self.query.status or None)

    # --- Which source

    @property
    def _wants_digests(self) -> bool:
        query = self.query
        return bool(query.stuck or query.node or query.verdict or query.sort.lstrip("-") in DIGEST_COLUMNS)

    @property
    def _is_whole(self) -> bool:
        return self.answer is not None and self.answer.value.is_whole

    @property
    def is_by_digests(self) -> bool:
        """Whether the scans' digests answer: what is asked for stands in them alone, or DialNexa sends single pages."""
        asks_for_all = self.query.id or self.query.variable or self.query.sort or self.search != Search()
        return self._wants_digests or (self.answer is not None and not self._is_whole and bool(asks_for_all))

    @cached_property
    def sentence(self) -> str:
        """How the list came to be, where that is not plain."""
        if self.is_by_digests:
            known = Digest.objects.filter(workflow_id=self.workflow_id).count()
            return f"Out of the {known:,} lead{'s' * (known != 1)} that scans have read; others are not in this list."
        if self._is_whole and self.pages and self.pages > 1:
            return "DialNexa sent the whole list at once; Leadline shows it by pages."
        if not self._is_whole and self.query.status and self._is_status_ignored:
            return "DialNexa did not filter by status; leads of another status on this page are left out."
        return ""

    # --- Its rows

    @cached_property
    def rows(self) -> list[Row]:
        if self.is_by_digests:
            shown = self._digests.defer("path", "dial_times", "tail")[self._skip : self._skip + PER_PAGE]
            digests = {one.lead_id: one for one in shown}
            verdicts = cells(self.workflow_id, digests, reader=self.reader)
            return [
                Row(one.lead_id, one.phone_masked, one.lead_status, one.enrolled_at, one, verdicts.get(one.lead_id))
                for one in digests.values()
            ]
        leads = [self._leads[at] for at in self._shown]
        digests = {
            one.lead_id: one
            for one in Digest.objects.filter(
                workflow_id=self.workflow_id, lead_id__in=[lead.id for lead in leads]
            ).defer("path", "dial_times", "tail")
        }
        verdicts = cells(self.workflow_id, [lead.id for lead in leads], reader=self.reader)
        return [
            Row(
                lead.id,
                mask.phone(lead.phone),
                lead.status,
                lead.enrolled_at,
                digests.get(lead.id),
                verdicts.get(lead.id),
                lead.notes,
            )
            for lead in leads
        ]

    @cached_property
    def total(self) -> int | None:
        """None: nobody said."""
        if self.is_by_digests:
            return self._digests.count()
        if self._is_whole:
            return len(self._order)
        return self._page.total

    @cached_property
    def pages(self) -> int | None:
        if self.total is not None and (self.is_by_digests or self._is_whole):
            return max(1, -(-self.total // PER_PAGE))
        return self._page.pages

    @property
    def _skip(self) -> int:
        return (self.number - 1) * PER_PAGE

    @property
    def _page(self) -> Page[Lead]:
        return cast(upstream.Read[Page[Lead]], self.answer).value

    @property
    def _leads(self) -> LeadRows:
        return cast(LeadRows, self._page.items)

    @property
    def notes(self) -> tuple[DataNote, ...]:
        return self._page.notes if self.answer else ()

    @property
    def _shown(self) -> Sequence[int]:
        """Which rows of the body stand on this page."""
        return self._order[self._skip : self._skip + PER_PAGE] if self._is_whole else self._order

    @cached_property
    def _order(self) -> Sequence[int]:
        """The rows of the body that pass the filters, in the order asked for."""
        leads, query, search = self._leads, self.query, self.search
        found: Iterable[int] = range(len(leads))
        if query.sort and self._is_whole:
            order = leads.order(query.sort.lstrip("-"))
            found = order[::-1] if query.sort.startswith("-") else order
        if query.status:
            statuses = leads.statuses
            found = [at for at in found if statuses[at] == query.status]
        if not self._is_whole:
            return list(found)
        if query.id:
            ids, part = leads.ids, query.id.lower()
            found = [at for at in found if part in ids[at].lower()]
        if query.variable:
            has = [query.variable in variables for variables in leads.variables()]
            found = [at for at in found if has[at]]
        if search.variable:
            given = [variables.get(search.variable, "").casefold() for variables in leads.variables()]
            found = [at for at in found if given[at] == search.value.casefold()]
        if search.digits:
            fits = [number.endswith(search.digits) for number in leads.digits()]
            found = [at for at in found if fits[at]]
        return found if isinstance(found, Sequence) else list(found)

    @property
    def _is_status_ignored(self) -> bool:
        return any(status != self.query.status for status in self._leads.statuses)

    # --- Out of digests

    @cached_property
    def _digests(self) -> QuerySet[Digest]:
        query = self.query
        digests = Digest.objects.filter(workflow_id=self.workflow_id)
        if query.status:
            digests = digests.filter(lead_status=query.status)
        if query.id:
            digests = digests.filter(lead_id__icontains=query.id)
        if query.node:
            digests = digests.filter(node_id=query.node).exclude(kind="final")
        if self.search.digits:
            digests = digests.filter(phone_hash=phone_hash(self.search.digits))
        if query.verdict:
            digests = digests.filter(
                Exists(with_verdict(self.workflow_id, query.verdict).filter(lead_id=OuterRef("lead_id")))
            )
        if query.stuck:
            workflow = upstream.known_workflow(self.workflow_id)
            is_running = workflow is None or stuck.runs(workflow.status)
            is_late = late(now=self.now, limits=stuck.limits()) if is_running else Q(pk__in=[])
            digests = digests.filter(is_late) if query.stuck == "yes" else digests.exclude(is_late)
        return digests.order_by(*self._digest_order())

    def _digest_order(self) -> list[Any]:
        column = {**DIGEST_COLUMNS, **LIST_COLUMNS}.get(self.query.sort.lstrip("-"))
        if column is None:
            return ["lead_id"]
        by = F(column)
        return [by.desc(nulls_last=True) if self.query.sort.startswith("-") else by.asc(nulls_last=True), "lead_id"]

    # --- Neighbours

    def neighbours(self, lead_id: str) -> Neighbours | None:
        """Where this lead stands on this page, or None when it does not stand there any more."""
        if not self.is_known:
            return None
        before, after = max(0, self._skip - 1), self._skip + PER_PAGE + 1
        if self.is_by_digests:
            ids = list(self._digests.values_list("lead_id", flat=True)[before:after])
        else:
            if not self._is_whole:
                before = 0
            order = self._order[before:after] if self._is_whole else self._order
            ids = [self._leads.ids[at] for at in order]
        if lead_id not in ids:
            return None
        at = ids.index(lead_id)
        skip = before if self._is_whole or self.is_by_digests else (self.number - 1) * (self._page.size or PER_PAGE)
        return Neighbours(
            position=skip + at + 1,
            total=self.total,
            previous=ids[at - 1] if at else None,
            next=ids[at + 1] if at + 1 < len(ids) else None,
            from_previous=self._from(before + at - 1),
            from_next=self._from(before + at + 1),
        )

    def _from(self, index: int) -> str:
        """The list's state on the page where the row with this index stands."""
        is_ours = self._is_whole or self.is_by_digests
        number = index // PER_PAGE + 1 if is_ours else self.number
        return self.query.query(page=number if number > 1 else None).removeprefix("?")
