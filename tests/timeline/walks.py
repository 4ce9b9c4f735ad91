"""Walks for tests: a path by its node ids, or any path at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from dashboard.timeline.coverage import Walk
from dashboard.timeline.digest import Step
from dashboard.timeline.model import Edge, Graph, Node

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def step(node_id: str, at: int = 0, seconds: float | None = 60.0, status: str = "completed") -> Step:
    return Step(node_id, "VOICE_CALL", node_id.title(), status, "", START + timedelta(minutes=at), seconds)


def walk(lead_id: str, path: str, outcome: str = "completed") -> Walk:
    """A minute at each letter of the path."""
    return Walk(lead_id, outcome, [step(node_id, at) for at, node_id in enumerate(path)])


def graph(*edges: str) -> Graph:
    """graph("ab", "bc")"""
    ends = dict.fromkeys("".join(edges))
    return Graph(tuple(Node(end, "TIME", end) for end in ends), tuple(Edge(*edge) for edge in edges))


steps = st.builds(
    Step,
    st.sampled_from(["a", "b", "c", "d", ""]),
    st.sampled_from(["VOICE_CALL", "TIME"]),
    st.sampled_from(["Call", "Wait", ""]),
    st.sampled_from(["completed", "failed", "waiting", "odd"]),
    st.just(""),
    st.none() | st.integers(0, 10_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.none() | st.floats(0, 1e6),
)
outcomes = st.sampled_from(["completed", "dropped", "active", "unknown"])
here = st.sampled_from(["", "a", "b"])
walks = st.lists(st.tuples(outcomes, st.lists(steps, max_size=8), here, st.booleans()), max_size=12).map(
    lambda drawn: [Walk(f"lead_{number:02}", *parts) for number, parts in enumerate(drawn)]
)
graphs = st.sets(st.text("abcde", min_size=2, max_size=2), max_size=8).map(lambda edges: graph(*sorted(edges)))
