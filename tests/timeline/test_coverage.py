"""Counting the ways that leads take."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.coverage import EXAMPLES, Coverage, Walk, cover
from dashboard.timeline.model import Edge, Graph, Node
from tests.timeline.walks import graph, graphs, step, walk, walks


def counts(found: Coverage) -> dict[str, int]:
    return {edge.source.id + edge.target.id: edge.count for edge in found.edges}


def test_each_move_from_one_step_to_the_next_counts() -> None:
    """With the exits of its node, its leads, and the visit that was left."""
    found = cover([walk("lead_1", "abab"), walk("lead_2", "ac")], graph("ab", "ba", "ac", "cd"))

    assert counts(found) == {"ab": 2, "ac": 1, "ba": 1, "cd": 0}
    ab = next(edge for edge in found.edges if edge.count == 2)
    assert (ab.exits, ab.leads) == (3, 1)
    assert [(example.lead_id, example.position) for example in ab.examples] == [("lead_1", 1)]
    assert (found.taken_count, found.defined_count) == (3, 4)
    assert [edge.target.id for edge in found.never] == ["d"]
    assert [use.node.id for use in found.unvisited] == ["d"]


def test_a_way_that_the_graph_does_not_have_stands_out() -> None:
    """Also to a step that is no longer in it."""
    found = cover([walk("lead_1", "abx")], graph("ab", "bc"))

    assert [(edge.source.id, edge.target.id) for edge in found.unexpected] == [("b", "x")]
    assert [use.node.id for use in found.nodes if not use.is_defined] == ["x"]


def test_without_a_graph_every_way_is_one_that_was_seen() -> None:
    """So nothing is missing, and nothing is unexpected."""
    found = cover([walk("lead_1", "abc")], Graph())

    assert not found.has_graph
    assert counts(found) == {"ab": 1, "bc": 1}
    assert (found.never, found.unexpected, found.unvisited) == ((), (), ())


def test_edges_with_the_same_ends_are_one_with_both_names() -> None:
    """A path does not tell which of the two was taken."""
    two = Graph((Node("a", "TIME", "A"),), (Edge("a", "b", "DNP"), Edge("a", "b", "FAILED"), Edge("a", "c")))

    found = cover([walk("lead_1", "ab")], two)

    assert [(edge.labels, edge.count) for edge in found.edges] == [(("DNP", "FAILED"), 1), ((), 0)]
    assert found.edges[0].target == Node("b", label="b")


def test_nodes_say_how_long_how_often_and_who_is_there() -> None:
    """Stays that go on have no length; a lead that comes again is a revisit."""
    lengths = [replace(step("a"), seconds=seconds) for seconds in (10.0, 20.0, 30.0, None)]
    leads = [
        Walk("lead_1", "active", [*lengths[:3], step("a", status="failed", seconds=1000.0)]),
        Walk("lead_2", "active", [lengths[3]], here="a", is_overdue=True),
    ]

    use = cover(leads, Graph()).nodes[0]

    assert (use.visits, use.leads, use.revisits, use.failures, use.stays) == (5, 2, 3, 1, 4)
    assert [length.total_seconds() for length in (use.median, use.p95, use.longest) if length] == [20, 1000, 1000]
    assert (use.here, use.overdue) == (1, 1)


def test_steps_without_a_node_make_no_edge() -> None:
    """They are said to be gaps instead."""
    found = cover([Walk("lead_1", "active", [step("a"), step(""), step("b")])], graph("ab"))

    assert counts(found) == {"ab": 0}
    assert (found.gaps, found.visits) == (2, 3)
    assert "" not in {use.node.id for use in found.nodes}


def test_numbers_are_said_honestly() -> None:
    """Never comes with what is still plausible, a share with its interval, a step never left with neither."""
    leads = [walk(f"lead_{number:03}", "ab") for number in range(200)]

    said = {edge.source.id + edge.target.id: edge.numbers for edge in cover(leads, graph("ab", "ac", "cd")).edges}

    assert said["ac"] == "never in n = 200 (at most 1.8 %)"
    assert said["ab"] == "200 of 200, 100 % (98.2 % to 100 %)"
    assert said["cd"] == "never: no lead has left this step"


@given(walks, graphs)
def test_counts_add_up(leads: list[Walk], given_graph: Graph) -> None:
    """Each pair of neighbouring visits is in one edge or is a gap; exits are the sum over a node's edges."""
    found = cover(leads, given_graph)

    moves = sum(max(0, len(one.path) - 1) for one in leads)
    assert sum(edge.count for edge in found.edges) + found.gaps == moves
    assert found.visits == sum(len(one.path) for one in leads)
    for edge in found.edges:
        assert edge.exits == sum(other.count for other in found.edges if other.source == edge.source)
        assert len(edge.examples) == min(edge.leads, EXAMPLES)
        assert edge.leads <= edge.count
        assert edge.is_defined or edge.count
        assert edge.share is None or edge.share.low <= edge.share.value <= edge.share.high
    for use in found.nodes:
        assert use.overdue <= use.here
        assert use.leads <= use.visits or use.leads == use.visits == 0
        assert (use.median or timedelta(0)) <= (use.p95 or timedelta(0)) <= (use.longest or timedelta(0))


@given(walks, graphs)
def test_every_example_shows_its_edge(leads: list[Walk], given_graph: Graph) -> None:
    """The visit named is at the edge's source, and the next one at its target."""
    paths = {one.lead_id: one.path for one in leads}

    for edge in cover(leads, given_graph).edges:
        for example in edge.examples:
            left, entered = paths[example.lead_id][example.position - 1 : example.position + 1]
            assert (left.node_id, entered.node_id) == (edge.source.id, edge.target.id)


@given(walks, graphs, st.randoms())
def test_order_of_leads_changes_nothing(leads: list[Walk], given_graph: Graph, dice) -> None:
    """The same leads, the same answer."""
    shuffled = leads[:]
    dice.shuffle(shuffled)

    assert cover(shuffled, given_graph) == cover(leads, given_graph)


@given(walks, graphs)
def test_every_edge_and_node_of_the_graph_is_there(leads: list[Walk], given_graph: Graph) -> None:
    """Taken or not, visited or not, each once."""
    found = cover(leads, given_graph)

    ends = [(edge.source.id, edge.target.id) for edge in found.edges]
    assert len(set(ends)) == len(ends)
    assert {(edge.source, edge.target) for edge in given_graph.edges} <= set(ends)
    assert {node.id for node in given_graph.nodes} <= {use.node.id for use in found.nodes}
