"""What migrations of data do to rows that were kept before them."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import Digest, Graph
from dashboard.scan.digests import keep
from dashboard.timeline.model import Edge, Lead, Node, Timeline, Visit
from tests.strategies import NOW

pytestmark = pytest.mark.django_db
TEXT, WORD, TYPE = "Call +91 98110 02233", "rang_91_98110_02233", "CALL_919811002233"


def told() -> Timeline:
    """A path with a number in every label, exit, status and type, as they were read before these were masked."""
    began = NOW - timedelta(days=2)
    visits = tuple(
        Visit(at, at, f"node_{at}", TYPE, TEXT, WORD, entered_at=began, exit=TEXT, is_open=at == 2) for at in (1, 2)
    )
    nodes, edges = (Node("node_1", TYPE, TEXT),), (Edge("node_1", "node_2", TEXT), Edge("node_2", "node_1"))
    return Timeline("workflow_a", Lead("lead_1", status=WORD), visits, nodes=nodes, edges=edges)


def rows() -> list[Any]:
    return [*Digest.objects.values(), *Graph.objects.values()]


def test_numbers_in_words_that_were_kept_are_masked() -> None:
    """All else stays as it is, and a second time changes nothing."""
    mask_words = import_module("dashboard.migrations.0009_mask_words").mask_words
    keep("workflow_a", [(told(), NOW)])
    before = str(rows())
    assert [before.count(one) for one in (TEXT, WORD, TYPE)] == [8, 5, 5]

    mask_words(apps, None)

    assert str(rows()) == before.replace(TEXT, "Call •••• ••33").replace(WORD, "rang_33").replace(TYPE, "CALL_33")
    with CaptureQueriesContext(connection) as asked:
        mask_words(apps, None)
    assert not [query for query in asked if query["sql"].startswith("UPDATE")]
