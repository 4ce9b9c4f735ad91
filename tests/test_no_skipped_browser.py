"""Where CI=true the browser tests run: a skip counts as a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import ROOT

SUITE = """
import pytest

@pytest.mark.browser
def test_browser():
    pytest.skip("no chromium here")

@pytest.mark.browser
@pytest.mark.xfail(strict=True)
def test_known_fault():
    assert False

def test_other():
    pytest.skip("needs something else")
"""


@pytest.mark.parametrize(("ci", "line"), [("true", "1 failed, 1 skipped, 1 xfailed"), ("", "2 skipped, 1 xfailed")])
def test_skipped_browser_test_fails_only_in_ci(tmp_path: Path, ci: str, line: str) -> None:
    """A skipped browser test fails with its reason where CI=true, and is a skip elsewhere; other tests may skip."""
    (tmp_path / "test_suite.py").write_text(SUITE)

    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-n0", f"{tmp_path}"],
        cwd=ROOT,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert line in answer.stdout
    assert ("Browser tests may not be skipped where CI=true. Skipped: no chromium here" in answer.stdout) == (
        ci == "true"
    )
