"""Stops asking an upstream that keeps failing, and lets one try through to see whether it is back.

Counts tries, knows nothing of HTTP. The lock guards only the counting and is never held during a call.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

logger = logging.getLogger("dashboard.dialnexa")

WINDOW = 10  # tries remembered
FAILURES = 5  # of them failed: open
PAUSE = 15.0  # seconds open
SPREAD = 0.2  # so that several processes do not knock at the same moment


class Breaker:
    """Closed until 5 of the last 10 tries failed; then open for 15 s ± 20 %; then one probe decides."""

    def __init__(self, *, monotonic: Callable[[], float], jitter: Callable[[float, float], float]) -> None:
        self._monotonic = monotonic
        self._jitter = jitter
        self._lock = threading.Lock()
        self._failed: deque[bool] = deque(maxlen=WINDOW)
        self._probe_at: float | None = None  # monotonic moment of the next probe; None: closed
        self._is_probing = False
        self._era = 0  # a try that began in an earlier era has no say any more

    def admit(self) -> int | None:
        """A ticket to hand back to report(), or None: don't ask now."""
        with self._lock:
            if self._probe_at is not None:
                if self._is_probing or self._monotonic() < self._probe_at:
                    return None
                self._is_probing = True
            return self._era

    def report(self, ticket: int, *, has_failed: bool | None) -> None:
        """How the admitted try went. None: it never got so far as to tell."""
        with self._lock:
            if ticket != self._era:
                return
            is_probe, self._is_probing = self._is_probing, False
            if has_failed is None:
                return
            self._failed.append(has_failed)
            if is_probe and not has_failed:
                self._close()
            elif is_probe or self._failed.count(True) >= FAILURES:
                self._open()

    def left(self) -> float:
        """Seconds until the next probe."""
        with self._lock:
            return max(0.0, (self._probe_at or 0.0) - self._monotonic())

    def _open(self) -> None:
        pause = PAUSE * self._jitter(1 - SPREAD, 1 + SPREAD)
        self._probe_at = self._monotonic() + pause
        self._era += 1
        logger.warning("DialNexa keeps failing: not asking for %.0f s", pause)

    def _close(self) -> None:
        self._probe_at = None
        self._failed.clear()
        self._era += 1
        logger.warning("DialNexa answers again")
