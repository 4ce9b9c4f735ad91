"""A workflow's graph as somebody last told it: what ways there are, so that those never taken can be named."""

from __future__ import annotations

from django.db import models

from dashboard.timeline import model


class Graph(models.Model):
    """nodes: [id, type, label]; edges: [source, target, label or null]. One row a workflow."""

    class Source(models.TextChoices):
        HISTORY = "history", "told with a lead’s history"
        ENDPOINTS = "endpoints", "read from DialNexa’s lists of nodes and edges"
        ABSENT = "absent", "not told"  # DialNexa was asked at read_at and has no such lists

    workflow_id = models.CharField(max_length=100, unique=True)
    nodes = models.JSONField()
    edges = models.JSONField()
    source = models.CharField(max_length=9, choices=Source.choices)
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"graph of {self.workflow_id}"

    def graph(self) -> model.Graph:
        nodes = tuple(model.Node(*node) for node in self.nodes)
        return model.Graph(nodes, tuple(model.Edge(*edge) for edge in self.edges))
