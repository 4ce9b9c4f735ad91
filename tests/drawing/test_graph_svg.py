"""The graph as a picture: where its boxes stand, and what stands out in it."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import graph_svg
from dashboard.drawing.ranks import ranked
from dashboard.timeline.coverage import Walk, cover
from dashboard.timeline.model import Edge, Graph, Node
from tests.timeline.walks import graph, graphs, walk, walks

NODES = "abcdefgh"
some_edges = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=20)


@given(some_edges)
def test_boxes_and_lines_of_a_rank_do_not_overlap(edges: list[tuple[str, str]]) -> None:
    """Each box and each line that passes by has its own room, and none lies left of the picture."""
    laid = ranked(NODES, edges, box=100, line=10)

    for row in laid.ranks:
        for one, other in pairwise(row):
            room = sum((100 if len(spot) == 1 else 10) / 2 for spot in (one, other))
            assert laid.x[other] - laid.x[one] >= room - 1e-6
    assert all(x >= (50 if len(spot) == 1 else 5) - 1e-6 for spot, x in laid.x.items())
    assert sorted(spot[0] for row in laid.ranks for spot in row if len(spot) == 1) == list(NODES)


@given(some_edges)
def test_every_edge_has_its_way_through_neighbouring_ranks(edges: list[tuple[str, str]]) -> None:
    """From its source to its target, one rank at a time, all down or all up."""
    laid = ranked(NODES, edges, box=100, line=10)

    level = {spot: at for at, row in enumerate(laid.ranks) for spot in row}
    assert set(laid.routes) == {ends for ends in edges if ends[0] != ends[1]}
    for (source, target), route in laid.routes.items():
        assert (route[0], route[-1]) == ((source,), (target,))
        assert {level[after] - level[before] for before, after in pairwise(route)} in ({1}, {-1})


@given(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda ends: ends[0] < ends[1])))
def test_without_a_loop_everything_runs_downwards(edges: list[tuple[str, str]]) -> None:
    """Nothing is turned around without need."""
    laid = ranked(NODES, edges, box=100, line=10)

    level = {spot: at for at, row in enumerate(laid.ranks) for spot in row}
    assert all(level[route[0]] < level[route[-1]] for route in laid.routes.values())


@given(walks, graphs)
def test_picture_is_whole_and_well_formed(leads: list[Walk], given_graph: Graph) -> None:
    """A box for each node and a line for each way, whatever leads did."""
    found = cover(leads, given_graph)

    root = ET.fromstring(graph_svg.draw(found))  # noqa: S314  (our own)

    names = [element.get("class", "").split(" ")[0] for element in root.iter()]
    assert names.count("step") == len(found.nodes)
    assert names.count("way") == sum(edge.source.id != edge.target.id for edge in found.edges)


def test_never_and_unexpected_ways_have_a_sign_and_a_class() -> None:
    """Colour is not the only sign; a way back to the same step is told in its box."""
    svg = graph_svg.draw(cover([walk("lead_1", "abbx")], graph("ab", "bc", "bb")))

    ways = dict(re.findall(r'way-(\w+)"><title>([^<:]*)', svg))
    assert ways == {"taken": "a → b", "never": "b → c", "unexpected": "b → X"}
    assert "∅</text>" in svg
    assert "! 50 %</text>" in svg
    assert "2 visits · ↻ 1" in svg
    assert "∅ never visited" in svg


def test_labels_are_text() -> None:
    """No markup, no hidden character, no number of a person."""
    odd = "<b>x</b> \u202e +919812345678"
    nodes = (Node("a", "TIME", odd), Node("b", "TIME", odd))

    svg = graph_svg.draw(cover([], Graph(nodes, (Edge("a", "b", odd),))))

    assert "<b>" not in svg
    assert "\u202e" not in svg
    assert "9812345678" not in svg
