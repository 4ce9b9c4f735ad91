"""The list that a timeline was opened from: the way back to it, and to the leads before and after."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property

from dashboard.forms import LeadQuery, TimelineState
from dashboard.leadlist import LeadList, Neighbours


class Origin:
    """By what is kept of that list: asks upstream nothing."""

    def __init__(self, workflow_id: str, lead_id: str, state: TimelineState, *, now: datetime) -> None:
        self._workflow_id = workflow_id
        self._lead_id = lead_id
        self._state = state
        self._now = now

    @cached_property
    def query(self) -> LeadQuery:
        """Raises BadInput."""
        return LeadQuery.of(QueryDict("" if self._state.list == "-" else self._state.list))

    @cached_property
    def neighbours(self) -> Neighbours | None:
        if not self._state.list:
            return None
        return LeadList(self._workflow_id, self.query, now=self._now, is_kept_only=True).neighbours(self._lead_id)

    @property
    def href(self) -> str:
        """Back to that list, on the page it was on."""
        state = self.query.query(page=self.query.page) if self._state.list else ""
        return f"{reverse('lead-list', args=[self._workflow_id])}{state}"

    @property
    def previous_href(self) -> str:
        return self._lead_href(self.neighbours.previous, self.neighbours.from_previous) if self.neighbours else ""

    @property
    def next_href(self) -> str:
        return self._lead_href(self.neighbours.next, self.neighbours.from_next) if self.neighbours else ""

    def _lead_href(self, lead_id: str | None, list_state: str) -> str:
        """Another lead's timeline with this one's clock and scale."""
        if not lead_id:
            return ""
        state = TimelineState(zone=self._state.zone, is_true_scale=self._state.is_true_scale, list=list_state or "-")
        return f"{reverse('lead-timeline', args=[self._workflow_id, lead_id])}{state.query()}"
