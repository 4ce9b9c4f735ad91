"""L1, L2, L5: how fast pages come at a steady rate, how many come at most, and what happens beyond that."""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

from benchmarks.figures import Section, Target, figure, number
from benchmarks.leads import WORKFLOW
from benchmarks.load.arrivals import Ask, Samples, closed_loop, every, open_loop
from benchmarks.load.site import Site
from benchmarks.load.upstream import Remote

RATE = 20  # pages a second
AWAY = 0.05  # seconds DialNexa takes
USERS = 16  # who ask without a pause: fewer than places, so that nobody is turned away
BEYOND = 5  # times what can be served
_fresh = count(1)


class Length(NamedTuple):
    """Seconds that things are watched for."""

    steady: int
    peak: int
    overload: int
    hang: int
    fail: int
    soak: int


def cold(site: Site, kind: str = "cold") -> Ask:
    """A lead that nobody has asked for."""
    return site.page(kind, f"/workflows/{WORKFLOW}/leads/lead_load_{next(_fresh):06}/")


def kept(site: Site) -> Ask:
    """One whose path is over: minutes in memory."""
    return site.page("kept", f"/workflows/{WORKFLOW}/leads/lead_done_1/")


def sections(site: Site, bare: Site, upstream: Remote, length: Length) -> list[Section]:
    return [steady(site, upstream, length), overload(site, bare, upstream, length)]


def steady(site: Site, upstream: Remote, length: Length) -> Section:
    upstream.set(latency=AWAY)
    for _ in range(10):
        site.get(kept(site).path)
    ours = open_loop(site.port, every(RATE, length.steady, lambda _: kept(site)))
    asked = open_loop(site.port, every(RATE, length.steady, lambda _: cold(site)))
    rows = tuple(_row(name, found) for name, found in (("kept", ours), ("cold", asked)))
    return Section(
        f"L1, L2: {RATE} pages of thirty visits a second, open loop",
        ("pages", "asked", "answered 200", "p50, ms", "p95", "p99", "longest"),
        rows,
        f"Time counts from the moment a page was due. Cold: every page is another lead's, DialNexa {AWAY * 1000:.0f} "
        "ms away. The limits are those of a quiet machine.",
        (
            Target("L1 kept pages, p50", figure([ours.at(0.5)]), 30, "ms"),
            Target("L1 kept pages, p95", figure([ours.at(0.95)]), 100, "ms"),
            Target("L1 kept pages, p99", figure([ours.at(0.99)]), 200, "ms"),
            Target("L1, L2 pages that failed", figure([float(_failed(ours) + _failed(asked))]), 0, ""),
            Target("L2 cold pages, p95", figure([asked.at(0.95)]), 300, "ms"),
        ),
    )


def overload(site: Site, bare: Site, upstream: Remote, length: Length) -> Section:
    upstream.set(latency=AWAY)
    proxied = (f"/proxied/lead_load_{number:06}/" for number in _fresh)
    limit = closed_loop(bare.port, USERS, length.peak, lambda _: bare.page("bare", next(proxied)))
    best = closed_loop(site.port, USERS, length.peak, lambda _: cold(site))
    peak = len(best.answered(200)) / best.seconds
    rate = peak * BEYOND
    calm = open_loop(site.port, every(peak / 2, 5, lambda _: cold(site)))
    plan = [
        *every(rate, length.overload, lambda _: cold(site)),
        *((length.overload + due, ask) for due, ask in every(peak / 2, 20, lambda _: cold(site, "after"))),
        *((due, Ask("health", "/healthz")) for due, _ in every(4, length.overload, lambda _: cold(site))),
    ]
    found = open_loop(site.port, plan)
    storm, after, health = found.of("cold"), found.of("after"), found.of("health")
    served, turned = storm.answered(200), storm.answered(503)
    goodput = len(served) / length.overload
    others = len(storm) - len(served) - len([one for one in turned.all if one.retry_after])
    back = _recovery(after, length.overload, 2 * calm.at(0.99))
    bare_rate = len(limit.answered(200)) / limit.seconds
    return Section(
        f"L5: {BEYOND} times as many cold pages as can be served, {length.overload} s",
        ("", "a second", "p50, ms", "p95", "p99", "longest"),
        (
            _rate_row("bare proxy, at most", limit.answered(200), limit.seconds),
            _rate_row("ours, at most", best.answered(200), best.seconds),
            _rate_row("asked in the storm", storm, length.overload),
            _rate_row("served in the storm", served, length.overload),
            _rate_row("turned away (503, Retry-After)", turned, length.overload),
            _rate_row("health in the storm", health, length.overload),
        ),
        f"At most: {USERS} users who ask again as soon as they are answered. Bare proxy: a signed-in Django page that "
        'reads the history through a pooled client and says "ok", in the same gunicorn. Recovered: the first second '
        "after the storm from which on, at half of the most, nothing fails and p95 is at most twice the p99 before it.",
        (
            Target("L2 the most a bare proxy serves, against ours", figure([bare_rate / peak]), 1 / 0.8, "×"),
            Target("L2 a hundred pages a second, against the most", figure([100 / peak]), 1, "×"),
            Target("L5 the most, against what is served in the storm", figure([peak / goodput]), 1 / 0.8, "×"),
            Target("L5 turning away, p99", figure([turned.at(0.99)]), 1000, "ms"),
            Target("L5 neither served nor turned away properly", figure([float(others)]), 0, ""),
            Target("L5 recovered after", figure([back]), 10, "s"),
        ),
    )


def _recovery(after: Samples, start: int, usual: float) -> float:
    """Seconds after which everything is as before; 20: never."""
    seconds = [after.between(start + second, start + second + 1) for second in range(20)]
    bad = [n for n, one in enumerate(seconds) if len(one.answered(200)) < len(one) or one.at(0.95) > usual]
    return float(max(bad) + 1 if bad else 0)


def _failed(found: Samples) -> int:
    return len(found) - len(found.answered(200))


def _row(name: str, found: Samples) -> tuple[str, ...]:
    times = (found.at(0.5), found.at(0.95), found.at(0.99), found.longest * 1000)
    return name, str(len(found)), str(len(found.answered(200))), *map(number, times)


def _rate_row(name: str, found: Samples, seconds: float) -> tuple[str, ...]:
    times = (found.at(0.5), found.at(0.95), found.at(0.99), found.longest * 1000)
    return name, number(len(found) / seconds), *map(number, times)
