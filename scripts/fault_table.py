#!/usr/bin/env python3
"""Writes the table of faults into docs/reliability.md: rows of tests/faults.yaml, tests by the numbers in their names.

python3 scripts/fault_table.py writes it; --check only says whether it is up to date, by its exit status.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/reliability.md"
BEGIN, END = "<!-- faults: made by scripts/fault_table.py -->", "<!-- end of faults -->"
# Where a test asks as a browser, a server's neighbour or a command does.
FRONT = ("tests/browser/", "tests/views/", "tests/admin/", "tests/audit/test_trail.py")


def rows() -> dict[int, dict[str, Any]]:
    """What is known of each fault, by number."""
    found: dict[int, dict[str, Any]] = yaml.safe_load((ROOT / "tests/faults.yaml").read_text())
    return found


def tests() -> dict[int, list[tuple[str, str]]]:
    """File and name of each fault's tests, those through the front door first."""
    found = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        place = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (numbers := re.match(r"test((?:_f\d\d)+)_", node.name)):
                for number in re.findall(r"\d\d", numbers[1]):
                    found[int(number)].append((place, node.name))
    return {number: sorted(names, key=lambda one: (not is_front(one[0]), one)) for number, names in found.items()}


def is_front(place: str) -> bool:
    return place.startswith(FRONT)


def table() -> str:
    """Markdown."""
    known = tests()
    lines = ["| | Fault | Who looks sees | Never | Tests | State |", "|---|---|---|---|---|---|"]
    for number, row in sorted(rows().items()):
        names = known.get(number, [])
        files: dict[str, list[str]] = defaultdict(list)
        for place, name in names:
            files[place].append(name)
        told = "<br>".join(f"`{place}`: {', '.join(found)}" for place, found in files.items())
        state = f"missing: {row['missing']}" if "missing" in row else "tested" if names else "not tested"
        lines.append(f"| F{number} | {row['fault']} | {row['sees']} | {row['never']} | {told} | {state} |")
    count = sum(bool(known.get(number)) and "missing" not in row for number, row in rows().items())
    return "\n".join([f"{count} of {len(rows())} faults have a test of their own.", "", *lines])


def document() -> str:
    """The page, with the table as it should be."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main() -> int:
    made = document()
    if "--check" in sys.argv:
        return int(made != DOCUMENT.read_text())
    DOCUMENT.write_text(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
