"""Scans: start one, watch it, cancel it, go on with it."""

from __future__ import annotations

from django.db.models import Count, Max, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from dashboard import upstream
from dashboard.forms import ScanForm, read
from dashboard.http import Request
from dashboard.models import Digest, Scan, ScanItem
from dashboard.permissions import Right, needs
from dashboard.scan import orders
from dashboard.timeline.model import Workflow
from dashboard.views.clocks import page_zone
from dashboard.views.page import is_fragment

STOP_POLLING = 286  # htmx swaps the answer in, and asks no more
FAILURES_SHOWN = 50


class ScanNow:
    """What a workflow's page says of scans: what is known and how old, and how far the latest scan is."""

    def __init__(self, request: Request, workflow_id: str) -> None:
        self.workflow_id = workflow_id
        self.zone = page_zone(request)
        self.now = upstream.now()
        self.scan = orders.latest(workflow_id)
        self.is_going = self.scan is not None and not self.scan.is_over

    @cached_property
    def progress(self) -> orders.Progress | None:
        return orders.progress(self.scan) if self.scan else None

    @cached_property
    def known(self) -> dict[str, object]:
        """count, oldest and newest reading of the workflow's digests."""
        digests = Digest.objects.filter(workflow_id=self.workflow_id)
        return digests.aggregate(count=Count("pk"), oldest=Min("read_at"), newest=Max("read_at"))


@require_safe
@needs(Right.LISTS)
def scan_now(request: Request, workflow_id: str) -> HttpResponse:
    """The part of the workflow's page about scans, again and again while one is going on."""
    if not is_fragment(request):
        return redirect("lead-list", workflow_id)
    view = ScanNow(request, workflow_id)
    return render(request, "_scan_now.html", {"scan_view": view}, status=200 if view.is_going else STOP_POLLING)


@require_POST
@needs(Right.SCAN)
def scan_start(request: Request, workflow_id: str) -> HttpResponse:
    """A scan of this question, or the one that is going on already."""
    return redirect("scan-detail", workflow_id, started(request, workflow_id).pk)


def started(request: Request, workflow_id: str) -> Scan:
    """The scan that a form asks for. Raises BadInput."""
    asked = read(ScanForm(request.POST))
    return orders.start(
        workflow_id,
        lead_status=asked["lead_status"],
        sample=asked["sample"],
        seed=asked["seed"],
        user=request.user,
    )


@require_safe
@needs(Right.LISTS)
def scan_detail(request: Request, workflow_id: str, number: int) -> HttpResponse:
    """How far a scan is, what failed, and what can be done about it."""
    scan = get_object_or_404(Scan, pk=number, workflow_id=workflow_id)
    failed = scan.items.filter(state=ScanItem.State.FAILED).order_by("position")
    context = {
        "scan": scan,
        "workflow": upstream.known_workflow(workflow_id) or Workflow(workflow_id, workflow_id),
        "progress": orders.progress(scan),
        "failures": failed.values("lead_id", "error")[:FAILURES_SHOWN],
        "zone": page_zone(request),
        "now": upstream.now(),
    }
    if is_fragment(request):
        return render(request, "_scan.html", context, status=STOP_POLLING if scan.is_over else 200)
    return render(request, "scan_detail.html", context)


@require_POST
@needs(Right.SCAN)
def scan_cancel(request: Request, workflow_id: str, number: int) -> HttpResponse:
    orders.cancel(get_object_or_404(Scan, pk=number, workflow_id=workflow_id))
    return redirect("scan-detail", workflow_id, number)


@require_POST
@needs(Right.SCAN)
def scan_resume(request: Request, workflow_id: str, number: int) -> HttpResponse:
    """Go on with what failed or was left."""
    orders.resume(get_object_or_404(Scan, pk=number, workflow_id=workflow_id))
    return redirect("scan-detail", workflow_id, number)
