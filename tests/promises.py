"""Properties P1 to P10 of docs/reliability.md are promises: the suite looks twice as long at them as at others."""

from __future__ import annotations

from hypothesis import settings

EXAMPLES = {100: 200}

# Other profiles say themselves how long is long enough.
promised = settings(max_examples=EXAMPLES.get(settings.default.max_examples, settings.default.max_examples))
