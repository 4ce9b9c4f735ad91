"""Two samples beside each other."""

from __future__ import annotations

from hypothesis import given

from dashboard.timeline.comparison import compare
from dashboard.timeline.coverage import Walk, cover
from dashboard.timeline.model import Graph
from tests.timeline.walks import graph, walk, walks


def sample(ab: int, ac: int, prefix: str = "lead") -> list[Walk]:
    paths = ["ab"] * ab + ["ac"] * ac
    return [walk(f"{prefix}_{number:03}", path) for number, path in enumerate(paths)]


def test_difference_beyond_chance_is_said_in_words() -> None:
    """Which way, how much, and in which sample."""
    ways = graph("ab", "ac")

    found = compare(cover(sample(90, 10), ways), cover(sample(50, 50), ways))

    assert found.compared == 2
    assert [pair.sentence for pair in found.notable] == [
        "After “a”, “b” follows 40 points less often in the second sample.",
        "After “a”, “c” follows 40 points more often in the second sample.",
    ]


def test_small_difference_is_no_sentence() -> None:
    """Chance alone makes such."""
    ways = graph("ab", "ac")

    assert compare(cover(sample(5, 4), ways), cover(sample(4, 5), ways)).notable == ()


def test_among_many_a_doubt_is_added() -> None:
    """What one look would call beyond chance, twenty looks would not."""
    others = [walk(f"other_{number}", path) for number, path in enumerate(["de", "df"] * 5 + ["gh", "gi"] * 5)]
    ways = graph("ab", "ac", "de", "df", "gh", "gi")

    found = compare(cover([*sample(30, 20), *others], ways), cover([*sample(20, 30), *others], ways))

    assert found.compared == 6
    assert [pair.sentence.endswith("among so many comparisons, it may still be chance.") for pair in found.notable] == [
        True,
        True,
    ]


def test_way_that_only_one_sample_knows_counts_as_never_in_the_other() -> None:
    """With that sample's own exits; one that never left the step has no difference."""
    found = compare(
        cover([walk("lead_1", "ab")], Graph()), cover([walk("lead_2", "ac"), walk("lead_3", "de")], Graph())
    )

    pairs = {pair.first.source.id + pair.first.target.id: pair for pair in found.pairs}
    assert (pairs["ab"].second.count, pairs["ab"].second.exits) == (0, 1)
    assert (pairs["ac"].first.count, pairs["ac"].first.exits) == (0, 1)
    assert pairs["de"].difference is None


@given(walks)
def test_sample_against_itself_shows_nothing(leads: list[Walk]) -> None:
    """Every difference is zero."""
    found = cover(leads, Graph())

    assert compare(found, found).notable == ()
