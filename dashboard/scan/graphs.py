"""A workflow's graph, kept where somebody tells it: a history that carries it, else two endpoints that may be gone.

A graph only ever helps: no trouble with one stops a scan or a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from dashboard.dialnexa.client import Client
from dashboard.dialnexa.errors import DialNexaError, NotFoundError
from dashboard.models import Graph
from dashboard.timeline import model
from dashboard.timeline.digest import LONGEST_ID, LONGEST_LABEL, LONGEST_WORD, short
from dashboard.timeline.model import Timeline

Source = Graph.Source
ASKED_AGAIN = timedelta(days=1)  # what the endpoints said, also that they are not there
MOST = 5_000  # nodes or edges; nobody draws more, and it is kept on each reading


def keep_told(workflow_id: str, histories: Iterable[tuple[Timeline, datetime]]) -> None:
    """Keep the graph that the latest of these histories carries, if one does."""
    told = [(read_at, timeline) for timeline, read_at in histories if timeline.edges]
    if told:
        read_at, timeline = max(told, key=lambda one: one[0])
        _keep(workflow_id, model.Graph(timeline.nodes, timeline.edges), Source.HISTORY, read_at)


def ask(client: Client, workflow_id: str, before_each: Callable[[], None]) -> None:
    """Ask the endpoints, unless a history tells the graph or they were asked within a day.

    before_each: called as often as there will be requests.
    """
    known = Graph.objects.filter(workflow_id=workflow_id).first()
    now = timezone.now()
    if known and (known.source == Source.HISTORY or now - known.read_at < ASKED_AGAIN):
        return
    before_each()
    before_each()
    try:
        found = client.graph(workflow_id)
    except NotFoundError:
        found = model.Graph()
    except DialNexaError:
        return
    _keep(workflow_id, found, Source.ENDPOINTS if found.edges else Source.ABSENT, now)


def _keep(workflow_id: str, graph: model.Graph, source: Graph.Source, read_at: datetime) -> None:
    nodes = [
        [short(node.id, LONGEST_ID), short(node.type, LONGEST_WORD), short(node.label, LONGEST_LABEL)]
        for node in graph.nodes[:MOST]
    ]
    edges = [
        [short(edge.source, LONGEST_ID), short(edge.target, LONGEST_ID), short(edge.label, LONGEST_LABEL) or None]
        for edge in graph.edges[:MOST]
    ]
    told = {"nodes": nodes, "edges": edges, "source": source, "read_at": read_at}
    known, is_new = Graph.objects.get_or_create(workflow_id=workflow_id, defaults=told)
    if not is_new:
        Graph.objects.filter(pk=known.pk, read_at__lt=read_at).update(**told)
