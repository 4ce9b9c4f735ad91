"""A hundred thousand leads: their list, the stuck board over their digests, and the scan that reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.coverage_process import PATHS
from benchmarks.figures import Figure, Section, Target, figure, number
from benchmarks.scale_process import CONCURRENCY, HISTORIES, LATENCY, LEADS


def sections(folder: Path) -> list[Section]:
    """Measured in a process of its own, with no other server running."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale_process", str(folder)], stdout=subprocess.PIPE, check=True
    )
    found = json.loads(answer.stdout.splitlines()[-1])
    return [lists(found["lists"]), board(found["board"]), coverage(found["coverage"]), scan(found["scan"])]


def lists(found: dict[str, Any]) -> Section:
    bare, ours = figure(found["bare"]), figure(found["ours"])
    kept = {name: figure(values) for name, values in found["pages"].items()}
    slowest = max(kept.values(), key=lambda one: one.middle)
    grown = figure([found["memory"] / found["size"]])
    return Section(
        f"The list of {LEADS:,} leads in one body of {number(found['size'])} MB, ms of CPU",
        ("json.loads", "first page read", *kept),
        ((f"{bare}", f"{ours}", *(f"{one}" for one in kept.values())),),
        "First page read: decoded, checked, and a hundred rows as leads. Kept: whole pages of the web process, "
        "with the board on them, from the list that another reader has brought.",
        (
            Target(f"First page of {LEADS:,} leads, against json.loads of the body", ours.per(bare), 0.8, "×"),
            Target(f"Slowest kept page of {LEADS:,} leads", slowest, 100, "ms"),
            Target(f"Memory of {LEADS:,} leads, against the body", grown, 3, "×"),
        ),
    )


def board(found: dict[str, Any]) -> Section:
    few, many = ({name: figure(values) for name, values in found[str(count)].items()} for count in (1_000, LEADS))
    return Section(
        f"The stuck board over {LEADS:,} digests, one in twenty of them late, ms of CPU",
        ("digests", "cold", "warm"),
        (
            ("1,000", f"{few['cold']}", f"{few['warm']}"),
            (f"{LEADS:,}", f"{many['cold']}", f"{many['warm']}"),
        ),
        "Cold: what is usual at each node is worked out anew, as every five minutes. SQLite.",
        (Target(f"Stuck board, {LEADS:,} digests, warm", many["warm"], 500, "ms"),),
    )


def coverage(found: dict[str, Any]) -> Section:
    read, counted, page = (figure(found[name]) for name in ("read", "counted", "page"))
    both = figure([one + other for one, other in zip(found["read"], found["counted"], strict=True)])
    return Section(
        f"Path coverage of {PATHS:,} histories, {found['visits']:,} visits, ms of CPU",
        ("digests read", "edges, nodes, variants counted", "whole page"),
        ((f"{read}", f"{counted}", f"{page}"),),
        "Digests read: out of the database, as steps. Whole page: both, the flow as picture and figure, and the HTML.",
        (Target(f"Path coverage, {PATHS:,} histories aggregated", both, 500, "ms"),),
    )


def scan(found: dict[str, Any]) -> Section:
    rows = []
    ratios: dict[str, Figure] = {}
    for name, one in found.items():
        limit = 200.0 if "200" in name else CONCURRENCY / LATENCY * (2 if "two" in name else 1)
        rate = HISTORIES / one["seconds"]
        ratios[name] = figure([limit / rate])
        start, middle, end = one["megabytes"]
        memory = f"{start:.0f}, {middle:.0f}, {end:.0f}"
        rows.append(
            (name, number(rate), number(limit), f"{rate / limit:.2f}", memory, f"{one['twice']}", f"{one['missing']}")
        )
    start, middle, end = found["one worker"]["megabytes"]
    return Section(
        f"A scan of {HISTORIES:,} histories, upstream {LATENCY * 1000:.0f} ms away, {CONCURRENCY} at a time",
        ("scan", "a second", "limit", "part of it", "MB at start, middle, end", "read twice", "missing"),
        tuple(rows),
        "Limit: what is under way divided by upstream's latency, or the rate allowed. Memory: of the last worker. Read "
        "twice: what a killed worker had read and not yet written.",
        (
            Target("Scan, the limit against its rate, one worker", ratios["one worker"], 1 / 0.85, "×"),
            Target("The same at 200 requests a second", ratios["one worker, 200 a second"], 1 / 0.85, "×"),
            Target("Memory of a scan, end against middle", figure([end / middle]), 1.1, "×"),
            Target(
                "Histories lost with a killed worker", figure([float(found["one of two killed"]["missing"])]), 0, ""
            ),
            Target("Histories read twice by two workers", figure([float(found["two workers"]["twice"])]), 0, ""),
        ),
    )
