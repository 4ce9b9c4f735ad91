"""A workflow's graph from the bodies of two endpoints: the whole of it, or none."""

from __future__ import annotations

import pytest

from dashboard.dialnexa import parse
from dashboard.dialnexa.errors import UnreadableError
from dashboard.timeline.model import UNKNOWN_TYPE, Edge, Graph, Node

NODES = [{"id": "a", "node_type": "VOICE_CALL", "label": "Call"}, {"nodeId": 7, "type": "ivr menu!", "name": "Menu"}]
EDGES = [{"from_node_id": "a", "to_node_id": 7, "label": "DNP"}, {"source": "b", "target": "a"}]
GRAPH = Graph((Node("a", "VOICE_CALL", "Call"), Node("7", "IVR_MENU", "Menu")), (Edge("a", "7", "DNP"), Edge("b", "a")))


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [
        (NODES, EDGES),
        ({"data": NODES}, {"data": {"data": EDGES}}),
        ({"nodes": NODES}, {"edges": EDGES}),
        ({"data": {"workflow": {"nodes": NODES}}}, {"data": {"workflow": {"edges": EDGES}}}),
        ({"data": NODES, "total": 2, "totalPages": 1}, {"data": EDGES, "total": 2, "totalPages": 1}),
    ],
)
def test_graph_is_read_in_every_form(nodes: object, edges: object) -> None:
    """Bare or wrapped, with each spelling of ids and ends."""
    assert parse.graph(nodes, edges) == GRAPH


@pytest.mark.parametrize("pages", [{"totalPages": 2}, {"total": 3}])
@pytest.mark.parametrize("which", ["nodes", "edges"])
def test_part_of_a_graph_is_none(which: str, pages: dict[str, int]) -> None:
    """What is never taken can only be told by the whole."""
    bodies = {"nodes": {"data": NODES}, "edges": {"data": EDGES}}
    bodies[which] = {**bodies[which], **pages}  # type: ignore[dict-item]

    with pytest.raises(UnreadableError, match=rf"^The answer holds only a part of the workflow's {which}\.$"):
        parse.graph(bodies["nodes"], bodies["edges"])


@pytest.mark.parametrize(("nodes", "edges"), [([*NODES, "broken"], EDGES), (NODES, [None, *EDGES])])
def test_graph_with_a_broken_row_is_none(nodes: object, edges: object) -> None:
    """A way that could not be read may be the one."""
    with pytest.raises(UnreadableError, match=r"^The workflow's graph in the answer could not be read\.$"):
        parse.graph(nodes, edges)


@pytest.mark.parametrize(("nodes", "edges", "name"), [("none", EDGES, "nodes"), (NODES, 7, "edges")])
def test_answer_without_a_list_is_unreadable(nodes: object, edges: object, name: str) -> None:
    """It says which of the two."""
    with pytest.raises(UnreadableError, match=name):
        parse.graph(nodes, edges)


def test_rows_without_id_or_ends_are_left_out() -> None:
    """A node without a name is named by its id, one without a type is unknown; the first of two alike holds."""
    nodes = [{"label": "No id"}, {"id": "a", "node_type": "-"}, {"id": "a", "label": "Again"}]
    edges = [{"from": "a"}, {"to": "a"}, {"from": "a", "to": "a", "label": " "}]

    assert parse.graph(nodes, edges) == Graph((Node("a", UNKNOWN_TYPE, "a"),), (Edge("a", "a"),))
