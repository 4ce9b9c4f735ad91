"""The stuck board, on a page of its own and as a part of the workflow's page."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from dashboard import upstream
from dashboard.forms import BoardForm, read
from dashboard.http import Request
from dashboard.permissions import Right, needs
from dashboard.stuck import Board
from dashboard.timeline.model import Workflow
from dashboard.views.clocks import page_zone
from dashboard.views.page import is_fragment
from dashboard.views.scans import ScanNow

PER_PAGE = 100
ON_A_PAGE = 10  # rows where the board is a part of the workflow's page


class StuckBoard(Board):
    """The board with what its templates need besides."""

    def __init__(self, request: Request, workflow: Workflow, *, node: str = "", number: int = 1, most: int = PER_PAGE):
        super().__init__(workflow, now=upstream.now(), node=node, skip=(number - 1) * most, most=most)
        self.zone = page_zone(request)
        self.number = number
        self.url = reverse("stuck-board", args=[workflow.id])

    @cached_property
    def tag(self) -> str:
        """Equal while a refresh would show nothing new but time going by."""
        groups = [(group.node_id, group.count) for group in self.groups]
        seen = (self.known, groups, self.waits, self.held_count, self.workflow.status)
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]

    @property
    def live_seconds(self) -> int:
        seconds: int = settings.LIVE_SLOW_SECONDS
        return seconds

    @cached_property
    def pages(self) -> int:
        return max(1, -(-max(self.stuck_count, self.held_count) // self._most))

    @cached_property
    def node_label(self) -> str:
        return next((group.label for group in self.groups if group.node_id == self.node), self.node)

    @property
    def previous_href(self) -> str:
        return self._page_href(self.number - 1)

    @property
    def next_href(self) -> str:
        return self._page_href(self.number + 1)

    def _page_href(self, number: int) -> str:
        return f"{self.url}?{urlencode({'node': self.node, 'page': number} if self.node else {'page': number})}"


@require_safe
@needs(Right.LISTS)
def stuck_board(request: Request, workflow_id: str) -> HttpResponse:
    """Every stuck lead of a workflow, longest overdue first."""
    asked = read(BoardForm(request.GET))
    workflow = upstream.workflow(workflow_id).value
    board = StuckBoard(request, workflow, node=asked["node"], number=asked["page"] or 1)
    return render(request, "stuck_board.html", {"board": board, "scan_view": ScanNow(request, workflow_id)})


@require_safe
@needs(Right.LISTS)
def stuck_live(request: Request, workflow_id: str) -> HttpResponse:
    """The board on an open workflow page, if anything in it but the passing of time is new; asks upstream nothing."""
    if not is_fragment(request):
        return redirect("lead-list", workflow_id)
    workflow = upstream.known_workflow(workflow_id) or Workflow(workflow_id, workflow_id)
    board = StuckBoard(request, workflow, most=ON_A_PAGE)
    tag = f'"{board.tag}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    response = render(request, "_stuck_live.html", {"board": board})
    response["ETag"] = tag
    return response
