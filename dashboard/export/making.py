"""One worker makes one packet: reads, has it judged, and keeps the file, or a sentence why there is none."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dashboard import upstream
from dashboard.audit import chain, trail
from dashboard.audit.access import Access
from dashboard.audit.trail import TrailError
from dashboard.compliance.snapshot import fingerprint
from dashboard.dialnexa.errors import BusyError, DialNexaError, MissingCallError
from dashboard.export import paper, seal
from dashboard.export.evidence import Reading, evidence, veil_of
from dashboard.export.pdf import PdfError
from dashboard.export.veiled import veiled
from dashboard.judging import judgement, keep_call, rests_on
from dashboard.models import Action, Packet
from dashboard.models.packet import KEPT
from dashboard.outcomes import NOT_RECORDED, outcome
from dashboard.permissions import Right, may
from dashboard.scan import pace
from dashboard.scan.turn import Stop
from dashboard.timeline.model import Call, Timeline, Workflow

log = logging.getLogger(__name__)

T = TypeVar("T")
State = Packet.State

LEASE = timedelta(minutes=10)  # whoever is silent for so long is not at it any more
MOST_ATTEMPTS = 3
MOST_CALLS = 100  # whose records are read
TRIES = 3  # of a request that DialNexa was too busy for
LONGEST_WAIT = 60.0  # seconds until a request's moment; a longer pause ends the making


class RefusedError(Exception):
    """It may not be made; the message is a sentence."""


class StoppedError(Exception):
    """This process is to end: another one will make it."""


def make(packet_id: int) -> None:
    """Make it, unless it is made, failed, over, or another worker is at it."""
    worker = uuid.uuid4().hex
    if not _claim(packet_id, worker):
        return
    packet = Packet.objects.select_related("asked_by").get(pk=packet_id)
    try:
        making = _Making(packet)
        _keep(packet, making.file(), making.phone)
    except StoppedError:
        _mine(packet).update(state=State.QUEUED, attempts=F("attempts") - 1, alive_at=timezone.now())
    except DialNexaError as error:
        _fail(packet, f"{outcome(error).title}. Nothing was kept; ask again later.")
    except (PdfError, RefusedError) as error:
        _fail(packet, str(error))
    except TrailError:
        _fail(packet, NOT_RECORDED.sentence)
    except Exception:
        # A packet that Leadline can't make must not end the worker that others wait for.
        log.exception("A packet could not be made.")
        _fail(packet, "Leadline could not make this packet. It has been logged.")


def record(packet: Packet, **more: Any) -> None:
    """A row of the trail about the making of this packet. Raises TrailError."""
    ids: dict[str, Any] = {"workflow_id": packet.workflow_id, "lead_id": packet.lead_id}
    what: dict[str, Any] = {"masked": not packet.is_unmasked, "calls": packet.has_calls}
    trail.record(Action.PACKET_MAKE, actor=packet.asked_by, target=name(packet), **ids, **what, **more)


def name(packet: Packet) -> str:
    """How the trail calls it."""
    return f"packet {packet.pk}"


def _claim(packet_id: int, worker: str) -> bool:
    now = timezone.now()
    is_lost = Q(state=State.MAKING, alive_at__lte=now - LEASE, attempts__lt=MOST_ATTEMPTS)
    free = Packet.objects.filter(Q(state=State.QUEUED) | is_lost, pk=packet_id, expires_at__gt=now)
    return bool(free.update(state=State.MAKING, worker=worker, alive_at=now, attempts=F("attempts") + 1))


def _mine(packet: Packet) -> QuerySet[Packet]:
    """Itself, while it is still this worker's."""
    return Packet.objects.filter(pk=packet.pk, state=State.MAKING, worker=packet.worker)


def _keep(packet: Packet, file: bytes, phone: str | None) -> None:
    """Recorded by its SHA-256 before anybody can open it. Raises TrailError."""
    now, digest = timezone.now(), seal.sha256(file)
    with transaction.atomic():
        is_mine = _mine(packet).update(
            state=State.READY,
            ready_at=now,
            expires_at=now + KEPT,
            sha256=digest,
            size=len(file),
            body=packet.sealed(file),
        )
        if is_mine:
            record(packet, phone=phone, state="ready", sha256=digest, bytes=len(file))


