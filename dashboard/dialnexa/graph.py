"""The workflow's graph as far as a history brings it along: nodes, edges, and how long a wait is set to hold.

Optional at upstream; what is missing or broken here costs a label, never a visit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from dashboard.dialnexa import envelope
from dashboard.dialnexa.errors import UnreadableError
from dashboard.dialnexa.fields import Doubts, Row, first, number, plain, text
from dashboard.timeline import model
from dashboard.timeline.model import UNKNOWN_TYPE, Edge, Node

NODES = ("all_nodes", "allNodes", "nodes")
EDGES = ("all_edges", "allEdges", "edges")
NODE_ID = ("id", "node_id", "nodeId")
NODE_TYPE = ("node_type", "nodeType", "type")
NODE_LABEL = ("label", "node_label", "nodeLabel", "name")
SOURCE = ("from_node_id", "from_node", "from", "source")
TARGET = ("to_node_id", "to_node", "to", "target")
EDGE_LABEL = ("label",)

# Waits: a length in hours, or a value beside its unit. Those that hang on a call's analysis can't be worked out here.
HOURS = ("config.delay_hours",)
LENGTH = ("config.duration", "config.duration_value")
UNIT = ("config.unit", "config.duration_unit")
FROM_CALL = ("config.pca_field", "config.postcall_analysis_field")
TIME_SOURCE = ("config.time_source",)
UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
MOST = 100_000  # of any unit; above it is no setting anybody made

_NOT_TYPE = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: Mapping[str, Node] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    holds: Mapping[str, timedelta] = field(default_factory=dict)  # node id -> length of its wait, in today's settings
    # Of the edges between two nodes, if it is one.
    labels: Mapping[tuple[str, str], str | None] = field(default_factory=dict)


def read(body: Row, doubts: Doubts) -> Graph:
    nodes: dict[str, Node] = {}
    holds: dict[str, timedelta] = {}
    for row in _rows(body, NODES, "list of all steps", doubts):
        if (node_id := first(row, NODE_ID)) is None:
            continue
        node = Node(plain(node_id), node_type(row, []), text(row, NODE_LABEL, "name", []) or plain(node_id))
        nodes.setdefault(node.id, node)
        if hold := _hold(row):
            holds.setdefault(node.id, hold)
    edges: list[Edge] = []
    labels: dict[tuple[str, str], str | None] = {}
    for row in _rows(body, EDGES, "list of all paths", doubts):
        source, target = first(row, SOURCE), first(row, TARGET)
        if source is not None and target is not None:
            edge = Edge(plain(source), plain(target), text(row, EDGE_LABEL, "name", []))
            edges.append(edge)
            ends = (edge.source, edge.target)
            labels[ends] = edge.label if labels.get(ends, edge.label) == edge.label else None
    return Graph(nodes, tuple(edges), holds, labels)


def graph(nodes: object, edges: object) -> model.Graph:
    """A workflow's graph from the bodies of two endpoints. Raises UnreadableError where it is not the whole of it."""
    lists = {NODES[0]: _whole(nodes, "nodes"), EDGES[0]: _whole(edges, "edges")}
    doubts: Doubts = []
    found = read(lists, doubts)
    if doubts:
        raise UnreadableError("The workflow's graph in the answer could not be read.")
    return model.Graph(tuple(found.nodes.values()), found.edges)


def _whole(data: object, name: str) -> list[object]:
    found = envelope.listing(data, wrappers=("workflow", name), name=name)
    if (found.pages or 0) > 1 or (found.total or 0) > len(found.rows):
        raise UnreadableError(f"The answer holds only a part of the workflow's {name}.")
    return found.rows


def node_type(row: Row, doubts: Doubts) -> str:
    """Upper case, anything but letters and digits as "_". Types nobody listed are kept."""
    return _NOT_TYPE.sub("_", (text(row, NODE_TYPE, "type", doubts) or "").upper()).strip("_")[:100] or UNKNOWN_TYPE


def _rows(body: Row, keys: tuple[str, ...], name: str, doubts: Doubts) -> list[Row]:
    value = first(body, keys)
    if value is None:
        return []
    if not isinstance(value, list):
        doubts.append(f"the workflow's {name} could not be read")
        return []
    rows: list[Row] = [row for row in value if isinstance(row, dict)]
    if len(rows) < len(value):
        doubts.append(f"the workflow's {name} has entries that could not be read")
    return rows


def _hold(row: Row) -> timedelta | None:
    source = first(row, TIME_SOURCE)
    if first(row, FROM_CALL) is not None or (isinstance(source, str) and "post" in source.lower()):
        return None
    value, unit = first(row, HOURS), "hour"
    if value is None:
        value, named = first(row, LENGTH), first(row, UNIT)
        if isinstance(value, dict):
            nested: Row = value
            value, named = nested.get("value"), nested.get("unit")
        unit = plain(named).lower().removesuffix("s")
    size, count = UNITS.get(unit), number(value)
    return count * size if size and count and 0 < count < MOST else None
