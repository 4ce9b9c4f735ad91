"""What people and timers say to packets: have one made, tell workers again of those nobody is at, let old ones go."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dashboard.export.making import LEASE, MOST_ATTEMPTS, record
from dashboard.export.tasks import make_packet
from dashboard.models import Packet
from dashboard.models.packet import KEPT
from dashboard.timeline import mask

State = Packet.State
LOST = "Whoever made it ended without a word, three times. Ask again; if that happens again, see the worker’s log."


def ask(
    user: User,
    workflow_id: str,
    lead_id: str,
    *,
    reason: tuple[str, str],
    zone: str,
    has_calls: bool,
    is_unmasked: bool,
) -> Packet:
    """A packet that a worker will make. Who asks, and why, is recorded first. Raises TrailError: then there is none."""
    now = timezone.now()
    with transaction.atomic():
        packet = Packet.objects.create(
            workflow_id=workflow_id,
            lead_id=lead_id,
            asked_by=user,
            reason_code=reason[0],
            reason_text=mask.phones_in(reason[1])[:300],
            zone=zone,
            has_calls=has_calls,
            is_unmasked=is_unmasked,
            created_at=now,
            alive_at=now,
            expires_at=now + KEPT,
        )
        record(packet, reason=reason, state="asked")
    make_packet.enqueue(packet.pk)
    return packet


def of_lead(workflow_id: str, lead_id: str, now: datetime) -> QuerySet[Packet]:
    """Newest first, without their files."""
    packets = Packet.objects.filter(workflow_id=workflow_id, lead_id=lead_id, expires_at__gt=now)
    return packets.defer("body").select_related("asked_by").order_by("-created_at")


def revive() -> None:
    """Tell workers again of packets at which nobody is; give up those that ended their worker too often."""
    now = timezone.now()
    silent = Packet.objects.filter(state__in=[State.QUEUED, State.MAKING], alive_at__lte=now - LEASE)
    silent.filter(state=State.MAKING, attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED, error=LOST)
    for pk, alive_at in silent.values_list("pk", "alive_at"):
        # Of several workers whose timers see the same silence, one tells.
        if silent.filter(pk=pk, alive_at=alive_at).update(state=State.QUEUED, alive_at=now):
            make_packet.enqueue(pk)


def expire() -> int:
    """Let go of what is over: the file goes, and its row."""
    gone, _ = Packet.objects.filter(expires_at__lte=timezone.now()).delete()
    return gone
