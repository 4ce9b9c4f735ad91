"""Which leads somebody has uncovered, in this session and for how long; and the veil over one lead that follows."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest

from dashboard.permissions import Right, may, reveal_time
from dashboard.timeline.model import Lead
from dashboard.timeline.veil import Veil

_SESSION = "revealed"  # {"workflow lead": seconds since 1970}
REASONS = (
    ("dispute", "A dispute with the person"),
    ("qa", "A sample for quality"),
    ("complaint", "A complaint"),
    ("regulator", "A regulator’s question"),
    ("debugging", "Finding a fault"),
    ("other", "Another reason"),
)


def open_until(request: HttpRequest, workflow_id: str, lead_id: str, *, now: datetime) -> datetime | None:
    """Until when this lead is uncovered for who asks; None: it is not, or the right is gone meanwhile."""
    until = request.session.get(_SESSION, {}).get(f"{workflow_id} {lead_id}", 0)
    is_open = until > now.timestamp() and may(request.user, Right.REVEAL)
    return datetime.fromtimestamp(until, UTC) if is_open else None


def uncover(request: HttpRequest, workflow_id: str, lead_id: str, *, now: datetime) -> datetime:
    """Uncover a lead for as long as one of the user's roles allows; until when."""
    until: datetime = now + reveal_time(request.user)  # type: ignore[arg-type]
    still = {lead: end for lead, end in request.session.get(_SESSION, {}).items() if end > now.timestamp()}
    request.session[_SESSION] = {**still, f"{workflow_id} {lead_id}": int(until.timestamp())}
    return until


def cover(request: HttpRequest, workflow_id: str, lead_id: str) -> None:
    kept = request.session.get(_SESSION, {})
    request.session[_SESSION] = {lead: end for lead, end in kept.items() if lead != f"{workflow_id} {lead_id}"}


class Sight:
    """What who asks may see of a lead: facts on its page, what was said in calls; closed is for everybody.

    until: the end of the time it is uncovered for; None: it is not. request None: whoever asks, as by a share link.
    """

    def __init__(self, request: HttpRequest | None, workflow_id: str, lead: Lead, *, now: datetime) -> None:
        self._lead = lead
        self._now = now
        self.until = open_until(request, workflow_id, lead.id, now=now) if request else None
        self.closed = Veil(lead.phone, lead.variables)
        self.facts = Veil(lead.phone, lead.variables, is_lifted=True) if self.until else self.closed
        sees_calls = request is not None and may(request.user, Right.UNMASK_CALLS)
        self.said = self.facts if sees_calls else self.closed
        self.hides_something = self.until is None and bool(lead.phone or lead.variables or sees_calls)

    @property
    def phone(self) -> str:
        return self.facts.number(self._lead.phone)

    @property
    def variables(self) -> list[tuple[str, str]]:
        return [(name, self.facts.value(value)) for name, value in self._lead.variables.items()]

    @property
    def seconds(self) -> int:
        """What is left of the time."""
        return max(0, int((self.until - self._now).total_seconds())) if self.until else 0
