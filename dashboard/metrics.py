"""What is counted, for Prometheus. Labels are names of ours: no id, no path, no number ever stands in one."""

from __future__ import annotations

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from dashboard.dialnexa.client import Exchange

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests = Counter(
    "leadline_upstream_requests", "Requests to DialNexa, by endpoint and what came of them.", ["endpoint", "outcome"]
)
_retries = Counter("leadline_upstream_retries", "Second tries of a request to DialNexa.", ["endpoint"])
_seconds = Histogram("leadline_upstream_seconds", "How long DialNexa took.", ["endpoint"], buckets=SECONDS)
_bytes = Counter("leadline_upstream_bytes", "Bytes read from DialNexa.", ["endpoint"])
_breaker = Gauge(
    "leadline_upstream_breaker_open", "1 while DialNexa is left alone after failures.", multiprocess_mode="livemax"
)
_hold = Gauge(
    "leadline_upstream_hold_seconds", "Seconds for which DialNexa asked to be left alone.", multiprocess_mode="livemax"
)
_copies = Counter(
    "leadline_copies",
    "Answers wanted: fresh copy, read, joined a call in flight, stale, failed.",
    ["kind", "result"],
)
_pages = Counter("leadline_pages", "Pages and fragments, by URL name and status class.", ["name", "status"])
_turned_away = Counter("leadline_turned_away", "Requests for which there was no place, at work or to wait.", ["place"])


def upstream_asked(exchange: Exchange) -> None:
    """One try of a request to DialNexa is over."""
    _requests.labels(exchange.endpoint, exchange.outcome).inc()
    _seconds.labels(exchange.endpoint).observe(exchange.seconds)
    _bytes.labels(exchange.endpoint).inc(exchange.size)
    if exchange.number > 1:
        _retries.labels(exchange.endpoint).inc()
    _breaker.set(exchange.is_breaker_open)
    _hold.set(exchange.hold_seconds)


def copies_asked(kind: str, result: str) -> None:
    _copies.labels(kind, result).inc()


def turned_away(place: str) -> None:
    """place: work, for pages; dialnexa, for who would have waited for it."""
    _turned_away.labels(place).inc()


def page_served(name: str, status: int) -> None:
    _pages.labels(name, f"{status // 100}xx").inc()


def exposition() -> tuple[bytes, str]:
    """All counters as Prometheus reads them, of all web processes where they share a folder; and the content type."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # one process: it has no folder
        registry = REGISTRY
    return generate_latest(registry), CONTENT_TYPE_LATEST
