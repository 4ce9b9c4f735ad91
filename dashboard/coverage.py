"""Path coverage by digests: which leads a question is about, what is known of them and what is not. Asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import BooleanField, Case, QuerySet, Value, When

from dashboard import stuck
from dashboard.models import Digest, Graph, Scan, ScanItem, late
from dashboard.scan import orders
from dashboard.scan.listing import sample
from dashboard.timeline import model
from dashboard.timeline.coverage import Coverage, Walk, cover
from dashboard.timeline.digest import Step
from dashboard.timeline.variants import Variant, variants

MOST = 5_000  # paths that are counted; of more leads than that, so many are drawn by the seed


@dataclass(frozen=True, slots=True)
class Question:
    """Which leads of a workflow. scan: those it has read, else all of whom a history has been read."""

    workflow_id: str
    scan: Scan | None = None
    status: str = ""
    since: datetime | None = None  # enrolled at this moment or after it
    before: datetime | None = None  # enrolled before this moment
    sample: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Paths:
    walks: tuple[Walk, ...]
    oldest: datetime | None  # when the first of them was read
    newest: datetime | None


class Sample:
    """The leads of one question as last read, and what they add up to. is_running: whether anybody can be overdue."""

    def __init__(self, question: Question, graph: model.Graph, *, now: datetime, is_running: bool) -> None:
        self.question = question
        self._graph = graph
        self._now = now
        self._is_running = is_running

    # --- Who is in it, and who is not

    @cached_property
    def progress(self) -> orders.Progress | None:
        """How far the scan is; without one, how the latest of the workflow went: its failures are missing here too."""
        scan = self.question.scan or orders.latest(self.question.workflow_id)
        return orders.progress(scan) if scan else None

    @cached_property
    def known(self) -> int:
        """Leads of the source of whom there is a digest."""
        return self._source.count()

    @property
    def forgotten(self) -> int:
        """Leads that the scan has read, and whose digest is no longer kept."""
        return max(0, self.progress.done - self.known) if self.question.scan and self.progress else 0

    @cached_property
    def undated(self) -> int:
        """Leads left out because nobody knows when they were enrolled."""
        if not (self.question.since or self.question.before):
            return 0
        return self._of_status.filter(enrolled_at=None).count()

    @cached_property
    def matched(self) -> int:
        """Leads that fit, before a sample is drawn of them."""
        return len(self._keys)

    @property
    def size(self) -> int:
        return min(self.question.sample or MOST, MOST)

    @property
    def is_drawn(self) -> bool:
        return self.matched > self.size

    @property
    def _source(self) -> QuerySet[Digest]:
        digests = Digest.objects.filter(workflow_id=self.question.workflow_id)
        if self.question.scan is None:
            return digests
        done = ScanItem.objects.filter(scan=self.question.scan, state=ScanItem.State.DONE)
        return digests.filter(lead_id__in=done.values("lead_id"))

    @property
    def _of_status(self) -> QuerySet[Digest]:
        return self._source.filter(lead_status=self.question.status) if self.question.status else self._source

    @cached_property
    def _keys(self) -> dict[str, int]:
        """Every lead that fits, and its digest's key."""
        fitting = self._of_status
        if self.question.since:
            fitting = fitting.filter(enrolled_at__gte=self.question.since)
        if self.question.before:
            fitting = fitting.filter(enrolled_at__lt=self.question.before)
        return dict(fitting.values_list("lead_id", "pk"))

    # --- What they did

    @cached_property
    def paths(self) -> Paths:
        chosen = [self._keys[lead_id] for lead_id in sample(self._keys, self.size, self.question.seed)]
        is_late = Case(
            When(late(now=self._now, limits=stuck.limits()), then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        )
        rows = list(
            Digest.objects.filter(pk__in=chosen)
            .annotate(is_late=is_late)
            .values_list("lead_id", "lead_status", "path", "node_id", "kind", "is_late", "read_at")
        )
        walks = tuple(
            Walk(
                lead_id=lead_id,
                outcome=status,
                path=[Step.of(item) for item in path],
                here=node_id if kind in stuck.LIVE else "",
                is_overdue=is_late and self._is_running,
            )
            for lead_id, status, path, node_id, kind, is_late, _ in rows
        )
        moments = [row[-1] for row in rows]
        return Paths(walks, min(moments, default=None), max(moments, default=None))

    @cached_property
    def coverage(self) -> Coverage:
        return cover(self.paths.walks, self._graph)

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        return variants(self.paths.walks)


def known_graph(workflow_id: str) -> Graph | None:
    """The workflow's graph as last told; None: nobody has told it, so only what was observed can be shown."""
    return Graph.objects.filter(workflow_id=workflow_id).exclude(source=Graph.Source.ABSENT).first()
