"""What rests on the database's own doing, once more with PostgreSQL underneath."""

from __future__ import annotations

import pytest

from tests.project import run_pytest
from tests.services import postgres_database

TESTS = (
    *("tests/audit", "tests/views/test_sharing.py", "tests/views/test_access.py"),  # triggers, locks, proofs
    *("tests/scan/test_scan.py", "tests/scan/test_digests.py", "tests/views/test_scans.py"),
    *("tests/reviewing", "tests/admin/test_review_queue.py"),
)


@pytest.mark.postgres
def test_trail_scans_and_reviews_pass_their_tests_on_postgresql() -> None:
    """In one run: a database of theirs is made once."""
    with postgres_database() as url:
        answer = run_pytest(*TESTS, "-m", "not postgres", "-k", "not on_a_file", seconds=600, TEST_DATABASE_URL=url)

    assert answer.returncode == 0, answer.stdout[-3000:]
