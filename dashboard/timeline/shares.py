"""How sure a share is: k of n as an interval, and the difference of two shares. Pure.

Each of the n counts as drawn by itself. Of whoever comes round a loop again that is only nearly true.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Share:
    """k of n, n above zero, with its 95 % interval."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.count / self.of


@dataclass(frozen=True, slots=True)
class Difference:
    """The second share less the first, with its 95 % interval.

    is_sure: beyond chance even though `among` such differences were looked at (Bonferroni).
    """

    value: float
    low: float
    high: float
    is_sure: bool

    @property
    def is_notable(self) -> bool:
        """Beyond chance if it were the only one looked at."""
        return self.low > 0 or self.high < 0


def share(count: int, of: int) -> Share | None:
    """Wilson's interval. Of something that never or always happened, the exact one: 0 of 200 is at most 1.8 %."""
    if not of:
        return None
    low, high = _wilson(count, of, Z)
    if count == 0:
        high = 1 - 0.025 ** (1 / of)
    if count == of:
        low = 0.025 ** (1 / of)
    return Share(count, of, low, high)


def difference(first: tuple[int, int], second: tuple[int, int], *, among: int) -> Difference | None:
    """Two shares as (k, n). Newcombe's interval from the two of Wilson (1998, method 10); None where an n is zero."""
    if not first[1] or not second[1]:
        return None
    value = second[0] / second[1] - first[0] / first[1]
    low, high = _newcombe(first, second, Z)
    strict_low, strict_high = _newcombe(first, second, NormalDist().inv_cdf(1 - 0.025 / max(1, among)))
    return Difference(value, low, high, is_sure=strict_low > 0 or strict_high < 0)


def _wilson(count: int, of: int, z: float) -> tuple[float, float]:
    part = count / of
    middle = part + z * z / (2 * of)
    half = z * sqrt(part * (1 - part) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    # Rounding may carry an end past the share itself, at none and at all.
    return max(0.0, min((middle - half) / scale, part)), min(1.0, max((middle + half) / scale, part))


def _newcombe(first: tuple[int, int], second: tuple[int, int], z: float) -> tuple[float, float]:
    (low_1, high_1), (low_2, high_2) = _wilson(*first, z), _wilson(*second, z)
    part_1, part_2 = first[0] / first[1], second[0] / second[1]
    value = part_2 - part_1
    return (
        value - sqrt((part_2 - low_2) ** 2 + (high_1 - part_1) ** 2),
        value + sqrt((high_2 - part_2) ** 2 + (part_1 - low_1) ** 2),
    )
