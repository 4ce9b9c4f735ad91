"""Where CI=true the tests of browser, PostgreSQL and Redis run: a skip counts as a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project import run_pytest

SUITE = """
import pytest

@pytest.mark.browser
def test_browser():
    pytest.skip("no chromium here")

@pytest.mark.postgres
def test_postgres():
    pytest.skip("no PostgreSQL here")

@pytest.mark.redis
def test_redis():
    pytest.skip("no Redis here")

@pytest.mark.browser
@pytest.mark.xfail(strict=True)
def test_known_fault():
    assert False

def test_other():
    pytest.skip("needs something else")
"""


@pytest.mark.parametrize(("ci", "line"), [("true", "3 failed, 1 skipped, 1 xfailed"), ("", "4 skipped, 1 xfailed")])
def test_skipped_test_of_browser_or_service_fails_only_in_ci(tmp_path: Path, ci: str, line: str) -> None:
    """A skipped test of these fails with its reason where CI=true, and is a skip elsewhere; other tests may skip."""
    (tmp_path / "test_suite.py").write_text(SUITE)

    answer = run_pytest("-p", "tests.conftest", f"{tmp_path}", seconds=60, CI=ci)

    assert line in answer.stdout
    reason = "Tests of the browser, of PDFs and of services may not be skipped where CI=true. Skipped: no chromium here"
    assert (reason in answer.stdout) == (ci == "true")
