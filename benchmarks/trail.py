"""The access trail: what a row costs, and how long a million of them take to prove."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Section, Target, figure, number
from benchmarks.trail_process import ROWS, WRITERS


def sections(folder: Path) -> list[Section]:
    """Measured in a process of its own, over SQLite as it is deployed: each row is on the disk before it counts."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.trail_process", str(folder)], stdout=subprocess.PIPE, check=True
    )
    found = json.loads(answer.stdout.splitlines()[-1])
    return [
        Section(
            f"The access trail: rows a second, and proving {ROWS:,} of them",
            ("bare insert", "one writer", f"{WRITERS} writers", "reading the rows, s", "proving them, s"),
            (tuple(number(found[name]) for name in ("bare", "alone", "together", "reading", "proving")),),
            "Bare insert: one row of as many bytes, committed as often, on the same disk.",
            (
                Target(f"Proving {ROWS:,} rows of the trail", figure([found["proving"]]), 60, "s"),
                Target("The same, against reading them", figure([found["proving"] / found["reading"]]), 4, "×"),
            ),
        )
    ]
