"""L6, L9, L10: what a DialNexa that hangs, drips or fails does to who asks it, and to who does not."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.figures import Section, Target, figure, number
from benchmarks.load.arrivals import Ask, Samples, closed_loop, every, open_loop
from benchmarks.load.site import FIRST, Site
from benchmarks.load.speed import Length, cold, kept
from benchmarks.load.upstream import Remote

AT_ONCE = 50  # users
PAUSE = 1.0  # seconds before a user asks again
PROBES = 4  # a second, of each kind
REST = 15  # seconds until nothing of a bad day is left, breaker included
ADMIN = "/admin/"
POOL = 64 + 1  # threads of gunicorn.conf.py, and the one that accepts
BREAK = 2.0  # seconds without a request: the breaker is open


def sections(site: Site, lone: Site, upstream: Remote, length: Length) -> list[Section]:
    """lone: a dashboard of one worker, whose breaker is the only one."""
    return [hanging(site, upstream, length), failing(lone, upstream, length), crowd(site, upstream)]


def hanging(site: Site, upstream: Remote, length: Length) -> Section:
    rows, targets = [], []
    for mode in ("hang", "drip"):
        upstream.set()
        for path in (kept(site).path, ADMIN) * 8:
            site.get(path)
        before = [one.threads for one in site.holdings()]
        upstream.set(mode=mode)
        pages, probes = _side_by_side(site, length.hang)
        upstream.set()
        time.sleep(REST)
        after = [one.threads for one in site.holdings()]
        rows += [_row(f"{mode}: pages of DialNexa", pages)]
        rows += [_row(f"{mode}: {kind}", probes.of(kind)) for kind in ("health", "sign-in", "kept", "admin")]
        others = probes.of("sign-in", "kept", "admin")
        targets += [
            Target(f"L6 {mode}: longest page", figure([pages.longest]), 10.5, "s"),
            Target(f"L6 {mode}: health, p99", figure([probes.of("health").at(0.99)]), 100, "ms"),
            Target(f"L6 {mode}: sign-in, kept pages, admin, p99", figure([others.at(0.99)]), 500, "ms"),
            Target(f"L6 {mode}: of these and health, failed", figure([float(_failed(probes))]), 0, ""),
            Target(f"L6 {mode}: threads beyond the pool", figure([float(_beyond(before, after))]), 0, ""),
        ]
    return Section(
        f"L6: DialNexa hangs, then drips, {length.hang} s each, {AT_ONCE} users at once",
        ("asked", "times", "answered 200", "turned away, 503", "p50, ms", "p99", "longest"),
        tuple(rows),
        f"The users ask for ever new leads, a second after each answer or when Retry-After says; beside them, {PROBES} "
        "times a second, pages that need no DialNexa.",
        tuple(targets),
    )


def _side_by_side(site: Site, seconds: int) -> tuple[Samples, Samples]:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(closed_loop, site.port, AT_ONCE, seconds, lambda _: cold(site), pause=PAUSE)
        kinds = (Ask("health", "/healthz"), Ask("sign-in", FIRST), kept(site), site.page("admin", ADMIN))
        probes = open_loop(site.port, every(PROBES * len(kinds), seconds, lambda number: kinds[number % len(kinds)]))
        return running.result(), probes


def _beyond(before: list[int], after: list[int]) -> int:
    """Threads that a worker has now beyond gunicorn's own pool, and did not have before."""
    return max(max(0, now - max(then, POOL)) for then, now in zip(before, after, strict=True))


def failing(lone: Site, upstream: Remote, length: Length) -> Section:
    upstream.set(mode="fail")
    rate = 10
    found = open_loop(lone.port, every(rate, length.fail, lambda _: cold(lone)))
    seen = [moment for moment, _ in upstream.seen()]
    upstream.set()
    opened = next((n for n in range(1, len(seen)) if seen[n] - seen[n - 1] > BREAK), len(seen))
    pages = max(1, sum(one.at <= seen[opened - 1] - seen[0] + 1 / rate for one in found.all))
    probes = seen[opened:]
    spans = [later - earlier for earlier, later in zip(seen[opened - 1 :], probes, strict=False)]
    time.sleep(REST + 5)
    return Section(
        f"L9: DialNexa answers 503 for {length.fail} s, {rate} pages a second, one worker",
        ("pages", "requests to DialNexa", "of them until the breaker opened", "pages until then", "shortest pause, s"),
        ((str(len(found)), str(len(seen)), str(opened), str(pages), number(min(spans, default=0.0))),),
        "The breaker opens when five of the last ten tries have failed; then one request every 12 to 18 s finds out. "
        "Until then each page may try twice, while the budget of retries lasts.",
        (
            Target("L9 requests to DialNexa, against pages", figure([len(seen) / len(found)]), 1.1, "×"),
            Target("L9 requests in 15 s, breaker open", figure([15 * len(probes) / length.fail]), 1.25, ""),
            Target("L9 longest page", figure([found.longest]), 10.5, "s"),
        ),
    )


def crowd(site: Site, upstream: Remote) -> Section:
    upstream.set(latency=0.3)
    ask = cold(site)
    found = open_loop(site.port, ((0.0, ask) for _ in range(AT_ONCE)))
    histories = sum(path.endswith("/history") for _, path in upstream.seen())
    upstream.set()
    workers = len(site.workers())
    return Section(
        f"L10: {AT_ONCE} users open the same cold lead at once, DialNexa 300 ms away",
        ("answered 200", "turned away, 503", "requests to DialNexa", "workers", "longest, ms"),
        (
            (
                *(str(len(found.answered(status))) for status in (200, 503)),
                *(str(histories), str(workers), number(found.longest * 1000)),
            ),
        ),
        targets=(Target("L10 requests to DialNexa, for each worker", figure([histories / workers]), 1, ""),),
    )


def _failed(found: Samples) -> int:
    return len(found) - len(found.answered(200))


def _row(name: str, found: Samples) -> tuple[str, ...]:
    counts = (len(found), len(found.answered(200)), len(found.answered(503)))
    return name, *map(str, counts), *map(number, (found.at(0.5), found.at(0.99), found.longest * 1000))
