"""Verdicts of a hundred thousand leads, from what is kept of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Section, Target, figure, number
from benchmarks.verdicts_process import CHUNK, LEADS, PACKS, STATUSES


def sections(folder: Path) -> list[Section]:
    """Measured in a process of its own, over SQLite."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.verdicts_process", str(folder), str(LEADS)],
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(answer.stdout.splitlines()[-1])
    each = found["milliseconds"] / found["leads"]
    before, after = found["megabytes"]
    return [
        Section(
            f"Verdicts of {found['leads']:,} leads by their digests, CPU",
            ("each, ms", "all, s", "MB before", "MB after"),
            ((number(each), number(found["milliseconds"] / 1000), number(before), number(after)),),
            f"Paths of {2 * len(STATUSES)} steps, half of the calls with a record that was read; rules of the record, of "
            f"{' and of '.join(PACKS)}; {CHUNK} leads at a time, as the queue is filled, out of SQLite.",
            (
                Target("Verdicts of one lead by its digest", figure([each]), 1, "ms"),
                Target("Memory of judging them all, end against start", figure([after / before]), 1.2, "×"),
            ),
        )
    ]
