"""One look at a lead: the intent is recorded before DialNexa is asked, and what came of it before it is shown."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest

from dashboard.audit import trail
from dashboard.models import Outcome


class Access:
    """An intent whose result is still open. The middleware closes one that a failure has left open."""

    def __init__(self, what: str, actor: User | str | None, ids: dict[str, Any]) -> None:
        self.is_open = True
        self._what = what
        self._actor = actor
        self._ids = ids
        trail.record(f"{what}.intent", actor=actor, **self._ids)

    def shown(self, phone: str | None, **detail: Any) -> None:
        """It is about to be shown. Raises TrailError."""
        self.is_open = False
        trail.record(f"{self._what}.view", actor=self._actor, status=200, phone=phone, **self._ids, **detail)

    def failed(self, status: int) -> None:
        """Nothing is shown. Raises TrailError."""
        self.is_open = False
        what = "missing" if status == 404 else "error"
        trail.record(f"{self._what}.{what}", actor=self._actor, outcome=Outcome.ERROR, status=status, **self._ids)


def intend(request: HttpRequest, what: str, *, actor: str | None = None, **ids: str) -> Access:
    """Record that somebody is about to see a timeline, a step's raw record or a transcript. Raises TrailError.

    ids: workflow_id, lead_id, call_id. actor: who it is, where that is not who is signed in.
    """
    access = Access(what, actor, ids)
    cast(Any, request).access = access
    return access


def left_open(request: HttpRequest) -> Access | None:
    """The intent that a failure has left without a result."""
    access = getattr(request, "access", None)
    return access if access is not None and access.is_open else None
