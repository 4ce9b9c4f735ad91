"""Path coverage: which ways a workflow's leads take, over those of a scan or all that are known; page and files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dashboard import stuck, upstream
from dashboard.audit import trail
from dashboard.coverage import MOST, Question, Sample, known_graph
from dashboard.drawing import flow, plot, river, river_svg
from dashboard.export import coverage as export
from dashboard.forms import read
from dashboard.forms.coverage import PARTS, USUAL_DEPTH, CoverageQuery, PartForm
from dashboard.http import Request
from dashboard.models import Action, Digest, Scan
from dashboard.permissions import Right, needs
from dashboard.scan import orders
from dashboard.timeline import mask, model
from dashboard.timeline.comparison import Comparison, compare
from dashboard.timeline.coverage import Coverage, EdgeUse
from dashboard.timeline.flow import Flow
from dashboard.timeline.flow import flow as unrolled
from dashboard.timeline.model import Workflow
from dashboard.timeline.status import LEAD_FINAL, LEAD_LIVE
from dashboard.timeline.variants import Variant
from dashboard.views.clocks import page_zone
from dashboard.views.page import is_fragment
from dashboard.views.scans import STOP_POLLING, started

SCANS_SHOWN = 20
VARIANTS_SHOWN = 50
PAIRS_SHOWN = 40
STEPS_SHOWN = 30  # of a variant's path, loops counted once
STOPS_SHOWN = 8  # in a column of the flow


class CoveragePage:
    """The context of path_coverage.html. Raises BadInput, and Http404 for a scan that is not this workflow's."""

    def __init__(self, request: Request, workflow_id: str) -> None:
        self.query = CoverageQuery.of(request.GET)
        self.now = upstream.now()
        self.zone = page_zone(request)
        self.workflow = _workflow(workflow_id)
        self.graph = known_graph(workflow_id)
        self.sample = self._sample(self.query)
        self.most = MOST
        self.depth = self.query.depth or USUAL_DEPTH

    def _sample(self, query: CoverageQuery) -> Sample:
        question = Question(
            workflow_id=self.workflow.id,
            scan=get_object_or_404(Scan, pk=query.scan, workflow_id=self.workflow.id) if query.scan else None,
            status=query.status,
            since=self._midnight(query.since),
            before=self._midnight(query.until, days=1),
            sample=query.sample,
            seed=query.seed or 0,
        )
        graph = self.graph.graph() if self.graph else model.Graph()
        return Sample(question, graph, now=self.now, is_running=stuck.runs(self.workflow.status))

    def _midnight(self, day: date | None, days: int = 0) -> datetime | None:
        if day is None:
            return None
        return datetime.combine(day + timedelta(days=days), time.min, self.zone).astimezone(UTC)

    # --- The question

    @cached_property
    def scans(self) -> list[Scan]:
        """To choose from: the latest, and the one chosen."""
        scans = Scan.objects.filter(workflow_id=self.workflow.id).order_by("-created_at", "-pk")
        return list(scans[:SCANS_SHOWN])

    @property
    def statuses(self) -> list[str]:
        return sorted(LEAD_LIVE | LEAD_FINAL)

    @cached_property
    def going(self) -> Scan | None:
        """The scan to watch: the one asked about, else the latest, while it goes on."""
        scan = self.sample.question.scan or orders.latest(self.workflow.id)
        return scan if scan and not scan.is_over else None

    @property
    def progress(self) -> orders.Progress | None:
        return self.sample.progress

    @property
    def here(self) -> str:
        """This page's own query, for its files."""
        return self.query.query()

    @property
    def tables(self) -> list[tuple[str, str]]:
        """Each table's name, and the query of its file."""
        return [(part, f"{self.here or '?'}{'&' if self.here else ''}part={part}") for part in PARTS]

    # --- The answer

    @property
    def coverage(self) -> Coverage:
        return self.sample.coverage

    @cached_property
    def leads_url(self) -> str:
        """Before a lead's id and a slash: hundreds of addresses begin like this."""
        return reverse("lead-timeline", args=[self.workflow.id, "x"]).removesuffix("x/")

    @property
    def ways(self) -> list[tuple[model.Node, int, list[EdgeUse]]]:
        """Each node with a way out: how often it was left, and the ways."""
        grouped = groupby(self.coverage.edges, key=lambda edge: edge.source)
        return [(source, found[0].exits, found) for source, found in ((node, list(edges)) for node, edges in grouped)]

    @cached_property
    def labels(self) -> dict[str, tuple[str, str]]:
        """Type and label by node id, numbers of people hidden."""
        return {use.node.id: (use.node.type, mask.phones_in(use.node.label)) for use in self.coverage.nodes}

    def _name(self, node_id: str) -> tuple[str, str]:
        return self.labels.get(node_id, ("", "unknown step"))

    @cached_property
    def flow(self) -> Flow:
        return unrolled(self.sample.paths.walks, depth=self.depth, most=STOPS_SHOWN)

    @cached_property
    def river(self) -> river.River:
        return river.river(self.flow, name=self._name)

    @property
    def svg(self) -> str:
        return river_svg.draw(self.river)

    @property
    def figure(self) -> str:
        return plot.script(flow.figure(self.river))

    @property
    def bands(self) -> list[dict[str, Any]]:
        """The picture's bands as rows."""
        boxes = self.river.boxes
        return [
            {
                "number": band.link.column + 1,
                "source": boxes[band.source].label,
                "target": boxes[band.target].label,
                "count": band.link.count,
            }
            for band in self.river.bands
        ]

    variants_shown = VARIANTS_SHOWN

    @property
    def variants(self) -> Iterator[tuple[Variant, str]]:
        """The most frequent, each with its path in words."""
        return ((variant, self._path(variant)) for variant in self.sample.variants[:VARIANTS_SHOWN])

    def _path(self, variant: Variant) -> str:
        parts: list[str] = []
        shown = 0
        for nodes, times in variant.blocks:
            names = [self._name(node_id)[1] for node_id in nodes]
            parts += [f"({' + '.join(names)}) × {times:,}"] if times > 1 else names
            shown += len(nodes) * times
            if len(parts) > STEPS_SHOWN and shown < variant.visits:
                return f"{' → '.join(parts)} → … {variant.visits - shown:,} more steps"
        return " → ".join(parts)

    # --- Another set of leads beside it

    @cached_property
    def other(self) -> Sample | None:
        return self._sample(self.query.other) if self.query.compare else None

    @cached_property
    def comparison(self) -> Comparison | None:
        return compare(self.coverage, self.other.coverage) if self.other else None

    @property
    def pairs(self) -> list[Any]:
        return [pair for pair in self.comparison.pairs if pair.difference][:PAIRS_SHOWN] if self.comparison else []

    @property
    def shared_leads(self) -> int:
        """Leads that are in both: the two samples are not independent of each other then."""
        one, other = ({walk.lead_id for walk in found.paths.walks} for found in (self.sample, self.other) if found)
        return len(one & other)


