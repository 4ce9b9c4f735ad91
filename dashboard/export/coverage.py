"""Path coverage as plain tables and numbers, for CSV, JSON and the command line. Ids, labels, counts; nobody's data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from dashboard.coverage import Sample
from dashboard.export import cells
from dashboard.models import Graph
from dashboard.timeline.coverage import EdgeUse, NodeUse
from dashboard.timeline.variants import Variant


def document(sample: Sample, graph: Graph | None) -> dict[str, Any]:
    """Everything, ready for JSON."""
    question, found, paths = sample.question, sample.coverage, sample.paths
    return {
        "workflow": question.workflow_id,
        "question": {
            "scan": question.scan.pk if question.scan else None,
            "status": question.status or None,
            "enrolled_since": _moment(question.since),
            "enrolled_before": _moment(question.before),
            "sample": question.sample,
            "seed": question.seed,
        },
        "leads": {
            "counted": found.leads,
            "with_steps": found.moved,
            "matched": sample.matched,
            "failed": sample.progress.failed if sample.progress else 0,
            "not_read": sample.progress.left if sample.progress else 0,
            "forgotten": sample.forgotten,
            "enrolment_unknown": sample.undated,
            "read_from": _moment(paths.oldest),
            "read_to": _moment(paths.newest),
        },
        "graph": {
            "source": graph.source if graph else "observed",
            "read_at": _moment(graph.read_at if graph else None),
        },
        "edges_defined": found.defined_count,
        "edges_taken": found.taken_count,
        "visits": found.visits,
        "moves_without_node": found.gaps,
        "edges": [edge_row(edge) for edge in found.edges],
        "nodes": [node_row(node) for node in found.nodes],
        "variants": [variant_row(variant) for variant in sample.variants],
    }


def csv(sample: Sample, part: str) -> str:
    """One of the three tables."""
    rows = PARTS[part](sample)
    header = list(rows[0]) if rows else ["nothing"]
    return cells.table(header, ([_cell(value) for value in row.values()] for row in rows))


def edge_row(edge: EdgeUse) -> dict[str, Any]:
    share = edge.share
    return {
        "source": edge.source.id,
        "source_label": edge.source.label,
        "target": edge.target.id,
        "target_label": edge.target.label,
        "exits": list(edge.labels),
        "defined": edge.is_defined,
        "count": edge.count,
        "of": edge.exits,
        "share": share.value if share else None,
        "low_95": share.low if share else None,
        "high_95": share.high if share else None,
        "leads": edge.leads,
        "examples": [f"{example.lead_id}?visit={example.position}" for example in edge.examples],
    }


def node_row(node: NodeUse) -> dict[str, Any]:
    return {
        "node": node.node.id,
        "type": node.node.type,
        "label": node.node.label,
        "defined": node.is_defined,
        "visits": node.visits,
        "leads": node.leads,
        "revisits": node.revisits,
        "stays": node.stays,
        "median_seconds": _seconds(node.median),
        "p95_seconds": _seconds(node.p95),
        "max_seconds": _seconds(node.longest),
        "failures": node.failures,
        "here": node.here,
        "overdue": node.overdue,
    }


def variant_row(variant: Variant) -> dict[str, Any]:
    return {
        "path": [{"nodes": list(nodes), "times": times} for nodes, times in variant.blocks],
        "visits": variant.visits,
        "count": variant.count,
        "share": variant.share,
        "outcomes": dict(variant.outcomes),
        "ended": variant.ended,
        "median_seconds_to_end": _seconds(variant.to_end),
        "examples": list(variant.examples),
    }


PARTS: dict[str, Callable[[Sample], list[dict[str, Any]]]] = {
    "edges": lambda sample: [edge_row(edge) for edge in sample.coverage.edges],
    "nodes": lambda sample: [node_row(node) for node in sample.coverage.nodes],
    "variants": lambda sample: [variant_row(variant) for variant in sample.variants],
}


def _cell(value: object) -> object:
    """Lists as text with blanks between, a path as it is written on the page."""
    if isinstance(value, dict):
        return " ".join(f"{key}={one}" for key, one in value.items())
    if isinstance(value, list):
        return " ".join(_block(one) if isinstance(one, dict) else str(one) for one in value)
    return value


def _block(block: dict[str, Any]) -> str:
    nodes = " + ".join(node or "?" for node in block["nodes"])
    return f"({nodes}) × {block['times']}" if block["times"] > 1 else f"({nodes})"


def _seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length is not None else None


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
