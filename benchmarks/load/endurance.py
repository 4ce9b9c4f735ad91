"""L7, L8, L11: a long ordinary day, sixteen writers of the trail, and ends in the middle of work."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from benchmarks.figures import Section, Target, figure, number
from benchmarks.leads import WORKFLOW
from benchmarks.load.arrivals import Ask, Samples, every, open_loop
from benchmarks.load.site import FIRST, POOL, WORKERS, Holding, Site
from benchmarks.load.speed import Length, cold, kept
from benchmarks.load.upstream import VISITS, Remote
from benchmarks.servers import Servers
from benchmarks.trail_process import WRITERS, WRITTEN

SOAK_RATE = 10  # pages a second
ENDING_RATE = 6
FAULTS = 0.05  # of DialNexa's answers
LOOK = 5.0  # seconds between two looks at memory
CALL = f"call_v{VISITS}_{VISITS // 2}"


def sections(servers: Servers, upstream: Remote, length: Length) -> list[Section]:
    return [ending(servers, upstream), soak(servers, upstream, length), writers(servers.folder)]


def ending(servers: Servers, upstream: Remote) -> Section:
    """SIGTERM in the middle of work, and workers that are replaced after some requests."""
    upstream.set(latency=0.3)
    site = Site(servers)
    started = site.started_in
    site.get(kept(site).path)
    asked_at, took = 3.0, list[float]()
    timer = threading.Timer(asked_at, lambda: took.append(site.end()))
    timer.start()
    found = open_loop(site.port, every(ENDING_RATE, asked_at + 2, lambda _: cold(site)))
    timer.join()
    before = found.between(0, asked_at - 0.05)
    replaced = Site(servers, "--max-requests=15", "--max-requests-jitter=20")
    first = {one.pid for one in replaced.workers()}
    steady = open_loop(replaced.port, every(ENDING_RATE, 20, lambda _: cold(replaced)))
    renewed = len({one.pid for one in replaced.workers()} - first)
    replaced.end()
    upstream.set()
    return Section(
        f"L11: ends in the middle of {ENDING_RATE} cold pages a second, DialNexa 300 ms away",
        ("", "asked", "answered 200", "turned away, 503", "dropped", "longest, ms"),
        (
            _row("before SIGTERM", before),
            _row("workers replaced every 15 to 35 requests", steady),
        ),
        "Dropped: asked while the server was there, and not answered.",
        (
            Target("L11 pages dropped by SIGTERM", figure([float(_dropped(before))]), 0, ""),
            Target("L11 ended after SIGTERM in", figure(took), 10, "s"),
            Target("L11 pages dropped by workers that are replaced", figure([float(_dropped(steady))]), 0, ""),
            Target("L11 workers not replaced", figure([float(renewed == 0)]), 0, ""),
            Target("L11 cold start", figure([started]), 5, "s"),
        ),
    )


def soak(servers: Servers, upstream: Remote, length: Length) -> Section:
    upstream.set(latency=0.05, faults=FAULTS)
    site = Site(servers)
    # Every thread of the pool has had something to do, and a database connection: what grows later is a leak.
    open_loop(site.port, [(0.0, Ask("sign-in", FIRST))] * (2 * WORKERS * POOL))
    rows_before = _transcripts(servers.folder)
    looks: list[tuple[float, list[Holding]]] = []
    began, over = time.monotonic(), threading.Event()

    def watch() -> None:
        while not over.wait(LOOK):
            looks.append((time.monotonic() - began, site.holdings()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    found = open_loop(site.port, every(SOAK_RATE, length.soak, lambda number: _mixed(site, number)))
    over.set()
    watcher.join()
    upstream.set()
    recorded = _transcripts(servers.folder) - rows_before
    site.end()
    shown = len(found.of("transcript").answered(200))
    warm = [look for look in looks if look[0] > length.soak / 3]
    workers = range(len(warm[0][1]))
    slopes = [_slope([(at, held[worker].megabytes) for at, held in warm]) * 60 for worker in workers]
    spreads = [_spread([held[worker].descriptors for _, held in warm]) for worker in workers]
    threads = [_spread([held[worker].threads for _, held in warm]) for worker in workers]
    first, last = warm[0][1], warm[-1][1]
    return Section(
        f"L7: {length.soak} s of {SOAK_RATE} pages a second, {FAULTS:.0%} of DialNexa's answers broken",
        ("worker", "MB", "MB at the end", "MB a minute", "descriptors", "at the end", "threads", "at the end"),
        tuple(
            (
                *(str(worker + 1), number(first[worker].megabytes), number(last[worker].megabytes)),
                *(number(slopes[worker]), str(first[worker].descriptors), str(last[worker].descriptors)),
                *(str(first[worker].threads), str(last[worker].threads)),
            )
            for worker in workers
        ),
        f"Timelines, transcripts, lists, the start page, sign-in. Of {len(found):,} answers "
        f"{len(found.answered(502, 503, 504)):,} said that DialNexa failed; p50 {number(found.at(0.5))} ms, p99 "
        f"{number(found.at(0.99))} ms. After a third of the time, as everything is warm; the slope by least squares.",
        (
            Target("L7 memory, a minute and worker", figure([max(slopes)]), 0.5, "MB"),
            Target("L7 memory of a worker, at the end", figure([max(held.megabytes for held in last)]), 110, "MB"),
            Target("L7 descriptors, spread", figure([float(max(spreads))]), 10, ""),
            Target("L7 threads, spread", figure([float(max(threads))]), 2, ""),
            Target("L7 answers that nobody meant (500, none)", figure([float(_unmeant(found))]), 0, ""),
            Target("L7 transcripts shown and not recorded", figure([float(abs(recorded - shown))]), 0, ""),
        ),
    )


def _mixed(site: Site, number: int) -> Ask:
    """What a team does, in turn."""
    lead = number // 10 % 40  # so few that memory has seen them all in the first third
    match number % 10:
        case 0 | 1 | 2 | 3:
            return site.page("timeline", f"/workflows/{WORKFLOW}/leads/lead_load_9{lead:03}/")
        case 4 | 5:
            return kept(site)
        case 6 | 7:
            path = f"/workflows/{WORKFLOW}/leads/lead_done_1/calls/{CALL}/"
            return site.page("transcript", path)._replace(is_fragment=True)
        case 8:
            return site.page("list", f"/workflows/{WORKFLOW}/" if number % 20 == 8 else "/?all=1")
        case _:
            return Ask("sign-in", FIRST)


def _transcripts(folder: Path) -> int:
    """Rows of the trail that say a transcript was shown."""
    with sqlite3.connect(f"file:{folder / 'bench.sqlite3'}?mode=ro", uri=True) as database:
        query = "SELECT count(*) FROM dashboard_auditevent WHERE action = 'transcript.view'"
        count: int = database.execute(query).fetchone()[0]
    return count


def writers(folder: Path) -> Section:
    home = folder / "trail"
    home.mkdir()
    command = [sys.executable, "-m", "benchmarks.trail_process", str(home), "writing"]
    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found = json.loads(answer.stdout.splitlines()[-1])
    return Section(
        f"L8: {WRITERS} threads write {WRITTEN} rows into the trail",
        ("bare insert, a second", "one writer", f"{WRITERS} writers", "p99, ms", "rows lost"),
        (tuple(number(found[name]) for name in ("bare", "alone", "together", "p99", "lost")),),
        "`make bench` proves a million rows. Bare insert: as there.",
        (
            Target("L8 rows lost, or out of the chain", figure([found["lost"]]), 0, ""),
            Target("L8 a row, p99", figure([found["p99"]]), 250, "ms"),
        ),
    )


def _dropped(found: Samples) -> int:
    return len(found.answered(0))


def _unmeant(found: Samples) -> int:
    return len(found) - len(found.answered(200, 302, 502, 503, 504))


def _row(name: str, found: Samples) -> tuple[str, ...]:
    counts = (len(found), len(found.answered(200)), len(found.answered(503)), _dropped(found))
    return name, *map(str, counts), number(found.longest * 1000)


def _spread(values: Sequence[int]) -> int:
    return max(values) - min(values)


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """By least squares, a second."""
    middle_x, middle_y = mean(x for x, _ in points), mean(y for _, y in points)
    below = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / below if below else 0.0
