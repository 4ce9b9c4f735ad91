"""Every row of tests/faults.yaml has a test through the front door, and the table in the documents is up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import fault_table
from tests.project import ROOT

ROWS = fault_table.rows()
TESTS = fault_table.tests()
LEAST = 78  # of 80


def test_table_is_what_the_script_makes() -> None:
    """Whoever adds a fault or renames a test runs scripts/fault_table.py."""
    check = subprocess.run([sys.executable, ROOT / "scripts/fault_table.py", "--check"], timeout=60, check=False)

    assert check.returncode == 0


def test_rows_are_numbered_without_a_gap() -> None:
    """One to eighty, each told in full."""
    assert sorted(ROWS) == list(range(1, 81))
    assert all({"fault", "sees", "never"} <= row.keys() for row in ROWS.values())
    assert set(TESTS) <= set(ROWS)


def test_nearly_every_fault_has_a_test() -> None:
    """Who has none says why."""
    missing = [number for number, row in ROWS.items() if "missing" in row]

    assert len(ROWS) - len(missing) >= LEAST
    assert [number for number in missing if not ROWS[number]["missing"].strip()] == []


@pytest.mark.parametrize("number", [number for number, row in ROWS.items() if "missing" not in row])
def test_fault_is_met_through_the_front_door(number: int) -> None:
    """At least one of its tests asks as somebody outside does."""
    assert [name for place, name in TESTS.get(number, []) if fault_table.is_front(place)]


def test_properties_have_a_test_each() -> None:
    """P1 to P10 of docs/reliability.md, by the numbers in names."""
    names = "\n".join(path.read_text() for path in Path(ROOT / "tests").rglob("test_*.py"))
    found = {int(number) for name in re.findall(r"def test((?:_p\d+)+)_", names) for number in re.findall(r"\d+", name)}

    assert found == set(range(1, 11))
