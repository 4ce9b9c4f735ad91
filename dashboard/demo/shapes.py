"""Leads, histories and workflows in every form that DialNexa's pages show. The only module with those field names.

Histories: H1 envelope, H2 bare with entered/exited, H3 bare with ends_at, H4 transitions and graph, H5 envelope twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dashboard.demo.graphs import Graph, Workflow
from dashboard.demo.moments import iso
from dashboard.demo.paths import Lead, Visit

Json = dict[str, Any]


def fetched(what: str, data: Any, **more: Any) -> Json:
    return {"statusCode": 200, "message": f"{what} fetched successfully", "data": data, **more}


def history(lead: Lead, visits: Sequence[Visit], graph: Graph, *, status: str, enrolled: datetime) -> Json:
    """The lead's history in the lead's own shape."""
    match lead.shape:
        case "H2":
            return {"id": lead.id, "workflow_id": lead.workflow_id, "history": [_row_h2(visit) for visit in visits]}
        case "H3":
            return {"lead_id": lead.id, "history": [_row_h3(visit) for visit in visits]}
        case "H4":
            return _transitions(lead, visits, graph, status)
    data = {"lead": lead_row(lead, status, enrolled), "history": [_row_h1(visit) for visit in visits]}
    return fetched("Lead history", {"data": data} if lead.shape == "H5" else data)


def _row_h1(visit: Visit) -> Json:
    row: Json = {
        "node_id": visit.node_id,
        "node_type": visit.node.type,
        "label": visit.node.label,
        "status": visit.status,
    }
    if visit.call_id:
        row["call_id"] = visit.call_id
    row["started_at"] = iso(visit.start)
    if visit.due:
        row["ends_at"] = iso(visit.due)
    elif visit.end:
        row["ended_at"] = iso(visit.end)
    return row | visit.extra


def _row_h2(visit: Visit) -> Json:
    return {
        "node_id": visit.node_id,
        "node_label": visit.node.label,
        "node_type": visit.node.type,
        "status": visit.status,
        "call_id": visit.call_id,
        "entered_at": iso(visit.start),
        "exited_at": iso(visit.end) if visit.end else None,
    }


def _row_h3(visit: Visit) -> Json:
    row = _row_h1(visit)
    return {"node_id": row.pop("node_id"), "node_type": row.pop("node_type"), "label": row.pop("label"), **row}


def _transitions(lead: Lead, visits: Sequence[Visit], graph: Graph, status: str) -> Json:
    """From node to node, with the reason; the first row has no node to come from."""
    rows: list[Json] = []
    for before, visit in zip((None, *visits), visits, strict=False):
        reason = "ENROLLED" if before is None else graph.exit(before.node_id, visit.node_id) or "RELEASED"
        rows.append(
            {
                "from_node_id": before.node_id if before else None,
                "to_node_id": visit.node_id,
                "reason": reason,
                "timestamp": iso(visit.start),
                "metadata": {"call_id": before.call_id} if before and before.call_id else {},
            }
        )
    head = {"id": lead.id, "phone_number": lead.phone, "dynamic_variables": lead.variables, "notes": {}}
    return {
        "lead": head,
        "execution": {"current_node_id": open_node(visits), "status": status},
        "history": rows,
        "all_nodes": [{"id": id_, "node_type": node.type, "label": node.label} for id_, node in graph.nodes.items()],
        "all_edges": [
            {"from_node_id": source, "to_node_id": target, "label": way} for source, target, way in graph.edges
        ],
    }


def open_node(visits: Sequence[Visit]) -> str | None:
    return visits[-1].node_id if visits and visits[-1].end is None else None


def lead_row(lead: Lead, status: str, enrolled: datetime) -> Json:
    """A lead in the contract's form (L1), also the head of H1."""
    return {
        "id": lead.id,
        "phone_number": lead.phone,
        "dynamic_variables": lead.variables,
        "status": status,
        "createdAt": iso(enrolled),
    }


def lead_row_paged(lead: Lead, status: str, enrolled: datetime, current_node_id: str | None) -> Json:
    """A lead in the older pages' form (L2), which says where the lead is."""
    return {
        "id": lead.id,
        "workflow_id": lead.workflow_id,
        "phone_number": lead.phone,
        "current_node_id": current_node_id,
        "status": status,
        "created_at": iso(enrolled),
    }


def workflow_row(workflow: Workflow, created: datetime) -> Json:
    return {
        "id": workflow.id,
        "title": workflow.title,
        "status": workflow.status,
        "description": workflow.description,
        "createdAt": iso(created),
        "updatedAt": iso(created + timedelta(days=9, hours=3)),
    }


def workflow(one: Workflow, created: datetime, leads: int) -> Json:
    """One workflow: W5 in an envelope, W3 bare with an organisation, W4 with counts instead of a title."""
    row = workflow_row(one, created)
    match one.shape:
        case "W3":
            row["created_at"], row["updated_at"] = row.pop("createdAt"), row.pop("updatedAt")
            return {"id": row.pop("id"), "organization_id": "org_leadline01", **row}
        case "W4":
            return {
                "id": one.id,
                "name": one.title,
                "status": one.status,
                "node_count": len(one.graph.nodes),
                "edge_count": len(one.graph.edges),
                "enrolled_leads": leads,
                "created_at": row["createdAt"],
            }
    return fetched("Workflow", row)


def page_of(rows: Sequence[Any], page: int, limit: int) -> tuple[list[Any], int]:
    """The rows of a page, and how many pages there are."""
    return list(rows[(page - 1) * limit : page * limit]), -(-len(rows) // limit)
