"""Generated leads: as long as their name says, always the same, and with calls that can be opened."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dashboard.demo import scale
from dashboard.demo.graphs import GRAPH_A, SCALE
from dashboard.demo.moments import NOW
from dashboard.demo.server import DemoServer
from dashboard.dialnexa.client import Client
from dashboard.dialnexa.errors import NotFoundError
from tests.demo.conftest import call_ids, entered, history, record, rows, steps_taken


@pytest.mark.parametrize("count", [0, 1, 50, 501])
def test_generated_history_has_as_many_visits_as_its_name_says(demo: DemoServer, count: int) -> None:
    """Calls and waits in turn, without a gap, up to now; every call can be opened."""
    path = rows(history(demo, SCALE, f"lead_visits_{count}"))

    assert len(path) == count
    assert all(earlier["ended_at"] == later["started_at"] for earlier, later in pairwise(path))
    assert {row["node_type"] for row in path[::2]} <= {"VOICE_CALL"}
    for call_id in call_ids(path)[::50]:
        assert record(demo, call_id)["id"] == call_id


def test_longest_generated_history_fits_the_clients_cap(client: Client) -> None:
    """50,000 visits are one body that the dashboard takes; one more is not to be had."""
    timeline = client.lead_history(SCALE, f"lead_visits_{scale.MOST_VISITS}")

    assert len(timeline.visits) == scale.MOST_VISITS
    with pytest.raises(NotFoundError):
        client.lead_history(SCALE, f"lead_visits_{scale.MOST_VISITS + 1}")


def test_generated_walks_follow_the_graph_and_repeat(demo: DemoServer) -> None:
    """The same number gives the same short walk, along edges that exist, with calls that can be opened."""
    edges = {(source, target) for source, target, _ in GRAPH_A.edges}

    for number in range(1, 40):
        body = history(demo, SCALE, scale.scan_id(number))
        path = rows(body)
        assert set(steps_taken(path)) <= edges
        assert path[0]["node_id"] == "a_call1"
        assert all(entered(row) <= NOW for row in path)
        assert history(demo, SCALE, scale.scan_id(number)) == body
        assert {record(demo, call_id)["id"] for call_id in call_ids(path)} == set(call_ids(path))
