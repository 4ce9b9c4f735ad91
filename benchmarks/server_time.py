"""What the timeline page costs the server beyond upstream: CPU, SQL and waiting, beside plain pages of its size."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

import httpx

from benchmarks.connection import Connection
from benchmarks.figures import Figure, figure, percentile
from benchmarks.leads import ROWS_PER_PAGE, SIZES, fresh_leads, history_path, lead, page_path
from benchmarks.servers import PEERS, Servers

# Pages of one kind in one round. Few enough that a round ends before a kept history is read anew (10 s).
PAGES = {5: 10, 50: 18, 300: 10, 500: 10, 10_000: 3}


@dataclass(slots=True)
class Cost:
    """One kind of page at one size."""

    cpu: list[float] = field(default_factory=list)  # ms a page, one number a round
    wall: list[list[float]] = field(default_factory=list)  # ms, each page of each round
    queries: int = 0  # SQL statements a page, the worst round

    @property
    def cpu_figure(self) -> Figure:
        return figure(self.cpu)

    def at(self, part: float) -> float:
        """This percentile of waiting, ms."""
        return percentile([value for values in self.wall for value in values], part)

    @property
    def p50(self) -> Figure:
        return figure(median(values) for values in self.wall)


@dataclass(slots=True)
class Costs:
    """Everything of one size."""

    visits: int
    kept: Cost = field(default_factory=Cost)  # timeline page, history in memory
    cold: Cost = field(default_factory=Cost)  # timeline page, history read from upstream
    rows: Cost = field(default_factory=Cost)  # peer: a table of as many rows
    proxied: Cost = field(default_factory=Cost)  # peer: one upstream call
    upstream: Cost = field(default_factory=Cost)  # upstream's own answer, asked directly
    httpx: Cost = field(default_factory=Cost)  # one GET through a pooled httpx client


def measure(servers: Servers, dashboard: Connection, rounds: int) -> list[Costs]:
    """By rising size."""
    peers, upstream = servers.web(PEERS), servers.upstream()
    # Each process's first page builds what all others use.
    for visits in SIZES:
        dashboard.get(page_path(lead(visits)))
        peers.get(f"/proxied/{lead(visits)}/")
    meter_cost = median(_between_readings(peers) for _ in range(20))
    headers = {"Authorization": f"Bearer {servers.key}", "Accept-Encoding": "identity"}
    with httpx.Client(base_url=upstream.url, headers=headers, trust_env=False) as client:
        found = []
        # Rising, so that the long histories kept in memory don't slow the garbage collector of the short ones.
        for visits in SIZES:
            costs = Costs(visits)
            fresh = fresh_leads(visits)
            for _ in range(rounds):
                _round(costs, fresh, dashboard, peers, upstream, client, meter_cost)
            found.append(costs)
    return found


def _round(
    costs: Costs,
    fresh: Iterator[str],
    dashboard: Connection,
    peers: Connection,
    upstream: Connection,
    client: httpx.Client,
    meter_cost: float,
) -> None:
    pages = PAGES[costs.visits]
    leads = list(islice(fresh, pages))
    histories = [history_path(lead_id) for lead_id in leads]
    for path in histories:
        upstream.get(path)  # which makes it up the first time
    costs.upstream.wall.append([upstream.get(path).seconds * 1000 for path in histories])
    for path in histories:
        client.get(path)
    began = time.process_time()
    for path in histories:
        client.get(path)
    costs.httpx.cpu.append((time.process_time() - began) * 1000 / pages)
    _batch(costs.proxied, peers, [f"/proxied/{lead_id}/" for lead_id in leads], meter_cost)
    _batch(costs.cold, dashboard, [page_path(lead_id) for lead_id in leads], meter_cost)
    same = page_path(lead(costs.visits))
    dashboard.get(same)
    _batch(costs.kept, dashboard, [same] * pages, meter_cost)
    _batch(costs.rows, peers, [f"/rows/{min(costs.visits, ROWS_PER_PAGE)}/"] * pages, meter_cost)


def _batch(cost: Cost, connection: Connection, paths: Sequence[str], meter_cost: float) -> None:
    before = connection.meter()
    wall = [connection.get(path).seconds * 1000 for path in paths]
    after = connection.meter()
    cost.wall.append(wall)
    cost.cpu.append((after.cpu - before.cpu - meter_cost) * 1000 / len(paths))
    cost.queries = max(cost.queries, round((after.queries - before.queries) / len(paths)))


def _between_readings(connection: Connection) -> float:
    """What reading the meter costs itself, CPU seconds."""
    first = connection.meter()
    return connection.meter().cpu - first.cpu
