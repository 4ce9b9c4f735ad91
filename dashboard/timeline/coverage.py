"""Which ways through a workflow its leads really take: edges, nodes and what is never reached, over many paths. Pure.

Nothing here depends on the order in which the paths come.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from dashboard.timeline.board import percentile
from dashboard.timeline.digest import Step
from dashboard.timeline.model import Graph, Node
from dashboard.timeline.shares import Share, share
from dashboard.timeline.status import FAMILY_OF, Family
from dashboard.timeline.words import percent

EXAMPLES = 5
Ends = tuple[str, str]  # source and target


@dataclass(frozen=True, slots=True)
class Walk:
    """One lead's path, and where it stands: `here` is the node of a lead that is not over, else ""."""

    lead_id: str
    outcome: str  # the lead's status
    path: Sequence[Step]
    here: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A lead that took an edge, and the visit that it left by it."""

    lead_id: str
    position: int


@dataclass(frozen=True, slots=True)
class EdgeUse:
    """How often one way from a node to another was taken. exits: how often that node was left at all."""

    source: Node
    target: Node
    labels: tuple[str, ...]  # its exits by name: two edges with the same ends can't be told apart in a path
    is_defined: bool
    is_unexpected: bool  # taken, though the graph has no such way: perhaps it was edited meanwhile
    count: int
    leads: int
    exits: int
    examples: tuple[Example, ...]

    @property
    def share(self) -> Share | None:
        """Of the node's exits; None: it was never left."""
        return share(self.count, self.exits)

    @property
    def is_never(self) -> bool:
        return not self.count

    @property
    def numbers(self) -> str:
        """ "5 of 9, 56 % (27 % to 81 %)", "never in n = 200 (at most 1.8 %)" """
        share = self.share
        if share is None:
            return "never: no lead has left this step"
        if self.is_never:
            return f"never in n = {share.of:,} (at most {percent(share.high)})"
        return (
            f"{share.count:,} of {share.of:,}, {percent(share.value)} ({percent(share.low)} to {percent(share.high)})"
        )


@dataclass(frozen=True, slots=True)
class NodeUse:
    """What happened at one node. Lengths are of the stays that are over: of `stays` of them."""

    node: Node
    is_defined: bool
    visits: int
    leads: int
    failures: int
    stays: int
    median: timedelta | None
    p95: timedelta | None
    longest: timedelta | None
    here: int  # leads that are there now
    overdue: int  # and those of them that should not be

    @property
    def revisits(self) -> int:
        """Visits by leads that had been there before."""
        return self.visits - self.leads


@dataclass(frozen=True, slots=True)
class Coverage:
    """What so many leads did. has_graph: whether anybody says what ways there are; else each is one that was seen."""

    leads: int
    moved: int  # of them, those with a step at all
    visits: int
    gaps: int  # moves from or to a step whose node the record does not name: no edge can be told
    has_graph: bool
    edges: tuple[EdgeUse, ...]
    nodes: tuple[NodeUse, ...]

    @property
    def never(self) -> tuple[EdgeUse, ...]:
        return tuple(edge for edge in self.edges if edge.is_never)

    @property
    def unexpected(self) -> tuple[EdgeUse, ...]:
        return tuple(edge for edge in self.edges if edge.is_unexpected)

    @property
    def unvisited(self) -> tuple[NodeUse, ...]:
        return tuple(node for node in self.nodes if not node.visits)

    @property
    def defined_count(self) -> int:
        return sum(edge.is_defined for edge in self.edges)

    @property
    def taken_count(self) -> int:
        """Of those that are defined."""
        return sum(edge.is_defined and edge.count > 0 for edge in self.edges)


@dataclass(slots=True)
class _Way:
    count: int = 0
    leads: set[str] = field(default_factory=set)
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    visits: int = 0
    failures: int = 0
    leads: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    names: Counter[tuple[str, str]] = field(default_factory=Counter)  # type and label


