"""How often somebody did something lately, over all processes."""

from __future__ import annotations

from django.core.cache import cache


def count(what: str, who: object, seconds: int) -> int:
    """How often in this stretch of time, this time included."""
    key = f"{what}:{who}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # the stretch ended in between
        return 1
