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
NUMBER = "+91 98110 02233"


def told(word: str) -> Timeline:
    """A path with this in every word of DialNexa's, as it was read before words were masked."""
    began = NOW - timedelta(days=2)
    visits = tuple(
        Visit(at, at, f"node_{at}", "TIME", word, word, entered_at=began, exit=word, is_open=at == 2) for at in (1, 2)
    )
    nodes, edges = (Node("node_1", "TIME", word),), (Edge("node_1", "node_2", word), Edge("node_2", "node_1"))
    return Timeline("workflow_a", Lead("lead_1", status="active"), visits, nodes=nodes, edges=edges)


def rows() -> list[Any]:
    return [*Digest.objects.order_by("pk").values(), *Graph.objects.values()]


def test_numbers_in_words_that_were_kept_are_masked() -> None:
    """In labels, statuses and exits; ids, times and all else stay as they are, and a second time changes nothing."""
    mask_words = import_module("dashboard.migrations.0009_mask_words").mask_words
    keep("workflow_a", [(told(f"Call {NUMBER}"), NOW)])
    before = rows()
    assert str(before).count("98110") >= 10

    mask_words(apps, None)

    after = rows()
    assert str(after).replace("•••• ••33", NUMBER) == str(before)
    with CaptureQueriesContext(connection) as asked:
        mask_words(apps, None)
    assert not [query for query in asked if query["sql"].startswith("UPDATE")]
