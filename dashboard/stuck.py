"""The stuck board: which leads of a workflow are late, held, waiting or slow, by their digests. Asks nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, Count, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.fields import DateTimeField
from django.utils.functional import cached_property

from dashboard.models import Digest, late
from dashboard.timeline.board import Usual, usual
from dashboard.timeline.digest import Step
from dashboard.timeline.model import Workflow
from dashboard.timeline.standing import Kind, Limits, Standing, standing
from dashboard.timeline.status import WORKFLOW_RUNS

USUAL_OF = 2_000  # digests, the latest read
USUAL_FOR = 300  # seconds
OLD = timedelta(hours=6)  # a reading older than this is said to be old
LIVE = (Kind.WAITING, Kind.MOVING, Kind.PENDING)


def limits() -> Limits:
    return Limits(
        grace=timedelta(minutes=settings.STUCK_GRACE_MINUTES), step=timedelta(minutes=settings.STUCK_STEP_MINUTES)
    )


def runs(workflow_status: str) -> bool:
    """Whether leads of such a workflow can be late; of one whose status nobody told, as far as known."""
    return workflow_status in WORKFLOW_RUNS or workflow_status == "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """What the digests of one workflow amount to. stuck: those past their limit, if the workflow runs."""

    count: int
    oldest: datetime
    newest: datetime
    stuck: int


def counts(workflow_ids: Collection[str], *, now: datetime) -> dict[str, Known]:
    """By workflow id, for those of which anything is known: two statements, however many they are."""
    digests = Digest.objects.filter(workflow_id__in=workflow_ids).values("workflow_id")
    stuck = dict(digests.filter(late(now=now, limits=limits())).values_list("workflow_id").annotate(Count("pk")))
    return {
        row["workflow_id"]: Known(row["count"], row["oldest"], row["newest"], stuck.get(row["workflow_id"], 0))
        for row in digests.annotate(count=Count("pk"), oldest=Min("read_at"), newest=Max("read_at"))
    }


@dataclass(frozen=True, slots=True)
class Row:
    """A lead on the board."""

    digest: Digest
    standing: Standing
    usual: Usual | None = None  # of its node, where it stays longer


@dataclass(frozen=True, slots=True)
class Group:
    """The stuck leads at one node."""

    node_id: str
    label: str
    count: int
    longest: timedelta


class Board:
    """One workflow's board at one moment. node: only what is at it; stuck and held begin at `skip`; most: of each."""

    def __init__(self, workflow: Workflow, *, now: datetime, node: str = "", skip: int = 0, most: int = 100) -> None:
        self.workflow = workflow
        self.now = now
        self.node = node
        self.is_running = runs(workflow.status)
        self._limits = limits()
        self._skip = skip
        self._most = most
        self._all = Digest.objects.filter(workflow_id=workflow.id)
        self._here = self._all.filter(node_id=node) if node else self._all
        self._late = late(now=now, limits=self._limits)

    @cached_property
    def known(self) -> Known | None:
        return counts([self.workflow.id], now=self.now).get(self.workflow.id)

    @cached_property
    def is_old(self) -> bool:
        return self.known is not None and self.now - self.known.newest > OLD

    # --- Stuck

    @cached_property
    def groups(self) -> list[Group]:
        """Where leads are stuck, the node with the longest first; exact, however many rows are shown."""
        if not self.is_running:
            return []
        rows = (
            self._due(self._all.filter(self._late))
            .values("node_id")
            .annotate(label=Max("node_label"), count=Count("pk"), first=Min("late_at"))
            .order_by("first", "node_id")
        )
        return [Group(row["node_id"], row["label"], row["count"], self.now - row["first"]) for row in rows]

    @cached_property
    def stuck_count(self) -> int:
        return sum(group.count for group in self.groups if not self.node or group.node_id == self.node)

    @cached_property
    def stuck(self) -> list[Row]:
        """Longest overdue first."""
        if not self.is_running:
            return []
        late_ones = self._due(self._here.filter(self._late))
        return self._rows(late_ones.order_by("late_at", "lead_id"), self._skip)  # type: ignore[misc]

    def _due(self, digests: QuerySet[Digest]) -> QuerySet[Digest]:
        """With `late_at`, the moment from which each counts as stuck."""
        lengths = {"wait": self._limits.grace, "call": self._limits.call, "step": self._limits.step}
        allowed = Case(
            *(When(limit_kind=kind, then=Value(length)) for kind, length in lengths.items()),
            output_field=DurationField(),
        )
        return digests.annotate(late_at=ExpressionWrapper(F("limit_from") + allowed, output_field=DateTimeField()))

    # --- Not stuck

    @cached_property
    def held_count(self) -> int:
        return 0 if self.is_running else self._here.filter(kind__in=LIVE).count()

    @cached_property
    def held(self) -> list[Row]:
        """What would move on if the workflow ran, the longest there first."""
        if self.is_running:
            return []
        return self._rows(self._here.filter(kind__in=LIVE).order_by("since", "lead_id"), self._skip)

    @cached_property
    def waits(self) -> dict[str, int]:
        """How many wait within their time: with a release given, and without."""
        return {"given": self._released.count(), "open": self._unreleased.count()}

    @cached_property
    def waiting(self) -> list[Row]:
        """The next to be released first; those without a release at the end."""
        if not self.is_running:
            return []
        rows = self._rows(self._released.order_by("due_at"))
        return [*rows, *self._rows(self._unreleased.order_by("since"))][: self._most]

    @property
    def _released(self) -> QuerySet[Digest]:
        return self._here.filter(kind=Kind.WAITING, due_at__gte=self.now - self._limits.grace)

    @property
    def _unreleased(self) -> QuerySet[Digest]:
        return self._here.filter(kind=Kind.WAITING, due_at=None)

    @cached_property
    def slow(self) -> list[Row]:
        """Not stuck, but at their node longer than 95 % of the stays that are known."""
        usuals = usual_stays(self.workflow.id) if self.is_running else {}
        if not usuals:
            return []
        is_slow = Q(pk__in=[])
        for node_id, found in usuals.items():
            is_slow |= Q(node_id=node_id, since__lt=self.now - found.at_most)
        slow = self._here.filter(is_slow, kind__in=(Kind.WAITING, Kind.MOVING)).exclude(self._late)
        return [
            Row(row.digest, row.standing, usuals[row.digest.node_id])
            for row in self._rows(slow.order_by("since", "lead_id"))
        ]

    def _rows(self, digests: QuerySet[Digest], skip: int = 0) -> list[Row]:
        shown = digests.defer("path", "dial_times")[skip : skip + self._most]
        return [Row(digest, self._standing(digest)) for digest in shown]

    def _standing(self, digest: Digest) -> Standing:
        return standing(digest.timeline(), now=self.now, workflow_status=self.workflow.status, limits=self._limits)


def usual_stays(workflow_id: str) -> dict[str, Usual]:
    """What is usual at each node by the latest readings; worked out anew every five minutes."""
    key = f"usual-stays:{workflow_id}"
    kept: list[tuple[str, int, float]] | None = cache.get(key)
    if kept is None:
        found = usual(_paths(workflow_id))
        kept = [(node_id, stays.stays, stays.at_most.total_seconds()) for node_id, stays in found.items()]
        cache.set(key, kept, USUAL_FOR)
    return {node_id: Usual(stays, timedelta(seconds=seconds)) for node_id, stays, seconds in kept}


def _paths(workflow_id: str) -> Iterable[Iterable[Step]]:
    latest = Digest.objects.filter(workflow_id=workflow_id).order_by("-read_at")
    for path in latest.values_list("path", flat=True)[:USUAL_OF]:
        yield map(Step.of, path)
