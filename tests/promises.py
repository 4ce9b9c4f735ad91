"""Properties P1 to P10 of docs/reliability.md are promises: the suite looks twice as long at them as at others."""

from __future__ import annotations

from hypothesis import settings

# Other profiles than the suite's say themselves how long is long enough.
_usual = settings().max_examples
promised = settings(max_examples=200 if _usual == 100 else _usual)
