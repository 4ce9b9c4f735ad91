"""A small language for a lead's path: steps with lengths, laid end to end from a first moment.

What lies after the demo's present has not happened yet: a step that has not ended is open, a later one is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dashboard.demo.graphs import Graph, Node
from dashboard.demo.moments import Anchor

MINUTE, HOUR = 60.0, 3600.0
DAY = 24 * HOUR


class Step(NamedTuple):
    node: str
    seconds: float | None  # None: open, however late it gets
    status: str = "completed"
    call_id: str | None = None
    due: float | None = None  # seconds from entering to the planned release
    is_ahead: bool = False  # the plan always lies after the demo's start
    extra: dict[str, Any] = {}  # further keys of upstream's row


def call(node: str, seconds: float | None, call_id: str, status: str = "completed") -> Step:
    return Step(node, seconds, status, call_id)


def does(node: str, seconds: float = 1, status: str = "completed", **extra: Any) -> Step:
    """A branch, a message, an end, or a wait that is over."""
    return Step(node, seconds, status, extra=extra)


def waits(node: str, due: float | None = None, *, is_ahead: bool = False) -> Step:
    """A wait that is still open, with its planned release when upstream tells it."""
    return Step(node, None, "waiting", due=due, is_ahead=is_ahead)


@dataclass(frozen=True, slots=True)
class Lead:
    id: str
    workflow_id: str
    shape: str  # H1 to H5; see shapes.py
    name: str
    phone: str
    status: str  # in this lead's own spelling
    starts: datetime
    steps: Sequence[Step] = ()
    variables: dict[str, Any] = field(default_factory=dict)
    is_live: bool = False  # moves with the demo's start to the second
    final_status: str | None = None  # once every step has ended


@dataclass(frozen=True, slots=True)
class Visit:
    """One laid step, in the demo's time."""

    node_id: str
    node: Node
    status: str
    start: datetime
    end: datetime | None
    due: datetime | None = None
    call_id: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def lay(lead: Lead, graph: Graph, anchor: Anchor, now: datetime) -> list[Visit]:
    """The lead's visits as they stand at ``now``."""
    visits = []
    at = anchor.moved(lead.starts, live=lead.is_live)
    for step in lead.steps:
        if at > now:
            break
        end = at + timedelta(seconds=step.seconds) if step.seconds is not None else None
        is_open = end is not None and end > now
        due = at + timedelta(seconds=step.due) if step.due is not None else None
        visits.append(
            Visit(
                node_id=step.node,
                node=graph.node(step.node),
                status="in_progress" if is_open else step.status,
                start=at,
                end=None if is_open else end,
                due=anchor.ahead(due) if due and step.is_ahead else due,
                call_id=step.call_id,
                extra=step.extra,
            )
        )
        if end is None:
            break
        at = end
    return visits


def status_of(lead: Lead, visits: Sequence[Visit]) -> str:
    """The lead's status word: its own, or its final one when its whole path lies behind it."""
    is_over = len(visits) == len(lead.steps) and bool(visits) and visits[-1].end is not None
    return lead.final_status if lead.final_status and is_over else lead.status
