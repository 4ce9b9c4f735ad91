"""The costs of server_time.py as tables, and what they are held against."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.figures import Section, Target, figure, number
from benchmarks.leads import ROWS_PER_PAGE
from benchmarks.server_time import Costs

CPU_HEAD = ("visits", "page, kept", "page, cold", "rows only", "kept × rows", "proxy only", "httpx GET", "SQL")
CPU_TEXT = f"""\
Kept: the history is in memory, ten seconds old at most. Cold: it is read from upstream and parsed. Rows only: a
signed-in Django page with a table of as many rows (at most {ROWS_PER_PAGE}, as on ours) and nothing else. Proxy
only: a signed-in Django page that reads the history through a pooled client, ignores it and says "ok". SQL:
statements of a kept page."""
WAIT_HEAD = ("visits", "upstream", "page, cold", "p99", "beyond upstream", "p99", "page, kept", "p99", "proxy only")
WAIT_TEXT = """\
Medians and 99th percentiles, from the request's first byte to the answer's last. Beyond upstream: a cold page less
the median of upstream's own answer to the same question."""


def sections(found: Sequence[Costs]) -> list[Section]:
    return [
        Section(
            "CPU of the web process for one page, ms", CPU_HEAD, tuple(map(_cpu, found)), CPU_TEXT, _cpu_targets(found)
        ),
        Section(
            "Waiting for one page at one connection, ms",
            WAIT_HEAD,
            tuple(map(_wait, found)),
            WAIT_TEXT,
            _wait_targets(found),
        ),
    ]


def _cpu(costs: Costs) -> tuple[str, ...]:
    kept, rows = costs.kept.cpu_figure, costs.rows.cpu_figure
    cells = (kept, costs.cold.cpu_figure, rows, kept.per(rows), costs.proxied.cpu_figure, costs.httpx.cpu_figure)
    return f"{costs.visits:,}", *map(str, cells), str(costs.kept.queries)


def _wait(costs: Costs) -> tuple[str, ...]:
    beyond = costs.upstream.at(0.5)
    cells = (
        *(beyond, costs.cold.at(0.5), costs.cold.at(0.99), costs.cold.at(0.5) - beyond, costs.cold.at(0.99) - beyond),
        *(costs.kept.at(0.5), costs.kept.at(0.99), costs.proxied.at(0.5)),
    )
    return f"{costs.visits:,}", *map(number, cells)


def _cpu_targets(found: Sequence[Costs]) -> tuple[Target, ...]:
    kept = {costs.visits: costs.kept.cpu_figure for costs in found}
    cold = {costs.visits: costs.cold.cpu_figure for costs in found}
    usual = next(costs for costs in found if costs.visits == 50)
    added = cold[50].minus(kept[50]).per(usual.httpx.cpu_figure)
    return (
        Target("CPU, 50 visits, kept, against rows only", kept[50].per(usual.rows.cpu_figure), 1.5, "×"),
        Target("CPU that a cold page adds, 50 visits, against one httpx GET", added, 1.5, "×"),
        *(
            Target(
                f"CPU, cold, from {few:,} to {many:,} visits, against a straight line",
                cold[many].per(cold[few]).times(few / many),
                1,
                "×",
            )
            for few, many in ((50, 500), (500, 10_000))
        ),
        *(
            Target(f"CPU, {visits:,} visits, kept", kept[visits], most, "ms")
            for visits, most in ((50, 5), (500, 20), (10_000, 500))
        ),
        Target("SQL statements, kept", figure([max(costs.kept.queries for costs in found)]), 6, ""),
    )


def _wait_targets(found: Sequence[Costs]) -> tuple[Target, ...]:
    usual = next(costs for costs in found if costs.visits == 50)
    p99 = figure([usual.cold.at(0.99) - usual.upstream.at(0.5)])
    return (
        Target("Waiting beyond upstream, 50 visits, cold", usual.cold.p50.minus(usual.upstream.p50), 8, "ms"),
        Target("The same, 99th percentile, on a quiet machine", p99, 25, "ms"),
    )
