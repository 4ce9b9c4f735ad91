"""One worker's turn at a scan: list if nobody has, then lease, read, keep, until nothing is left or it is told to stop.

Threads read; only the turn's own thread touches the database. Any number of turns may work at one scan.
"""

from __future__ import annotations

import logging
import os
import socket
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dashboard import judging, reviewing
from dashboard.dialnexa.client import Client
from dashboard.dialnexa.errors import (
    BusyError,
    DialNexaError,
    NotFoundError,
    RefusedIdError,
    RejectedError,
    ServerFaultError,
    UnavailableError,
)
from dashboard.dialnexa.wire import Limits
from dashboard.models import Scan
from dashboard.outcomes import outcome
from dashboard.scan import digests, graphs, leases, listing, pace
from dashboard.scan.leases import Lease
from dashboard.timeline.model import Timeline

log = logging.getLogger("dashboard.scan")

State = Scan.State
Reading = tuple[Timeline, datetime]

WRITE_EVERY = 0.5  # seconds
MOST_UNWRITTEN = 200  # histories in memory
IDLE = 0.25  # seconds between two looks, when there is nothing to do
PATIENCE = 600.0  # seconds without one good answer after which the scan stops by itself


class Stop:
    """Whether this process was asked to end. A bare attribute: signal handlers must not wait for a lock."""

    is_asked = False


def work(scan_id: int, *, watch: Callable[[], None] = lambda: None) -> None:
    """Take part in this scan until it is over or this process is to end. watch: called about twice a second."""
    scan = Scan.objects.filter(pk=scan_id).first()
    if scan is None or scan.is_over:
        return
    limits = Limits(connections=settings.SCAN_CONCURRENCY)
    client = Client(settings.DIALNEXA_BASE_URL, settings.DIALNEXA_API_KEY, clock=timezone.now, limits=limits)
    with closing(client):
        turn = Turn(scan, client, watch)
        if turn.lists():
            turn.reads()