def _fail(packet: Packet, sentence: str) -> None:
    _mine(packet).update(state=State.FAILED, error=sentence)


class _Making:
    """Reads politely: one request after another, at the rate of all workers."""

    def __init__(self, packet: Packet) -> None:
        self.phone: str | None = None  # the lead's, once it was read
        self._packet = packet
        self._ids: dict[str, Any] = {"workflow_id": packet.workflow_id, "lead_id": packet.lead_id}

    def file(self) -> bytes:
        """Raises DialNexaError, PdfError, TrailError, RefusedError, StoppedError."""
        packet, user = self._packet, self._packet.asked_by
        if user is None or not may(user, Right.PACKET) or (packet.is_unmasked and not may(user, Right.UNMASK_CALLS)):
            raise RefusedError("Whoever asked for it may not have it any more.")
        reading = self._reading()
        trail.record(Action.AUDIT_READ, actor=user, target=packet.lead_id, where="packet", **self._ids)
        judged = judgement(reading.timeline)
        content = evidence(packet, reading, judged, fingerprint(rests_on(judged)))
        zone = ZoneInfo(packet.zone) if packet.zone else judged.case.clock.first
        self._is_alive()
        parts = paper.parts(content, veiled(reading.timeline, veil_of(packet, reading)), reading, zone)
        key = trail.key()
        return seal.pack(parts, key=key, key_id=chain.key_id(key), at=reading.as_of)

    def _reading(self) -> Reading:
        """The history anew, never a copy; and the calls, if they are wanted."""
        client = upstream.client()
        access = Access("timeline", self._packet.asked_by, self._ids)
        timeline = self._read(access, lambda: client.lead_history(self._packet.workflow_id, self._packet.lead_id))
        as_of = timezone.now()
        self.phone = timeline.lead.phone
        access.shown(self.phone, masked=not self._packet.is_unmasked, packet=self._packet.pk)
        workflow = upstream.workflow_or_none(timeline.workflow_id)
        wanted = timeline.call_ids[:MOST_CALLS] if self._packet.has_calls else ()
        return Reading(
            timeline,
            workflow or Workflow(timeline.workflow_id, timeline.workflow_id),
            tuple((call_id, self._call(timeline, call_id)) for call_id in wanted),
            as_of,
        )

    def _call(self, timeline: Timeline, call_id: str) -> Call | str:
        """A call's record, kept for the rules as any reading of it is; a sentence where DialNexa has none."""
        self._is_alive()
        access = Access("transcript", self._packet.asked_by, {**self._ids, "call_id": call_id})
        try:
            call = self._read(access, lambda: upstream.call(call_id))
        except MissingCallError as error:
            keep_call(timeline, call_id, read_at=timezone.now())
            return outcome(error).sentence
        keep_call(timeline, call, read_at=timezone.now())
        access.shown(timeline.lead.phone, masked=not self._packet.is_unmasked, packet=self._packet.pk)
        return call

    def _read(self, access: Access, ask: Callable[[], T]) -> T:
        try:
            return _patiently(ask, TRIES)
        except DialNexaError as error:
            access.failed(outcome(error).status)
            raise

    def _is_alive(self) -> None:
        """Say so, that nobody else takes it. Raises StoppedError."""
        if Stop.is_asked:
            raise StoppedError
        _mine(self._packet).update(alive_at=timezone.now())


def _patiently(ask: Callable[[], T], tries: int) -> T:
    """When its moment comes; again after a pause that DialNexa asks for. Raises DialNexaError, StoppedError."""
    _wait(pace.reserve(1))
    try:
        return ask()
    except BusyError as error:
        pace.hold(error.retry_after or 5)
        if tries == 1:
            raise
    return _patiently(ask, tries - 1)


def _wait(seconds: float) -> None:
    """Raises BusyError, StoppedError."""
    if seconds > LONGEST_WAIT:
        raise BusyError(retry_after=seconds)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if Stop.is_asked:
            raise StoppedError
        time.sleep(min(left, 0.2))
