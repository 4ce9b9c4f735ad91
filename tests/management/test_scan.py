"""manage.py scan on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from tests.scan.many import WORKFLOW, Many

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(settings: Any) -> Iterator[Many]:
    one = Many()
    settings.DIALNEXA_BASE_URL = one.stub.url
    yield one
    one.stub.close()


def scan(*arguments: str) -> str:
    out = StringIO()
    call_command("scan", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_scan_says_what_it_read(many: Many) -> None:
    """A sentence with the counts, and each lead that failed with its reason."""
    many.has(3, lead_002=[(404, {"statusCode": 404})])

    assert scan(WORKFLOW).splitlines() == [
        f"Scan 1 of {WORKFLOW}: done. 2 read, 1 failed, 0 left.",
        "  lead_002: Not found.",
    ]


def test_sample_as_json_is_one_line(many: Many) -> None:
    """For scripts."""
    many.has(5)

    said = json.loads(scan(WORKFLOW, "--sample=2", "--seed=7", "--json"))

    assert (said["state"], said["total"], said["done"], said["error"]) == ("done", 2, 2, None)


def test_scan_in_the_background_is_left_to_the_workers(many: Many) -> None:
    """Nothing is read here, one task waits, and its progress can be asked for."""
    many.has(2)

    number = json.loads(scan(WORKFLOW, "--background", "--json"))["scan"]

    assert many.stub.seen == []
    assert DBTaskResult.objects.count() == 1
    assert "waiting for a worker" in scan(f"--show={number}")


def test_scan_that_fails_ends_with_an_error(many: Many) -> None:
    """So that cron and scripts notice."""
    with pytest.raises(CommandError, match="The scan was stopped by a failure"):
        scan(WORKFLOW)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name the workflow by its id"),
        (["../agents"], "Name the workflow by its id"),
        ([WORKFLOW, "--sample=0"], "--sample must be 1 or more"),
        (["--resume=99"], "There is no scan 99"),
    ],
)
def test_wrong_arguments_are_said_plainly(many: Many, arguments: list[str], sentence: str) -> None:
    """One sentence, and nothing asked upstream."""
    with pytest.raises(CommandError, match=sentence):
        scan(*arguments)

    assert many.stub.seen == []


def test_due_and_prune_say_what_they_did(many: Many) -> None:
    """Also when there was nothing to do."""
    assert scan("--due") == "0 scans started.\n"
    assert scan("--prune") == "0 digests forgotten.\n"
