"""What tests share: hypothesis profiles, a copy of the project, no way around browser and services where CI=true."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import settings as hypothesis

from tests.gunicorn import Place, prepared, sqlite
from tests.project import ROOT

NEEDED = ("browser", "pdf", "postgres", "redis")  # markers of tests that may not be skipped where CI=true
BROWSER_TESTS = Path(__file__).parent / "browser"

# HYPOTHESIS_PROFILE=nightly looks longer, and elsewhere each time; a mutant is met by few examples, as there are many.
hypothesis.register_profile("mutants", max_examples=8, derandomize=True, database=None, deadline=None)
hypothesis.register_profile("suite", max_examples=100, derandomize=True, database=None, deadline=None)
hypothesis.register_profile("nightly", max_examples=5_000, deadline=None)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session", autouse=True)
def trail_may_be_flushed() -> Iterator[None]:
    """Between tests that commit, Django empties every table; the triggers of the trail allow it under a flag."""
    from django.db.backends.base.operations import BaseDatabaseOperations  # once Django is set up

    flush = BaseDatabaseOperations.execute_sql_flush

    def execute(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        if any("dashboard_auditpurge" in statement for statement in sql_list):
            flag = "INSERT INTO dashboard_auditpurge (upto) VALUES (9223372036854775807)"
            late = [statement for statement in sql_list if "dashboard_auditpurge" in statement]
            sql_list = [flag, *(sql for sql in sql_list if sql not in late), *late]
        flush(self, sql_list)

    with mock.patch.object(BaseDatabaseOperations, "execute_sql_flush", execute):
        yield


@pytest.fixture(autouse=True)
def nothing_lately() -> None:
    """A process remembers which readings it has kept; here the database forgets them after each test."""
    from dashboard.scan import digests  # once Django is set up

    digests._lately.clear()


@pytest.fixture(scope="session")
def project_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as manage.py commands need it, without a developer's .env, database or static files."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "dashboard", copy / "dashboard", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "templates", copy / "templates")
    shutil.copytree(ROOT / "static", copy / "static")
    for name in ("manage.py", "gunicorn.conf.py"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="session")
def first_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("place")
    return prepared(folder, sqlite(folder))


@pytest.fixture
def place(first_place: Place, tmp_path: Path) -> Place:
    """For gunicorn: a database in a file with its tables and somebody signed in."""
    return first_place.copied(tmp_path)


@pytest.fixture(scope="session")
def pdfs() -> None:
    """Skips where no PDF can be made."""
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError):
        pytest.skip("WeasyPrint needs Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in tests/browser drives the browser."""
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # An expected failure is also reported as skipped; that one has run.
    if report.skipped and not hasattr(report, "wasxfail") and any(map(item.get_closest_marker, NEEDED)):
        fail_where_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and collector.path.is_relative_to(BROWSER_TESTS):
        fail_where_ci(report)
    return report


def fail_where_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that says why, where CI=true."""
    if os.environ.get("CI") != "true":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"Tests of the browser, of PDFs and of services may not be skipped where CI=true. {reason}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots", action="store_true", help="write the pictures of the README into docs/screenshots"
    )
