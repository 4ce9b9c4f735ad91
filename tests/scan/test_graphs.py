"""Where a workflow's graph comes from, and how long what was told is believed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from dashboard.models import Graph
from dashboard.scan import orders, turn
from dashboard.scan.digests import keep
from dashboard.timeline import model
from dashboard.timeline.model import Edge, Lead, Node, Timeline
from tests.scan.many import WORKFLOW, Many
from tests.strategies import NOW

pytestmark = pytest.mark.django_db
NODES, EDGES = f"/v1/workflows/{WORKFLOW}/nodes", f"/v1/workflows/{WORKFLOW}/edges"
NODE_ROWS = [{"id": "a", "node_type": "VOICE_CALL", "label": "Call"}, {"id": "b", "node_type": "TIME", "label": "Wait"}]
EDGE_ROWS = [{"id": "e1", "from_node_id": "a", "to_node_id": "b", "label": "DNP"}]
GRAPH = model.Graph((Node("a", "VOICE_CALL", "Call"), Node("b", "TIME", "Wait")), (Edge("a", "b", "DNP"),))


def run() -> None:
    scan = orders.start(WORKFLOW, is_told=False)
    turn.work(scan.pk)
    scan.refresh_from_db()
    assert scan.state == "done"


def timeline(lead_id: str, **more: Any) -> Timeline:
    return Timeline(WORKFLOW, Lead(lead_id, status="active"), **more)


def asked(many: Many) -> int:
    return many.stub.seen.count(NODES) + many.stub.seen.count(EDGES)


def test_scan_asks_the_endpoints_once_a_day(many: Many) -> None:
    """Two requests beside the list."""
    many.has(1)
    many.stub.answer(NODES, {"data": NODE_ROWS})
    many.stub.answer(EDGES, {"data": {"data": EDGE_ROWS}})

    run()
    run()

    kept = Graph.objects.get()
    assert (kept.graph(), kept.source) == (GRAPH, "endpoints")
    assert asked(many) == 2


def test_missing_endpoints_are_remembered_for_a_day(many: Many) -> None:
    """Also by a worker that starts anew."""
    many.has(1)

    run()
    run()
    first = asked(many)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        run()

    assert (first, asked(many)) == (1, 2)
    assert Graph.objects.get().source == "absent"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"data": NODE_ROWS, "meta": {"page": 1, "limit": 2, "total": 9}}, id="a part of it"),
        pytest.param({"data": [*NODE_ROWS, "x"]}, id="an entry that is none"),
        pytest.param({"data": "none"}, id="no list"),
        pytest.param(b"<html>", id="no JSON"),
    ],
)
def test_graph_that_is_not_whole_is_not_kept(many: Many, body: Any) -> None:
    """Half a graph would call what is defined unexpected; the scan goes on without."""
    many.has(1)
    many.stub.answer(NODES, body)
    many.stub.answer(EDGES, {"data": EDGE_ROWS})

    run()

    assert not Graph.objects.exists()


def test_failing_endpoints_cost_the_scan_nothing(many: Many) -> None:
    """Neither a refusal nor a fault of theirs."""
    many.has(2)
    many.stub.answer(NODES, {"statusCode": 500}, status=500)

    run()

    assert not Graph.objects.exists()


def test_graph_told_with_a_history_is_kept_and_the_endpoints_left_alone(many: Many) -> None:
    """The latest reading that carries one counts; those without one take nothing away."""
    many.has(1)
    old = (Edge("a", "c"),)
    keep(
        WORKFLOW,
        [
            (timeline("lead_001", nodes=GRAPH.nodes, edges=GRAPH.edges), NOW),
            (timeline("lead_002", nodes=(), edges=old), NOW - timedelta(days=1)),
            (timeline("lead_003"), NOW + timedelta(days=1)),
        ],
    )
    keep(WORKFLOW, [(timeline("lead_004", edges=old), NOW - timedelta(hours=1))])

    run()

    kept = Graph.objects.get()
    assert (kept.graph(), kept.source, kept.read_at) == (GRAPH, "history", NOW)
    assert asked(many) == 0


def test_history_is_believed_before_the_endpoints(many: Many) -> None:
    """What they told makes way for it, and so does that they told nothing."""
    many.has(1)
    run()

    keep(WORKFLOW, [(timeline("lead_001", nodes=GRAPH.nodes, edges=GRAPH.edges), timezone.now())])

    assert Graph.objects.get().source == "history"
