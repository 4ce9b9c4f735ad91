"""One look at a lead: the intent is recorded before DialNexa is asked, and what came of it before it is shown."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from dashboard.audit import trail
from dashboard.models import Outcome


class Access:
    """An intent whose result is still open. The middleware closes one that a failure has left open.

    The intent is committed when DialNexa is about to be asked; where it need not be, together with the result.
    """

    def __init__(self, what: str, actor: str | None, ids: dict[str, Any]) -> None:
        self.is_open = True
        self._what = what
        self._fields = {"actor": actor, **ids}
        self._has_begun = False

    def begin(self) -> None:
        """DialNexa is about to be asked. Raises TrailError."""
        trail.record(f"{self._what}.intent", **self._fields)
        self._has_begun = True

    def shown(self, phone: str | None, **detail: Any) -> None:
        """It is about to be shown. Raises TrailError."""
        self._end("view", status=200, phone=phone, **detail)

    def failed(self, status: int) -> None:
        """Nothing is shown. Raises TrailError."""
        self._end("missing" if status == 404 else "error", status=status, outcome=Outcome.ERROR)

    def _end(self, how: str, **found: Any) -> None:
        self.is_open = False
        intent = None if self._has_begun else trail.entry(f"{self._what}.intent", **self._fields)
        trail.record(f"{self._what}.{how}", after=intent, **self._fields, **found)


def intend(request: HttpRequest, what: str, *, actor: str | None = None, **ids: str) -> Access:
    """Somebody is about to see a timeline, a step's raw record or a transcript: begin() before DialNexa is asked.

    ids: workflow_id, lead_id, call_id. actor: who it is, where that is not who is signed in.
    """
    access = Access(what, actor, ids)
    cast(Any, request).access = access
    return access


def left_open(request: HttpRequest) -> Access | None:
    """The intent that a failure has left without a result."""
    access = getattr(request, "access", None)
    return access if access is not None and access.is_open else None
