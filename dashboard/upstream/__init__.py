"""Settings -> this process's Client, and what is kept of its answers: fresh for a while, last good copies for a day.

Kept are parsed answers, bounded, in memory or in Redis; call records and transcripts never.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import connection

from dashboard import metrics
from dashboard.admission import Admission
from dashboard.dialnexa.client import Client
from dashboard.dialnexa.errors import (
    BusyError,
    DialNexaError,
    NoRoomError,
    NotFoundError,
    RejectedError,
    UnavailableError,
    UnreadableError,
)
from dashboard.timeline.model import Call, Lead, Page, Timeline, Workflow
from dashboard.timeline.standing import Kind, standing
from dashboard.upstream import names
from dashboard.upstream.copies import Copies, Kept, Key, Read, Store
from dashboard.upstream.flights import Flights

if TYPE_CHECKING:
    from dashboard.upstream.shared import Shared

__all__ = ["Read", "call", "client", "forget", "lead_history", "leads", "now", "workflow", "workflows"]

T = TypeVar("T")

HISTORY_FRESH = timedelta(seconds=10)
FINAL_FRESH = timedelta(minutes=5)  # a history that is over
WORKFLOW_FRESH = timedelta(minutes=5)
WORKFLOWS_FRESH = timedelta(seconds=30)
LEADS_FRESH = timedelta(seconds=60)
STALE_LIMIT = timedelta(hours=24)
KEPT_ROWS = 50_000  # visits in all, about a kilobyte each
KEPT_LIST_ROWS = 250_000  # leads in all, about half a kilobyte each
SHARED_KINDS = ("history", "workflow")

_lock = threading.Lock()
_clients: dict[int, Client] = {}
_shared: dict[int, Shared] = {}
_records = Copies(KEPT_ROWS)
_lists = Copies(KEPT_LIST_ROWS)
_flights = Flights()
admission = Admission(settings.WEB_THREADS)


def now() -> datetime:
    """The one clock of the views."""
    return datetime.now(UTC)


def client() -> Client:
    """This process's client: made on first use, never shared across a fork. Raises RejectedError without a key."""
    with _lock:
        if os.getpid() not in _clients:
            if not settings.DIALNEXA_API_KEY:
                raise RejectedError("No API key is set.")
            base_url, api_key = settings.DIALNEXA_BASE_URL, settings.DIALNEXA_API_KEY
            _clients[os.getpid()] = Client(base_url, api_key, clock=now, observe=metrics.upstream_asked)
        return _clients[os.getpid()]


def shared_copies() -> Shared | None:
    """This process's connection to the Redis that all share; None: there is none."""
    if not settings.REDIS_URL:
        return None
    # redis is an extra: an installation without it has no such module.
    from dashboard.upstream.shared import Shared

    with _lock:
        if os.getpid() not in _shared:
            whose = f"{settings.DIALNEXA_BASE_URL} {settings.DIALNEXA_API_KEY.partition(':')[0]}"
            _shared[os.getpid()] = Shared(settings.REDIS_URL, whose=whose, kept_for=STALE_LIMIT)
        return _shared[os.getpid()]


def forget() -> None:
    """Drop the client and everything this process keeps: for tests, and when settings change."""
    with _lock:
        for one in _clients.values():
            one.close()
        for other in _shared.values():
            other.close()
        _clients.clear()
        _shared.clear()
    _records.clear()
    _lists.clear()
    names.forget()


# --- What pages ask for


def lead_history(workflow_id: str, lead_id: str, *, before: Callable[[], None] | None = None) -> Read[Timeline]:
    """One lead's path: fresh, at most ten seconds old, or the last good copy with why it is not fresher.

    before: called before DialNexa is asked, if it has to be.
    """
    key = ("history", workflow_id, lead_id)
    return _read(key, _history_fresh, lambda: client().lead_history(workflow_id, lead_id), before)


def workflow(workflow_id: str) -> Read[Workflow]:
    told: list[Workflow] = []

    def ask() -> Workflow:
        told.append(client().workflow(workflow_id))
        return told[0]

    answer = _read(("workflow", workflow_id), lambda _: WORKFLOW_FRESH, ask)
    names.keep(told)
    return answer


def workflow_or_none(workflow_id: str) -> Workflow | None:
    """The same where a page can do without it: its failure must not take the page away."""
    try:
        return workflow(workflow_id).value
    except DialNexaError:
        return None


def known_workflow(workflow_id: str) -> Workflow | None:
    """The workflow as some page of any process has last read it: costs no upstream call, and may be old."""
    kept = _store("workflow").get(("workflow", workflow_id))
    return kept.read.value if kept else names.known(workflow_id, now=now())


def workflows(page: int) -> Read[Page[Workflow]]:
    told: list[Workflow] = []

    def ask() -> Page[Workflow]:
        answer = client().workflows(page=page)
        read_at = now()
        for item in answer.items:
            _store("workflow").keep(("workflow", item.id), Read(item, read_at))
        told.extend(answer.items)
        return answer

    answer = _read(("workflows", str(page)), lambda _: WORKFLOWS_FRESH, ask)
    names.keep(told)
    return answer


