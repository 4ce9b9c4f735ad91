"""What a rule says of one lead: clear, warning, breach or cannot tell, with all that a person needs to judge it.

"Clear" is only ever the result of a computation over known inputs; whatever is missing makes "cannot tell".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dashboard.compliance.packs import Pack, Rule


class Result(StrEnum):
    """The value is the word people read; in order of how much it asks for a person."""

    CLEAR = "clear"
    CANNOT_TELL = "cannot tell"
    WARNING = "warning"
    BREACH = "breach"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {result: rank for rank, result in enumerate(Result)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule of one pack over one lead. positions: the visits it concerns; 0 is the dial that a forecast adds."""

    pack: Pack
    rule: Rule
    result: Result
    sentence: str  # what was found, without anything personal
    inputs: tuple[str, ...] = ()  # what it was computed from, and what was not known, a sentence each
    positions: tuple[int, ...] = ()


def worst(results: Iterable[Result]) -> Result | None:
    """The one that asks most for a person; None: nothing was judged."""
    return max(results, key=lambda result: result.rank, default=None)