@require_safe
@needs(Right.COVERAGE)
def path_coverage(request: Request, workflow_id: str) -> HttpResponse:
    """The page. Reads digests, so it costs no history, works while a scan runs and after a restart."""
    return render(request, "path_coverage.html", {"page": CoveragePage(request, workflow_id)})


@require_safe
@needs(Right.COVERAGE)
def coverage_now(request: Request, workflow_id: str, number: int) -> HttpResponse:
    """How far the scan is, again and again; the numbers beside it stay until somebody asks for new ones."""
    scan = get_object_or_404(Scan, pk=number, workflow_id=workflow_id)
    if not is_fragment(request):
        return redirect(f"{reverse('path-coverage', args=[workflow_id])}?scan={number}")
    context = {"scan": scan, "progress": orders.progress(scan), "zone": page_zone(request)}
    return render(request, "_coverage_now.html", context, status=STOP_POLLING if scan.is_over else 200)


@require_POST
@needs(Right.SCAN)
def coverage_scan(request: Request, workflow_id: str) -> HttpResponse:
    """Read this sample of histories, and watch what comes of it."""
    return redirect(f"{reverse('path-coverage', args=[workflow_id])}?scan={started(request, workflow_id).pk}")


@require_safe
@needs(Right.COVERAGE)
def coverage_csv(request: Request, workflow_id: str) -> HttpResponse:
    """For a spreadsheet: edges, nodes or variants."""
    page = CoveragePage(request, workflow_id)
    part = read(PartForm(request.GET))["part"] or "edges"
    return _file(page, f"{part}.csv", "text/csv; charset=utf-8", export.csv(page.sample, part))


@require_safe
@needs(Right.COVERAGE)
def coverage_json(request: Request, workflow_id: str) -> HttpResponse:
    """Everything, as `manage.py coverage --json` says it."""
    page = CoveragePage(request, workflow_id)
    document = export.document(page.sample, page.graph)
    return _file(page, "coverage.json", "application/json", json.dumps(document, indent=1))


def _file(page: CoveragePage, name: str, content_type: str, body: str) -> HttpResponse:
    """What left, by its SHA-256, is recorded before it leaves."""
    trail.record(
        Action.COVERAGE_EXPORT,
        workflow_id=page.workflow.id,
        target=name,
        leads=page.coverage.leads,
        sha256=hashlib.sha256(body.encode()).hexdigest(),
    )
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="leadline-{page.workflow.id}-{name}"'
    return response


def _workflow(workflow_id: str) -> Workflow:
    """Where histories are known, upstream's failure must not take the page away. Raises NotFoundError."""
    if not Digest.objects.filter(workflow_id=workflow_id).exists():
        return upstream.workflow(workflow_id).value
    return upstream.workflow_or_none(workflow_id) or Workflow(workflow_id, workflow_id)