class Turn:
    def __init__(self, scan: Scan, client: Client, watch: Callable[[], None]) -> None:
        self._scan = scan
        self._client = client
        self._watch = watch
        self._worker = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._running: dict[Future[Reading | None], Lease] = {}
        self._ready: SimpleQueue[Future[Reading | None]] = SimpleQueue()
        self._unwritten: list[tuple[Lease, Reading]] = []
        self._written_at = 0.0
        self._good_at = time.monotonic()
        self._refused = 0  # answers in a row that said the key is not good
        self._paused_until = 0.0  # monotonic
        self._nothing_until = 0.0  # monotonic: others have the rest, or it is not due
        self._is_ending = False
        # No more at once than leases can outlast at the rate there is.
        rate = settings.SCAN_REQUESTS_PER_SECOND or float("inf")
        self._longest_wait = settings.SCAN_LEASE_SECONDS / 4
        self._most = int(max(1, min(4 * settings.SCAN_CONCURRENCY, rate * self._longest_wait)))

    # --- Which leads

    def lists(self) -> bool:
        """Whether the scan has its items: because this turn listed them, or another one did while it waited."""
        while not Stop.is_asked:
            self._scan.refresh_from_db()
            if self._scan.state == State.RUNNING:
                return True
            if self._scan.is_over:
                return False
            if self._may_list():
                self._list()
            else:
                time.sleep(IDLE)
        return False

    def _may_list(self) -> bool:
        """Take the listing, unless another worker is at it and alive."""
        now = timezone.now()
        mine = {"state": State.LISTING, "alive_at": now, "started_at": self._scan.started_at or now}
        scans = Scan.objects.filter(pk=self._scan.pk)
        if scans.filter(state=State.QUEUED).update(**mine):
            return True
        dead = now - timedelta(seconds=settings.SCAN_LEASE_SECONDS)
        return bool(scans.filter(state=State.LISTING, alive_at__lte=dead).update(**mine))

    def _list(self) -> None:
        scan = self._scan
        try:
            ids = listing.lead_ids(self._client, scan.workflow_id, scan.lead_status, self._before_a_page)
        except BusyError as error:
            pace.hold(error.retry_after or 5)
            Scan.objects.filter(pk=scan.pk, state=State.LISTING).update(state=State.QUEUED)
        except DialNexaError as error:
            self._fail(error)
        else:
            listing.keep(scan, ids)
            graphs.ask(self._client, scan.workflow_id, self._before_a_page)
            Scan.objects.filter(pk=scan.pk, state=State.LISTING).update(state=State.RUNNING, listed=len(ids))

    def _before_a_page(self) -> None:
        time.sleep(pace.reserve(1))
        Scan.objects.filter(pk=self._scan.pk).update(alive_at=timezone.now())
        self._watch()

    # --- Their histories

    def reads(self) -> None:
        """Until nothing is left, the scan is over, or this process is to end. What was not read is free again."""
        with ThreadPoolExecutor(settings.SCAN_CONCURRENCY, "scan") as pool:
            try:
                while not Stop.is_asked and self._goes_on():
                    self._lease(pool)
                    if self._running:
                        self._collect(0.1)
                    elif leases.is_anything_left(self._scan.pk):
                        time.sleep(IDLE)
                    else:
                        self._finish()
            finally:
                self._is_ending = True
                while self._running:
                    self._collect(None)
                self._write()

    def _goes_on(self) -> bool:
        """Write what was read, say that somebody is at it, and see whether it is still wanted; twice a second."""
        is_due = time.monotonic() - self._written_at >= WRITE_EVERY
        if not is_due and len(self._unwritten) < MOST_UNWRITTEN:
            return True
        self._write()
        self._watch()
        self._written_at = time.monotonic()
        return bool(Scan.objects.filter(pk=self._scan.pk, state=State.RUNNING).update(alive_at=timezone.now()))

    def _lease(self, pool: ThreadPoolExecutor) -> None:
        """Keep the threads busy: some more items when enough of them are free, each with its own moment to be asked."""
        room = self._most - len(self._running)
        is_paused = time.monotonic() < max(self._paused_until, self._nothing_until)
        # Leases are for what will be read soon, not for the end of a queue or of a pause.
        if is_paused or room < min(self._most, settings.SCAN_CONCURRENCY) or pace.ahead() > self._longest_wait:
            return
        taken = leases.take(self._scan.pk, self._worker, room)
        if len(taken) < room:
            self._nothing_until = time.monotonic() + IDLE
        if not taken:
            return
        at = time.monotonic() + pace.reserve(len(taken))
        for lease in taken:
            future = pool.submit(self._read, lease.lead_id, at)
            self._running[future] = lease
            future.add_done_callback(self._ready.put)
            at += pace.gap()

    def _read(self, lead_id: str, at: float) -> Reading | None:
        """In a thread. None: its moment never came."""
        while (left := at - time.monotonic()) > 0 and not self._is_ending:
            time.sleep(min(left, 0.2))
        if self._is_ending or time.monotonic() < self._paused_until:
            return None
        return self._client.lead_history(self._scan.workflow_id, lead_id), timezone.now()

    def _collect(self, timeout: float | None) -> None:
        """Take what is ready, once something is."""
        with suppress(Empty):
            self._take(self._ready.get(timeout=timeout))
            while True:
                self._take(self._ready.get_nowait())

    def _take(self, future: Future[Reading | None]) -> None:
        lease = self._running.pop(future)
        try:
            reading = future.result()
        except DialNexaError as error:
            self._failed(lease, error)
        except Exception:
            # One history that Leadline can't work out must not end the reading of the others.
            log.exception("A history could not be worked out.")
            leases.failed(self._worker, lease, "Leadline could not work this history out.", is_worth_another=False)
        else:
            if reading is None:
                leases.give_back(self._worker, [lease])
            else:
                self._good_at, self._refused = time.monotonic(), 0
                self._unwritten.append((lease, reading))

    def _failed(self, lease: Lease, error: DialNexaError) -> None:
        if isinstance(error, RejectedError):
            # The first alone may be that one lead's trouble; the second in a row says that it is the key.
            leases.failed(self._worker, lease, f"{outcome(error).title}.", is_worth_another=False)
            self._refused += 1
            if self._refused > 1:
                self._fail(error)
        elif isinstance(error, BusyError) or (isinstance(error, ServerFaultError) and error.retry_after):
            # Asked to wait, or upstream is left alone for a while: not this lead's fault.
            leases.give_back(self._worker, [lease])
            seconds = error.retry_after or 5
            self._paused_until = max(self._paused_until, time.monotonic() + seconds)
            if isinstance(error, BusyError):
                pace.hold(seconds)
        else:
            is_worth_another = not isinstance(error, NotFoundError | RefusedIdError)
            leases.failed(self._worker, lease, f"{outcome(error).title}.", is_worth_another=is_worth_another)
        if isinstance(error, UnavailableError) and time.monotonic() - self._good_at > PATIENCE:
            self._fail(error)

    def _write(self) -> None:
        if not self._unwritten:
            return
        with transaction.atomic():
            digests.keep(self._scan.workflow_id, [reading for _, reading in self._unwritten])
            leases.done(self._worker, [lease for lease, _ in self._unwritten])
        self._review([timeline for _, (timeline, _) in self._unwritten])
        self._unwritten.clear()

    def _review(self, timelines: list[Timeline]) -> None:
        """Those at risk enter the review queue, and judgements whose record has changed go stale."""
        now = timezone.now()
        try:
            with transaction.atomic():
                judgements = judging.judged_histories(self._scan.workflow_id, timelines)
                reviewing.fill(self._scan.workflow_id, judgements, now)
                reviewing.renew(judgements, now)
        except Exception:
            # The digests are kept all the same; the next scan fills the queue.
            log.exception("The review queue could not be filled.")

    def _finish(self) -> None:
        self._write()
        running = Scan.objects.filter(pk=self._scan.pk, state=State.RUNNING)
        running.update(state=State.DONE, finished_at=timezone.now())

    def _fail(self, error: DialNexaError) -> None:
        """The scan stops, and says why; it can be resumed."""
        log.warning("Scan %s stops: %s", self._scan.pk, type(error).__name__)
        going = Scan.objects.filter(pk=self._scan.pk, state__in=[State.LISTING, State.RUNNING])
        going.update(state=State.FAILED, finished_at=timezone.now(), error=f"{outcome(error).title}.")
