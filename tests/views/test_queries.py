"""How many SQL statements each page takes, held by tests/queries.yaml: a loop over rows, or a habit, is seen at once.

Numbers may fall, and then the file follows: QUERIES=write pytest tests/views/test_queries.py writes it anew.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.project import ROOT
from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, VISITS, WORKFLOW, call, history

pytestmark = pytest.mark.django_db

FILE = ROOT / "tests/queries.yaml"
HEAD = """\
# SQL statements of each page, as a reviewer asks for it the second time; tests/views/test_queries.py holds them.
# Aimed at: six for a timeline, eight for a transcript. Verdicts take four of a timeline's: the review, other leads'
# dials, calls and packs. A transcript has two more rows of the trail, and asks what is known of the call before.
"""
PAGES = {
    "workflow-list": "/?all=1",
    "lead-list": f"/workflows/{WORKFLOW}/",
    "stuck-board": f"/workflows/{WORKFLOW}/stuck/",
    "lead-timeline": URL,
    "call-panel": f"{URL}calls/call_two/",
    "visit-record": f"{URL}visits/1/",
    "access-list": "/access/",
    "share-list": "/shares/",
    "healthz": "/healthz",
}
BASELINE: dict[str, int] = yaml.safe_load(FILE.read_text()) if FILE.exists() else {}


@pytest.fixture
def dialnexa(stub: Stub) -> Stub:
    stub.answer(HISTORY, history())
    stub.answer("/v1/calls/call_two", call("call_two"))
    stub.answer("/v1/workflows", {"data": [{"id": WORKFLOW, "name": "Home loans", "status": "active"}]})
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"data": {"id": WORKFLOW, "name": "Home loans", "status": "active"}})
    stub.answer(f"/v1/workflows/{WORKFLOW}/leads", {"data": [{"id": f"lead_{n}"} for n in range(60)], "count": 60})
    return stub


def statements(person: Client, path: str) -> int:
    """Of a page that has been asked for before, as most have."""
    person.get(path)
    with CaptureQueriesContext(connection) as found:
        page = person.get(path)
    assert page.status_code == 200
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in found)


@pytest.mark.parametrize("name", PAGES)
def test_page_takes_no_more_statements_than_its_baseline(reviewer: Client, dialnexa: Stub, name: str) -> None:
    """What is added has to be meant."""
    found = statements(reviewer, PAGES[name])

    if os.environ.get("QUERIES") == "write":
        BASELINE[name] = found
        FILE.write_text(HEAD + yaml.safe_dump(BASELINE))
    assert found <= BASELINE[name]


def test_statements_do_not_grow_with_what_is_shown(reviewer: Client, dialnexa: Stub) -> None:
    """A history fifty times as long takes as many."""
    few = statements(reviewer, URL)
    rows: list[dict[str, Any]] = VISITS * 50
    dialnexa.answer(HISTORY.replace("wflead_abc", "wflead_long"), history(rows, id="wflead_long"))

    assert statements(reviewer, URL.replace("wflead_abc", "wflead_long")) == few


def test_baseline_names_the_pages_that_are_measured() -> None:
    assert set(BASELINE) == set(PAGES)
