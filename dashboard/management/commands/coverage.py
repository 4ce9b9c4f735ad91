"""manage.py coverage: which ways the leads of a workflow take, by the histories that have been read."""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard import stuck, upstream
from dashboard.coverage import Question, Sample, known_graph
from dashboard.export import coverage as export
from dashboard.models import Graph, Scan
from dashboard.scan import orders
from dashboard.timeline import model

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


class Command(BaseCommand):
    help = "Count the ways that a workflow's leads take, by the histories that scans and pages have read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workflow", help="the workflow's id")
        parser.add_argument("--sample", type=int, help="only so many leads, drawn by the seed")
        parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same leads (default 0)")
        parser.add_argument("--status", default="", help="only leads of this status, such as completed")
        parser.add_argument("--scan", type=int, metavar="N", help="only leads that scan N has read")
        parser.add_argument("--read", action="store_true", help="read that sample of histories first, by a scan, now")
        parser.add_argument("--json", action="store_true", help="everything as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        workflow_id = options["workflow"]
        if not ID.fullmatch(workflow_id):
            raise CommandError("Name the workflow by its id, such as workflow_abc123.")
        if options["sample"] is not None and options["sample"] < 1:
            raise CommandError("--sample must be 1 or more.")
        scan = self._read(workflow_id, options) if options["read"] else self._scan(workflow_id, options["scan"])
        workflow = upstream.workflow_or_none(workflow_id)
        graph = known_graph(workflow_id)
        sample = Sample(
            Question(workflow_id, scan, options["status"], sample=options["sample"], seed=options["seed"]),
            graph.graph() if graph else model.Graph(),
            now=upstream.now(),
            is_running=stuck.runs(workflow.status if workflow else "unknown"),
        )
        if not sample.coverage.leads:
            raise CommandError("No history of such leads has been read. Read some first: add --read, or run a scan.")
        if options["json"]:
            self.stdout.write(json.dumps(export.document(sample, graph)))
        else:
            self._tell(sample, graph)

    def _read(self, workflow_id: str, options: dict[str, Any]) -> Scan | None:
        """What `manage.py scan` would read; its own words go to stderr."""
        scan = {"status": options["status"], "sample": options["sample"], "seed": options["seed"]}
        call_command("scan", workflow_id, stdout=self.stderr, stderr=self.stderr, **scan)
        return orders.latest(workflow_id)

    def _scan(self, workflow_id: str, number: int | None) -> Scan | None:
        if number is None:
            return None
        scan = Scan.objects.filter(pk=number, workflow_id=workflow_id).first()
        if scan is None:
            raise CommandError(f"There is no scan {number} of this workflow.")
        return scan

    def _tell(self, sample: Sample, graph: Graph | None) -> None:
        found = sample.coverage
        told = f"{found.taken_count} of {found.defined_count} edges taken" if graph else "observed only"
        self.stdout.write(f"{found.leads:,} leads, {found.visits:,} visits; {told}.")
        for edge in found.edges:
            doubt = ", not in the graph" if edge.is_unexpected else ""
            self.stdout.write(f"  {edge.source.id} -> {edge.target.id}: {edge.numbers}{doubt}")
