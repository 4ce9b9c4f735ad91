"""manage.py coverage on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.scan.many import WORKFLOW, Many

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(settings: Any) -> Iterator[Many]:
    one = Many()
    settings.DIALNEXA_BASE_URL = one.stub.url
    yield one
    one.stub.close()


def coverage(*arguments: str) -> str:
    out = StringIO()
    call_command("coverage", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_coverage_reads_a_sample_and_counts_it(many: Many) -> None:
    """The same seed, the same document; without --read what there is."""
    many.has(30)

    first = json.loads(coverage(WORKFLOW, "--sample", "10", "--seed", "7", "--read", "--json"))
    again = json.loads(coverage(WORKFLOW, "--sample", "10", "--seed", "7", "--json"))

    assert len(many.reads) == 10
    assert first["leads"]["counted"] == again["leads"]["counted"] == 10
    assert first["question"]["seed"] == 7
    assert first["nodes"] == again["nodes"]
    assert first["graph"]["source"] == "observed"


def test_coverage_says_its_numbers_in_lines(many: Many) -> None:
    """Leads and visits, then a line an edge."""
    many.has(3)

    assert coverage(WORKFLOW, "--read").splitlines() == ["3 leads, 3 visits; observed only."]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no/id",), "by its id"),
        ((WORKFLOW, "--sample", "0"), "1 or more"),
        ((WORKFLOW, "--scan", "9"), "There is no scan 9"),
        ((WORKFLOW,), "add --read"),
    ],
)
def test_coverage_says_what_is_wrong(many: Many, arguments: tuple[str, ...], words: str) -> None:
    """In a sentence."""
    with pytest.raises(CommandError, match=words):
        coverage(*arguments)
