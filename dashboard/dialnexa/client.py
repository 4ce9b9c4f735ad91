"""DialNexa's API as domain objects: one method per endpoint, read only. Every failure is an error of errors.py.

One client serves a whole process; its threads share connections, breaker and restraint. It keeps no answers.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import httpx

from dashboard.dialnexa import failure, header, parse
from dashboard.dialnexa.absence import Absence
from dashboard.dialnexa.breaker import Breaker
from dashboard.dialnexa.deadline import Attempt
from dashboard.dialnexa.decode import decode
from dashboard.dialnexa.endpoint import CALL, DETAILS, EDGES, HISTORY, LEADS, NODES, WORKFLOW, WORKFLOWS, Endpoint
from dashboard.dialnexa.errors import (
    BusyError,
    DialNexaError,
    MissingCallError,
    NotFoundError,
    RefusedIdError,
    RejectedError,
    ServerFaultError,
    UnavailableError,
)
from dashboard.dialnexa.restraint import Hold, KeyPause, RetryBudget
from dashboard.dialnexa.wire import Limits, Wire
from dashboard.timeline.model import Call, DataNote, Graph, Lead, Page, Timeline, Workflow
from dashboard.timeline.status import CALL_FINAL

logger = logging.getLogger("dashboard.dialnexa")

RETRIED = frozenset({502, 503, 504})
RETRY_WAIT = 0.25  # seconds at most before the one retry, when upstream names no time
_STATUS_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")


class Ask(NamedTuple):
    endpoint: Endpoint
    path: str
    query: Mapping[str, str] | None = None
    cap: int | None = None  # bytes; None: the usual


class Exchange(NamedTuple):
    """One try of a request, for whoever counts: nothing in it names a lead."""

    endpoint: str
    outcome: str  # "read", an error's class, or "gave up"
    seconds: float
    size: int  # bytes
    number: int  # 1, or 2 for the retry
    is_breaker_open: bool
    hold_seconds: float


class Answer(NamedTuple):
    data: object
    now: datetime  # by upstream's clock where it tells


class Client:
    """
    The API behind `base_url` (an origin, without a path), read with `api_key`.

    Every method but close() may raise RefusedIdError (nothing was sent), NotFoundError, RejectedError, BusyError,
    UnavailableError or UnreadableError. Raises ValueError for an address or a key that can't be used.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        clock: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
        observe: Callable[[Exchange], None] = lambda exchange: None,
    ) -> None:
        self._clock = clock
        self._limits = limits or Limits()
        self._monotonic = monotonic
        self._sleep = sleep
        self._jitter = jitter
        self._observe = observe
        self._breaker = Breaker(monotonic=monotonic, jitter=jitter)
        self._hold = Hold(monotonic)
        self._key_pause = KeyPause(monotonic)
        self._retries = RetryBudget()
        self._no_details = Absence(monotonic)
        self._wire = Wire(base_url, api_key, limits=self._limits, transport=transport)

    def workflows(self, *, page: int = 1, limit: int = 100) -> Page[Workflow]:
        """A page of the workspace's workflows.

        https://dialnexa.mintlify.app/api-reference/workflows/list
        """
        answer = self._get(Ask(WORKFLOWS, WORKFLOWS.path(), {"page": str(page), "limit": str(limit)}))
        return parse.workflows(answer.data)

    def workflow(self, workflow_id: str) -> Workflow:
        """https://dialnexa.mintlify.app/api-reference/workflows/get"""
        answer = self._get(Ask(WORKFLOW, WORKFLOW.path(workflow=workflow_id)))
        return parse.workflow(answer.data, workflow_id=workflow_id)

    def leads(self, workflow_id: str, *, page: int = 1, limit: int = 100, status: str | None = None) -> Page[Lead]:
        """A page of a workflow's leads, or the whole list where upstream knows no pages (Page.is_whole).

        https://dialnexa.mintlify.app/api-reference/workflow-leads/list
        """
        query = {"page": str(page), "limit": str(limit)}
        if status is not None:
            if not _STATUS_WORD.fullmatch(status):
                raise RefusedIdError("That is not a status DialNexa could have given.")
            query["status"] = status
        answer = self._get(Ask(LEADS, LEADS.path(workflow=workflow_id), query, self._limits.lead_list))
        return parse.leads(answer.data, workflow_id=workflow_id, page=page, limit=limit, now=answer.now)

    def lead_history(self, workflow_id: str, lead_id: str) -> Timeline:
        """One lead's path.

        https://dialnexa.mintlify.app/api-reference/workflow-leads/history
        """
        answer = self._get(Ask(HISTORY, HISTORY.path(workflow=workflow_id, lead=lead_id)))
        return parse.timeline(answer.data, workflow_id=workflow_id, lead_id=lead_id, now=answer.now)

    def graph(self, workflow_id: str) -> Graph:
        """A workflow's nodes and edges. Two endpoints that nobody promises: NotFoundError says they are not there.

        https://dialnexa.mintlify.app/api-reference/workflow-nodes/list
        """
        ends_at = self._monotonic() + self._limits.page
        nodes = self._get(Ask(NODES, NODES.path(workflow=workflow_id)), ends_at=ends_at)
        edges = self._get(Ask(EDGES, EDGES.path(workflow=workflow_id)), ends_at=ends_at)
        return parse.graph(nodes.data, edges.data)

    def call(self, call_id: str) -> Call:
        """One call's record, with the transcript from the details endpoint when the record itself has none.

        Also raises MissingCallError and WrongRecordError. That endpoint is optional: its failure costs a data note and
        never the call.

        https://dialnexa.mintlify.app/api-reference/calls/get
        """
        ends_at = self._monotonic() + self._limits.page
        try:
            answer = self._get(Ask(CALL, CALL.path(call=call_id)), ends_at=ends_at)
        except NotFoundError as error:
            raise MissingCallError("DialNexa has no record of this call.", status=error.upstream_status) from None
        call = parse.call(answer.data, call_id=call_id)
        is_complete = call.transcript or call.is_sensitive or call.status not in CALL_FINAL
        if is_complete or self._no_details.is_known(call_id):
            return call
        try:
            answer = self._get(Ask(DETAILS, DETAILS.path(call=call_id)), ends_at=ends_at)
            details = parse.call(answer.data, call_id=call_id)
        except DialNexaError as error:
            if isinstance(error, NotFoundError) and error.upstream_status == 404:
                self._no_details.missing(call_id)
                return call
            note = DataNote("The call's details could not be read just now; there may be a transcript all the same.")
            return replace(call, notes=(*call.notes, note))
        self._no_details.answered()
        return parse.merge(call, details)

    @property
    def is_left_alone(self) -> bool:
        """Whether the breaker is open: DialNexa has kept failing."""
        return self._breaker.left() > 0

    def close(self) -> None:
        """Close all connections. The client can't be used afterwards."""
        self._wire.close()

    def _get(self, ask: Ask, *, ends_at: float | None = None) -> Answer:
        """One answer, by at most two tries, before `ends_at` (monotonic)."""
        ends_at = ends_at or self._monotonic() + self._limits.page
        self._retries.earn()
        attempt = self._new_attempt(ends_at, number=1)
        try:
            return self._try(ask, attempt)
        except DialNexaError as error:
            wait = self._retry_wait(ask, error, attempt, ends_at)
            if wait is None:
                raise
        self._sleep(wait)
        return self._try(ask, self._new_attempt(ends_at, number=2))

    def _new_attempt(self, ends_at: float, *, number: int) -> Attempt:
        ends_at = min(ends_at, self._monotonic() + self._limits.attempt)
        return Attempt(ends_at=ends_at, monotonic=self._monotonic, number=number)

    def _retry_wait(self, ask: Ask, error: DialNexaError, attempt: Attempt, ends_at: float) -> float | None:
        """Seconds before the one retry that this failure may have; None: it may have none."""
        if ask.endpoint.is_optional or not attempt.is_repeatable:
            return None
        wait = self._jitter(0, RETRY_WAIT) if error.retry_after is None else error.retry_after
        # At most half of the time left, so that the retry has as much again.
        if wait > (ends_at - self._monotonic()) / 2 or not self._retries.spend():
            return None
        return wait

    def _try(self, ask: Ask, attempt: Attempt) -> Answer:
        """One request, if restraint and breaker let it through, reported to both and to the log."""
        if self._hold.left():
            raise BusyError("DialNexa asked for fewer requests a moment ago.", retry_after=self._hold.left())
        if wait := self._key_pause.wait(ask.path):
            raise RejectedError("DialNexa refused the API key less than a minute ago.", status=401, retry_after=wait)
        ticket = self._breaker.admit()
        if ticket is None:
            raise ServerFaultError("DialNexa kept failing and is left alone.", retry_after=self._breaker.left())
        began = self._monotonic()
        outcome = "gave up"
        has_failed: bool | None = None
        try:
            answer = self._exchange(ask, attempt)
            outcome, has_failed = "read", False
        except DialNexaError as error:
            outcome = type(error).__name__
            if not isinstance(error, UnavailableError):
                has_failed = None if attempt.status is None else False
            elif not ask.endpoint.is_optional:
                has_failed = True
            raise
        finally:
            self._breaker.report(ticket, has_failed=has_failed)
            spent = self._monotonic() - began
            logger.info(
                "GET %s: %s, status %s, %d ms, %d bytes, try %d",
                *(ask.endpoint.name, outcome, attempt.status, spent * 1000, attempt.size, attempt.number),
            )
            held, is_open = self._hold.left(), self._breaker.left() > 0
            self._observe(Exchange(ask.endpoint.name, outcome, spent, attempt.size, attempt.number, is_open, held))
        return answer

    def _exchange(self, ask: Ask, attempt: Attempt) -> Answer:
        reply = self._wire.get(ask.path, ask.query, cap=ask.cap or self._limits.body, attempt=attempt)
        now = header.answered_at(reply.date, clock=self._clock())
        self._judge(ask, reply.status, header.retry_after(reply.retry_after, now=now), attempt)
        data = decode(reply.body)
        inner_status = parse.body_status(data)
        if inner_status is not None:
            self._judge(ask, inner_status, None, attempt)
        return Answer(data, now)

    def _judge(self, ask: Ask, status: int, wait: float | None, attempt: Attempt) -> None:
        """Take note of what a status asks of us, and raise what it means."""
        if status in {200, 404} and not ask.endpoint.is_optional:
            self._key_pause.accepted(ask.path)
        elif status == 401 and not ask.endpoint.is_optional:
            self._key_pause.refused(ask.path)
        elif status == 429:
            wait = header.DEFAULT_WAIT + self._jitter(0, 1) if wait is None else wait
            attempt.is_repeatable = self._hold.extend(wait)
        elif status in RETRIED:
            attempt.is_repeatable = True
        error = failure.of_status(status, ask.endpoint, wait=wait)
        if error is not None:
            raise error
