"""Leads whose history goes wrong on purpose, each in its own way. Counts live in memory; ``forget`` starts afresh.

Answers that pass ("429 once", "500 twice") are followed by an ordinary history.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from dashboard.demo.graphs import FAULTS
from dashboard.demo.moments import ist
from dashboard.demo.paths import Lead, call, does, waits

ERRORS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    500: "Internal Server Error",
}
NO_LEAD = "Workflow lead not found"
BAD_KEY = "API key is missing or invalid"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any  # bytes, or what becomes JSON
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "application/json; charset=utf-8"
    seconds: float = 0.0  # of silence before it


def error(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    return Answer(status, {"statusCode": status, "message": message, "error": ERRORS[status]}, headers)


@dataclass(frozen=True, slots=True)
class Fault:
    title: str
    answer: Answer | None = None  # None: the right answer, only late
    times: int | None = None  # how often; None: always


SILENCE = {"lead_hang": 20.0}  # seconds before the history of this lead comes

# By lead id: what asking for its history meets.
FAULT_OF = {
    "lead_404": Fault("not found", error(404, NO_LEAD)),
    "lead_401": Fault("the key is refused", error(401, BAD_KEY)),
    "lead_403": Fault("no access", error(403, "You do not have permission to access this workflow")),
    "lead_429": Fault("too many requests, once", error(429, "Too many requests", ("Retry-After", "3")), times=1),
    "lead_500": Fault("server error, twice", error(500, "Internal server error"), times=2),
    "lead_hang": Fault("twenty seconds of silence"),
    "lead_html": Fault(
        "a web page instead of JSON",
        Answer(200, b"<!doctype html><title>Gateway</title><h1>It works!</h1>", kind="text/html; charset=utf-8"),
    ),
    "lead_null": Fault("an envelope with nothing inside", Answer(200, {"statusCode": 200, "data": None})),
}
# Its history is fine; its calls are not: another record's, milliseconds, none at all.
LEAD_OF_ODD_CALLS = "lead_odd_calls"

LEADS = {
    lead_id: Lead(
        *(lead_id, FAULTS, "H1", fault.title.capitalize(), f"+9190000003{number:02d}", "active", ist(7, 15, 10)),
        (call("a_call1", 64, f"call_after_{lead_id[5:]}", "no_answer"), waits("a_w2h", 7200, is_ahead=True)),
        {"customer_name": fault.title.capitalize()},
    )
    for number, (lead_id, fault) in enumerate(FAULT_OF.items())
}
LEADS[LEAD_OF_ODD_CALLS] = Lead(
    *(LEAD_OF_ODD_CALLS, FAULTS, "H1", "Odd calls", "+919000000320", "completed", ist(7, 15, 9, 30)),
    (
        call("a_call1", 64, "call_other01", "no_answer"),
        does("a_w2h", 7200),
        call("a_call2", 31, "call_404", "no_answer"),
        does("a_w4h", 3600),
        call("a_call3", 142, "call_ms01"),
        *(does("a_cond"), does("a_wa", 2), does("a_conv", 0)),
    ),
    {"customer_name": "Odd calls"},
)


@dataclass(slots=True)
class Faults:
    """How often each fault has struck."""

    _struck: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def strike(self, lead_id: str) -> Answer | None:
        """The wrong answer for this lead's history, or None when the right one is due."""
        fault = FAULT_OF.get(lead_id)
        if fault is None or fault.answer is None:
            return None
        with self._lock:
            self._struck[lead_id] += 1
            is_over = fault.times is not None and self._struck[lead_id] > fault.times
        return None if is_over else fault.answer

    def forget(self) -> None:
        with self._lock:
            self._struck.clear()
