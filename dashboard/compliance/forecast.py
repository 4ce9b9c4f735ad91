"""The next dial of a waiting lead: when it comes, how sure that is, and what the rules would say of it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from dashboard.compliance.case import AHEAD, Case
from dashboard.compliance.packs import Pack
from dashboard.compliance.rules import judge
from dashboard.compliance.verdict import Result, Verdict
from dashboard.timeline.digest import Step
from dashboard.timeline.model import VOICE_CALL, Timeline, Visit
from dashboard.timeline.standing import Kind, Standing, is_wait

Successors = Mapping[str, Mapping[str, int]]  # by node id: how often a step of which type came next


@dataclass(frozen=True, slots=True)
class Forecast:
    """verdicts: those that the dial would make worse, or add to; its position is 0. why: what makes it (un)certain."""

    at: datetime
    is_certain: bool
    why: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


def forecast(
    case: Case, chosen: Sequence[Pack], *, now: datetime, standing: Standing, successors: Successors | None = None
) -> Forecast | None:
    """None: the lead does not wait, its release is not known, or nothing says that a call comes next."""
    visit = case.timeline.visit(standing.position or 0)
    if visit is None or visit.due_at is None or standing.kind is Kind.FINAL or not (visit.is_open and is_wait(visit)):
        return None
    next_call = _next_call(case.timeline, visit, successors or {})
    if next_call is None:
        return None
    is_sure, way = next_call
    held = [f"{standing.sentence} The dial comes later, if it comes."] if standing.kind is Kind.HELD else []
    late = ["The planned release is over, and the dial may come any minute."] if visit.due_at < now and not held else []
    at = max(visit.due_at, now)
    return Forecast(at, is_sure and not held and not late, (way, *held, *late), _made_worse(case, chosen, at))


def successors(paths: Iterable[Iterable[Step]]) -> dict[str, dict[str, int]]:
    """What came next at each node, over digests' paths."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path in paths:
        for step, after in pairwise(path):
            if step.node_id:
                found[step.node_id][after.type] += 1
    return {node_id: dict(types) for node_id, types in found.items()}


def _next_call(timeline: Timeline, visit: Visit, observed: Successors) -> tuple[bool, str] | None:
    """Whether a call is sure to come next, and how that is known; None: nothing says so."""
    types = {node.id: node.type for node in timeline.nodes}
    ways = [types.get(edge.target) for edge in timeline.edges if edge.source == visit.node_id]
    if ways:
        if VOICE_CALL not in ways:
            return None
        if len(set(ways)) == 1:
            return True, "By the workflow’s graph a call comes next."
        return False, f"By the workflow’s graph a call is one of {len(ways)} ways on."
    own = (after.type for one, after in pairwise(timeline.visits) if visit.node_id and one.node_id == visit.node_id)
    counts = Counter(observed.get(visit.node_id or "") or own)
    if not counts[VOICE_CALL]:
        return None
    seen = f"a call came next {counts[VOICE_CALL]:,} of {counts.total():,} times"
    return False, f"Inferred from paths so far: at this step {seen}."


def _made_worse(case: Case, chosen: Sequence[Pack], at: datetime) -> tuple[Verdict, ...]:
    today = [verdict.result.rank for verdict in judge(case, chosen)]
    then = judge(case.with_dial(at), chosen)
    return tuple(
        verdict
        for verdict, rank in zip(then, today, strict=True)
        if verdict.result.rank > rank or (AHEAD in verdict.positions and verdict.result is not Result.CLEAR)
    )
