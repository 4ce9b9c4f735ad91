"""Two samples of one workflow side by side: which exits are taken more often in one than in the other. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.timeline.coverage import Coverage, EdgeUse
from dashboard.timeline.shares import Difference, difference


@dataclass(frozen=True, slots=True)
class Pair:
    """One edge in both samples. difference: None where a sample never left the edge's node."""

    first: EdgeUse
    second: EdgeUse
    difference: Difference | None

    @property
    def sentence(self) -> str:
        """In words where it is beyond chance; else ""."""
        found = self.difference
        if found is None or not found.is_notable:
            return ""
        way = f"After “{self.first.source.label}”, “{self.first.target.label}” follows"
        much = f"{abs(found.value) * 100:.0f} points {'more' if found.value > 0 else 'less'} often in the second sample"
        doubt = "" if found.is_sure else "; among so many comparisons, it may still be chance"
        return f"{way} {much}{doubt}."


@dataclass(frozen=True, slots=True)
class Comparison:
    """pairs: the largest difference first; compared: those of which a difference can be told."""

    pairs: tuple[Pair, ...]
    compared: int

    @property
    def notable(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.sentence)


def compare(first: Coverage, second: Coverage) -> Comparison:
    """Every edge that either knows."""
    ones, others = ({(edge.source.id, edge.target.id): edge for edge in found.edges} for found in (first, second))
    exits = [{edge.source.id: edge.exits for edge in found.edges} for found in (first, second)]
    both = [
        (_absent(edge, exits[0]) if ends not in ones else ones[ends], others.get(ends) or _absent(edge, exits[1]))
        for ends, edge in {**others, **ones}.items()
    ]
    counts = [((one.count, one.exits), (other.count, other.exits)) for one, other in both]
    compared = sum(map(_is_worth_it, counts))
    pairs = [
        Pair(one, other, difference(*given, among=compared) if _is_worth_it(given) else None)
        for (one, other), given in zip(both, counts, strict=True)
    ]
    ordered = sorted(pairs, key=lambda pair: -abs(pair.difference.value) if pair.difference else 1)
    return Comparison(tuple(ordered), compared)


def _is_worth_it(counts: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    """Not what neither took, and not the only way there is."""
    (one, exits), (other, other_exits) = counts
    return bool(exits and other_exits) and 0 < one + other < exits + other_exits


def _absent(edge: EdgeUse, exits: dict[str, int]) -> EdgeUse:
    """The edge as the sample that never saw it has it."""
    return EdgeUse(
        source=edge.source,
        target=edge.target,
        labels=edge.labels,
        is_defined=edge.is_defined,
        is_unexpected=False,
        count=0,
        leads=0,
        exits=exits.get(edge.source.id, 0),
        examples=(),
    )
