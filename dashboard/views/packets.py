"""Evidence packets: have one made, watch it being made, take it away."""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dashboard import rates, upstream
from dashboard.audit import trail
from dashboard.export import making, packets, seal
from dashboard.forms.exports import PacketForm
from dashboard.http import Request
from dashboard.models import Action, Packet
from dashboard.outcomes import Outcome
from dashboard.permissions import Right, may, needs
from dashboard.trouble import trouble
from dashboard.views.clocks import page_zone
from dashboard.views.page import is_fragment
from dashboard.views.scans import STOP_POLLING

AN_HOUR = 20
LISTED = 10
TYPES = {"zip": "application/zip", "pdf": "application/pdf", "json": "application/json"}
TOO_OFTEN = Outcome("busy", 429, "Too many packets", "Twenty an hour is the most.", can_retry=False)
OVER = Outcome("gone", 410, "This packet’s day is over", "Have a new one made.", can_retry=False)
LOCKED = Outcome(
    "gone",
    410,
    "This packet can’t be opened any more",
    "The key that it was encrypted with is another one by now. Have a new one made.",
    can_retry=False,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.PACKET)
def packet_new(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """The form, and the packets that there are; a packet that is asked for leads to its page."""
    form = PacketForm(
        request.POST if request.method == "POST" else None,
        zone=page_zone(request),
        may_unmask=may(request.user, Right.UNMASK_CALLS),
    )
    if request.method != "POST" or not form.is_valid():
        context = {
            "form": form,
            "lead_id": lead_id,
            "url": request.path,
            "back": reverse("lead-timeline", args=[workflow_id, lead_id]),
            "packets": packets.of_lead(workflow_id, lead_id, upstream.now())[:LISTED],
            "zone": page_zone(request),
        }
        template = "_packet_new.html" if request.htmx else "packet_new.html"
        return render(request, template, context, status=400 if form.errors else 200)
    if rates.count("packet", request.user.pk, 3600) > AN_HOUR:
        return trouble(request, TOO_OFTEN)
    # Only of what exists; the history is most often a copy of a moment ago.
    upstream.lead_history(workflow_id, lead_id)
    asked = form.cleaned_data
    packet = packets.ask(
        request.user,
        workflow_id,
        lead_id,
        reason=(asked["reason"], asked["text"]),
        zone=asked["clock"],
        has_calls=asked["has_calls"],
        is_unmasked=asked.get("is_unmasked", False),
    )
    answer = HttpResponseRedirect(reverse("packet-detail", args=[workflow_id, lead_id, packet.pk]))
    answer.status_code = 303
    return answer


@require_safe
@needs(Right.PACKET)
def packet_detail(request: Request, workflow_id: str, lead_id: str, number: int) -> HttpResponse:
    """How far it is; when it is ready, its files."""
    packet = _packet(workflow_id, lead_id, number, without=("body",))
    now = upstream.now()
    context = {
        "packet": packet,
        "is_over": packet.is_over(now),
        "is_mine": packet.asked_by == request.user,
        "parts": (seal.PDF, seal.JSON, seal.MANIFEST),
        "zone": page_zone(request),
    }
    is_settled = packet.is_settled or packet.is_over(now)
    if is_fragment(request):
        return render(request, "_packet.html", context, status=STOP_POLLING if is_settled else 200)
    return render(request, "packet_detail.html", context)


@require_safe
@needs(Right.PACKET)
def packet_file(request: Request, workflow_id: str, lead_id: str, number: int, part: str) -> HttpResponse:
    """The whole packet or a part of it. That it leaves is recorded first. One without a mask is its asker's alone."""
    packet = _packet(workflow_id, lead_id, number)
    if packet.is_unmasked and packet.asked_by != request.user:
        raise PermissionDenied
    if packet.is_over(upstream.now()):
        return trouble(request, OVER)
    if packet.state != Packet.State.READY:
        raise Http404
    try:
        file = packet.opened()
    except InvalidToken:
        return trouble(request, LOCKED)
    body = file if part == "packet.zip" else seal.prove(file).parts[part]
    trail.record(
        Action.PACKET_OPEN,
        status=200,
        workflow_id=workflow_id,
        lead_id=lead_id,
        target=making.name(packet),
        part=part,
        sha256=seal.sha256(body),
        masked=not packet.is_unmasked,
    )
    response = HttpResponse(body, content_type=TYPES[part.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="leadline-{lead_id}-{packet.pk}-{part}"'
    return response


def _packet(workflow_id: str, lead_id: str, number: int, *, without: tuple[str, ...] = ()) -> Packet:
    packets = Packet.objects.select_related("asked_by").defer(*without)
    return get_object_or_404(packets, pk=number, workflow_id=workflow_id, lead_id=lead_id)