def leads(workflow_id: str, page: int = 1, status: str | None = None) -> Read[Page[Lead]]:
    """A page of a workflow's leads; or, where upstream sends all of them whatever it is asked, the whole list."""
    whole = _kept_leads(workflow_id)
    if whole and not whole.is_due and _is_younger(whole.read, LEADS_FRESH):
        metrics.copies_asked("leads", "fresh")
        return whole.read
    answer = _read(
        ("leads", workflow_id, str(page), status or ""),
        lambda _: LEADS_FRESH,
        lambda: client().leads(workflow_id, page=page, status=status),
    )
    if answer.value.is_whole and not status:
        _lists.drop(("leads", workflow_id, str(page), ""))
        _lists.keep(("leads", workflow_id), answer)
    return answer


def known_leads(workflow_id: str, page: int = 1, status: str | None = None) -> Read[Page[Lead]] | None:
    """The same as some page has last read it: costs no upstream call, and may be old. None: nobody has."""
    kept = _kept_leads(workflow_id) or _lists.get(("leads", workflow_id, str(page), status or ""))
    return kept.read if kept else None


def call(call_id: str) -> Call:
    """A call's record, always read anew: transcripts are not kept."""
    with _waiting():
        return client().call(call_id)


def call_or_failure(call_id: str) -> Call | DialNexaError:
    """The same for a page that shows the rest of itself all the same: the failure is a value."""
    try:
        return call(call_id)
    except DialNexaError as failure:
        return failure


def read_again(workflow_id: str | None, lead_id: str | None) -> None:
    """The next page asks upstream, however young the copies are; they stay for when it can't be reached."""
    if workflow_id and lead_id:
        _store("history").make_due(("history", workflow_id, lead_id))
    elif workflow_id:
        _store("workflow").make_due(("workflow", workflow_id))
    for key in _lists.known():
        if lead_id is None and (key[0] == "workflows" if workflow_id is None else key[:2] == ("leads", workflow_id)):
            _lists.make_due(key)


# --- How


def _is_younger(read: Read[Any], limit: timedelta) -> bool:
    """A reading from the future is of unknown age: the clock was set back meanwhile."""
    return timedelta(0) <= now() - read.read_at < limit


def _kept_leads(workflow_id: str) -> Kept | None:
    return _lists.get(("leads", workflow_id))


def _history_fresh(timeline: Timeline) -> timedelta:
    is_over = standing(timeline, now=now(), workflow_status=None).kind is Kind.FINAL
    return FINAL_FRESH if is_over else HISTORY_FRESH


def _store(kind: str) -> Store:
    if kind not in SHARED_KINDS:
        return _lists
    return shared_copies() or _records


def _read(
    key: Key, fresh: Callable[[Any], timedelta], fetch: Callable[[], T], before: Callable[[], None] | None = None
) -> Read[T]:
    """A copy that is fresh, else the answer, else the last good copy if upstream's failure allows it."""
    store, kind = _store(key[0]), key[0]

    def kept_fresh() -> Read[T] | None:
        kept = store.get(key)
        is_fresh = kept and not kept.is_due and _is_younger(kept.read, fresh(kept.read.value))
        return kept.read if kept and is_fresh else None

    def ask() -> Read[T]:
        answer = Read(fetch(), now())
        store.keep(key, answer)
        return answer

    if found := kept_fresh():
        metrics.copies_asked(kind, "fresh")
        return found
    if before:
        before()
    try:
        with _waiting():
            answer, is_joined = _flights.once((os.getpid(), key), lambda: _ask(store, key, ask, kept_fresh))
    except (UnavailableError, BusyError, UnreadableError) as failure:
        kept = store.get(key)
        if kept and _is_younger(kept.read, STALE_LIMIT) and not isinstance(failure, UnreadableError):
            metrics.copies_asked(kind, "stale")
            return Read(kept.read.value, kept.read.read_at, failure)
        metrics.copies_asked(kind, "failed")
        raise
    except NotFoundError:
        store.drop(key)
        metrics.copies_asked(kind, "failed")
        raise
    except RejectedError as failure:
        # 401: whoever may read with this key has changed, so nothing that was read with it is shown any more.
        if failure.upstream_status == 401:
            for everything in (_records, _lists, _store("history")):
                everything.clear()
        metrics.copies_asked(kind, "failed")
        raise
    metrics.copies_asked(kind, "joined" if is_joined else "read")
    return answer


@contextmanager
def _waiting() -> Iterator[None]:
    """Who waits for DialNexa holds no place at work and no connection to the database. Raises NoRoomError."""
    if not connection.in_atomic_block:
        connection.close()
    try:
        with admission.waiting():
            yield
    except NoRoomError:
        metrics.turned_away("dialnexa")
        raise


def _ask(store: Store, key: Key, ask: Callable[[], Read[T]], kept: Callable[[], Read[T] | None]) -> Read[T]:
    if (others := shared_copies()) and store is others:
        return others.once(key, ask, kept=kept)
    # Somebody may have landed between this page's look and its start.
    return kept() or ask()
