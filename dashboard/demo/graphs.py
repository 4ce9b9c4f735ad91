"""The demo's workflows and their graphs: nodes with type and label, edges with the exit that takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

HOME_LOAN = "workflow_homeloan01"
EMI = "workflow_emi01"
RENEWAL = "workflow_renewal01"
FESTIVE = "workflow_festive01"
FAULTS = "workflow_faults01"
SCALE = "workflow_scale01"


class Node(NamedTuple):
    type: str
    label: str


# The three steps of the documentation's example: in a lead's history, though in no graph.
EXAMPLE_NODES = {
    "node_call1": Node("VOICE_CALL", "Initial call"),
    "node_time": Node("TIME", "Wait 2 hours"),
    "node_call2": Node("VOICE_CALL", "Follow-up call"),
}

Edges = tuple[tuple[str, str, str], ...]  # source, target, exit; "" where a node has one way out


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: dict[str, Node]
    edges: Edges

    def node(self, node_id: str) -> Node:
        return self.nodes.get(node_id) or EXAMPLE_NODES[node_id]

    def exit(self, source: str, target: str) -> str:
        """The exit that leads from one node to the other; "" where there is none."""
        return next((way for start, end, way in self.edges if (start, end) == (source, target)), "")


@dataclass(frozen=True, slots=True)
class Workflow:
    id: str
    title: str
    status: str
    graph: Graph
    description: str | None = None
    shape: str = "W5"  # how GET /v1/workflows/{id} answers for it
    from_number: str = "+911600000100"
    agent_id: str = "agent_asha01"


def _call_edges(source: str, completed: str, missed: str, failed: str) -> Edges:
    return ((source, completed, "COMPLETED"), (source, missed, "DNP"), (source, failed, "FAILED"))


GRAPH_A = Graph(
    nodes={
        "a_call1": Node("VOICE_CALL", "First call"),
        "a_w2h": Node("TIME", "Wait 2 hours"),
        "a_call2": Node("VOICE_CALL", "Second call"),
        "a_w4h": Node("TIME", "Wait 4 hours"),
        "a_call3": Node("VOICE_CALL", "Third call"),
        "a_w1d": Node("TIME", "Wait 1 day"),
        "a_call4": Node("VOICE_CALL", "Last call"),
        "a_cond": Node("CONDITIONAL", "Wants to go ahead?"),
        "a_cb": Node("TIME", "Wait for the callback time"),
        "a_cbcall": Node("VOICE_CALL", "Callback call"),
        "a_wa": Node("APPLICATION", "WhatsApp: list of documents"),
        "a_mail": Node("APPLICATION", "Email to the branch"),
        "a_conv": Node("CONVERTED", "Converted"),
        "a_drop": Node("DROPPED", "Dropped"),
    },
    edges=(
        *_call_edges("a_call1", "a_cond", "a_w2h", "a_mail"),
        ("a_w2h", "a_call2", ""),
        *_call_edges("a_call2", "a_cond", "a_w4h", "a_mail"),
        ("a_w4h", "a_call3", ""),
        *_call_edges("a_call3", "a_cond", "a_w1d", "a_mail"),
        ("a_w1d", "a_call4", ""),
        *_call_edges("a_call4", "a_cond", "a_drop", "a_mail"),
        ("a_cond", "a_wa", "true"),
        ("a_cond", "a_cb", "false"),
        ("a_cb", "a_cbcall", ""),
        *_call_edges("a_cbcall", "a_cond", "a_drop", "a_mail"),
        ("a_wa", "a_conv", "success"),
        ("a_wa", "a_mail", "failure"),
        # The builder forgot a_mail's failure: scenario 2 ends there.
        ("a_mail", "a_drop", "success"),
    ),
)
GRAPH_B = Graph(
    nodes={
        "b_call": Node("VOICE_CALL", "Instalment reminder"),
        "b_wait": Node("TIME", "Wait 1 day"),
        "b_sms": Node("SMS", "SMS with the payment link"),
        "b_score": Node("AI_SCORE", "Score the risk"),
        "b_cond": Node("CONDITIONAL", "Promised to pay?"),
        "b_conv": Node("CONVERTED", "Paid"),
    },
    edges=(
        ("b_call", "b_cond", "COMPLETED"),
        ("b_call", "b_wait", "DNP"),
        ("b_call", "b_sms", "VOICEMAIL"),
        ("b_sms", "b_score", "success"),
        ("b_score", "b_wait", ""),
        ("b_wait", "b_call", ""),
        ("b_cond", "b_conv", "true"),
        ("b_cond", "b_wait", "false"),
    ),
)
GRAPH_SCALE = Graph(
    nodes={**GRAPH_A.nodes, "vc": Node("VOICE_CALL", "Call"), "vw": Node("TIME", "Wait")},
    edges=(*GRAPH_A.edges, ("vc", "vw", "DNP"), ("vw", "vc", "")),
)
_NO_GRAPH = Graph({}, ())

WORKFLOWS = {
    workflow.id: workflow
    for workflow in (
        Workflow(HOME_LOAN, "Home loan follow-up", "active", GRAPH_A, "Calls people who asked for a home loan quote"),
        Workflow(
            *(EMI, "EMI daily reminder", "paused", GRAPH_B, "A reminder a day until the instalment is promised"),
            shape="W3",
            from_number="+918040000100",
            agent_id="agent_dev02",
        ),
        Workflow(RENEWAL, "Policy renewal (draft)", "draft", _NO_GRAPH, shape="W4"),
        Workflow(FESTIVE, "Festive season offer", "cancelled", _NO_GRAPH, "Ended before its first call", shape="W5"),
        Workflow(FAULTS, "Faults for testing", "active", GRAPH_A, "Leads whose answers go wrong on purpose"),
        Workflow(SCALE, "Generated histories", "active", GRAPH_SCALE, "Long and many histories for benchmarks"),
    )
}