def cover(walks: Iterable[Walk], graph: Graph) -> Coverage:
    """What these leads did, against what the graph says; a graph without edges says nothing."""
    ordered = sorted(walks, key=lambda walk: walk.lead_id)
    places: defaultdict[str, _Place] = defaultdict(_Place)
    ways: defaultdict[Ends, _Way] = defaultdict(_Way)
    gaps = 0
    for walk in ordered:
        for step in walk.path:
            _note(places[step.node_id], step, walk.lead_id)
        for position, (step, after) in enumerate(pairwise(walk.path), start=1):
            if step.node_id and after.node_id:
                _take(ways[step.node_id, after.node_id], walk.lead_id, position)
            else:
                gaps += 1
    here = Counter(walk.here for walk in ordered if walk.here)
    overdue = Counter(walk.here for walk in ordered if walk.here and walk.is_overdue)
    visits = sum(place.visits for place in places.values())
    places.pop("", None)
    defined = _named(graph)
    nodes = {**{node_id: _seen(node_id, place) for node_id, place in sorted(places.items())}, **defined}
    edges = _edges(ways, graph, nodes)
    begins = Counter(walk.path[0].node_id for walk in ordered if walk.path)
    order = _order(edges, nodes, begins)
    return Coverage(
        leads=len(ordered),
        moved=sum(bool(walk.path) for walk in ordered),
        visits=visits,
        gaps=gaps,
        has_graph=bool(graph.edges),
        edges=tuple(sorted(edges, key=lambda edge: (order[edge.source.id], -edge.count, order[edge.target.id]))),
        nodes=tuple(
            _node(nodes[node_id], node_id in defined, places[node_id], here[node_id], overdue[node_id])
            for node_id in order
        ),
    )


def _note(place: _Place, step: Step, lead_id: str) -> None:
    place.visits += 1
    place.leads.add(lead_id)
    place.names[step.type, step.label] += 1
    if step.seconds is not None:
        place.seconds.append(step.seconds)
    if FAMILY_OF.get(step.status) is Family.FAILED:
        place.failures += 1


def _take(way: _Way, lead_id: str, position: int) -> None:
    way.count += 1
    if lead_id not in way.leads:
        way.leads.add(lead_id)
        if len(way.examples) < EXAMPLES:
            way.examples.append(Example(lead_id, position))


def _seen(node_id: str, place: _Place) -> Node:
    """A node by what its visits call it most often."""
    type_, label = min(place.names, key=lambda name: (-place.names[name], name))
    return Node(node_id, type_, label or node_id)


def _named(graph: Graph) -> dict[str, Node]:
    """The graph's nodes, and those that only its edges name."""
    ends = {end: Node(end, label=end) for edge in graph.edges for end in (edge.source, edge.target)}
    return {**ends, **{node.id: node for node in graph.nodes}}


def _edges(ways: Mapping[Ends, _Way], graph: Graph, nodes: dict[str, Node]) -> list[EdgeUse]:
    labels: defaultdict[Ends, dict[str, None]] = defaultdict(dict)
    for edge in graph.edges:
        labels[edge.source, edge.target].update({edge.label: None} if edge.label else {})
    exits: Counter[str] = Counter()
    for (source, _), way in ways.items():
        exits[source] += way.count
    nothing = _Way()
    return [
        EdgeUse(
            source=nodes[source],
            target=nodes[target],
            labels=tuple(labels.get((source, target), ())),
            is_defined=(source, target) in labels,
            is_unexpected=bool(labels) and (source, target) not in labels,
            count=way.count,
            leads=len(way.leads),
            exits=exits[source],
            examples=tuple(way.examples),
        )
        for source, target in dict.fromkeys([*labels, *sorted(ways)])
        for way in [ways.get((source, target), nothing)]
    ]


def _order(edges: Sequence[EdgeUse], nodes: dict[str, Node], begins: Counter[str]) -> dict[str, int]:
    """Node ids as a person would read them: from where most leads begin, along the edges, breadth first."""
    after: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges:
        after[edge.source.id].append(edge.target.id)
    entered = {edge.target.id for edge in edges}
    starts = sorted(nodes, key=lambda node_id: (-begins[node_id], node_id in entered))
    order: dict[str, int] = {}
    for start in starts:
        queue = deque([start])
        while queue:
            node_id = queue.popleft()
            if node_id not in order:
                order[node_id] = len(order)
                queue.extend(after[node_id])
    return order


def _node(node: Node, is_defined: bool, place: _Place, here: int, overdue: int) -> NodeUse:
    lengths = [timedelta(seconds=percentile(place.seconds, part)) if place.seconds else None for part in (0.5, 0.95, 1)]
    return NodeUse(
        node=node,
        is_defined=is_defined,
        visits=place.visits,
        leads=len(place.leads),
        failures=place.failures,
        stays=len(place.seconds),
        median=lengths[0],
        p95=lengths[1],
        longest=lengths[2],
        here=here,
        overdue=overdue,
    )
