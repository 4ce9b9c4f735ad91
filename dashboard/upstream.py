"""Settings -> this process's Client, and what is kept of its answers: fresh for seconds, last good copies for a day.

Everything kept is in memory, bounded, and parsed; call records and transcripts are never kept.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings

from dashboard.dialnexa.client import Client
from dashboard.dialnexa.errors import DialNexaError, NotFoundError, RejectedError, UnavailableError
from dashboard.timeline.model import Call, Lead, Page, Timeline, Workflow

T = TypeVar("T")

HISTORY_FRESH = timedelta(seconds=10)
WORKFLOW_FRESH = timedelta(minutes=5)
STALE_LIMIT = timedelta(hours=24)
KEPT_ROWS = 50_000  # visits and list rows in all, about a kilobyte each

_lock = threading.Lock()
_clients: dict[int, Client] = {}


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """An answer and when it was read. failure: upstream failed just now, and this is the last good copy."""

    value: T
    read_at: datetime
    failure: DialNexaError | None = None

    @property
    def is_stale(self) -> bool:
        return self.failure is not None


class Copies:
    """Answers by what was asked, the least lately kept given up first when they hold too many rows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], Read[Any]] = OrderedDict()
        self._rows = 0

    def get(self, key: tuple[str, ...]) -> Read[Any] | None:
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: tuple[str, ...], answer: Read[Any]) -> None:
        with self._lock:
            self._drop(key)
            self._kept[key] = answer
            self._rows += _rows(answer.value)
            while self._rows > KEPT_ROWS:
                self._drop(next(iter(self._kept)))

    def drop(self, key: tuple[str, ...]) -> None:
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._rows = 0

    def _drop(self, key: tuple[str, ...]) -> None:
        gone = self._kept.pop(key, None)
        if gone:
            self._rows -= _rows(gone.value)


def _rows(value: Timeline | Workflow | Page[Any]) -> int:
    """How much an answer holds: one more than its visits or items."""
    return 1 + len(value.visits if isinstance(value, Timeline) else value.items if isinstance(value, Page) else ())


_copies = Copies()


def now() -> datetime:
    """The one clock of the views."""
    return datetime.now(UTC)


def client() -> Client:
    """This process's client: made on first use, never shared across a fork. Raises RejectedError without a key."""
    with _lock:
        if os.getpid() not in _clients:
            if not settings.DIALNEXA_API_KEY:
                raise RejectedError("No API key is set.")
            _clients[os.getpid()] = Client(settings.DIALNEXA_BASE_URL, settings.DIALNEXA_API_KEY, clock=now)
        return _clients[os.getpid()]


def forget() -> None:
    """Drop the client and everything kept: for tests, and when settings change."""
    with _lock:
        for one in _clients.values():
            one.close()
        _clients.clear()
    _copies.clear()


def lead_history(workflow_id: str, lead_id: str) -> Read[Timeline]:
    """One lead's path: fresh, at most ten seconds old, or the last good copy with why it is not fresher."""
    key = ("history", workflow_id, lead_id)
    return _read(key, HISTORY_FRESH, lambda: client().lead_history(workflow_id, lead_id))


def workflow(workflow_id: str) -> Read[Workflow]:
    return _read(("workflow", workflow_id), WORKFLOW_FRESH, lambda: client().workflow(workflow_id))


def workflow_or_none(workflow_id: str) -> Workflow | None:
    """The same where a page can do without it: its failure must not take the page away."""
    try:
        return workflow(workflow_id).value
    except DialNexaError:
        return None


def known_workflow(workflow_id: str) -> Workflow | None:
    """The workflow as some page has last read it, for its title: costs no upstream call, and may be old."""
    kept: Read[Workflow] | None = _copies.get(("workflow", workflow_id))
    return kept.value if kept else None


def workflows(page: int) -> Read[Page[Workflow]]:
    answer = _read(("workflows", str(page)), timedelta(0), lambda: client().workflows(page=page))
    for item in answer.value.items:
        _copies.keep(("workflow", item.id), Read(item, answer.read_at))
    return answer


def leads(workflow_id: str, page: int) -> Read[Page[Lead]]:
    return _read(("leads", workflow_id, str(page)), timedelta(0), lambda: client().leads(workflow_id, page=page))


def call(call_id: str) -> Call:
    """A call's record, always read anew: transcripts are not kept."""
    return client().call(call_id)


def call_or_failure(call_id: str) -> Call | DialNexaError:
    """The same for a page that shows the rest of itself all the same: the failure is a value."""
    try:
        return call(call_id)
    except DialNexaError as failure:
        return failure


def _read(key: tuple[str, ...], fresh: timedelta, fetch: Callable[[], T]) -> Read[T]:
    kept: Read[T] | None = _copies.get(key)
    if kept and now() - kept.read_at < fresh:
        return kept
    try:
        answer = Read(fetch(), now())
    except UnavailableError as failure:
        if kept and now() - kept.read_at < STALE_LIMIT:
            return Read(kept.value, kept.read_at, failure)
        raise
    except (NotFoundError, RejectedError):
        _copies.drop(key)
        raise
    _copies.keep(key, answer)
    return answer
