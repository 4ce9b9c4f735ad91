"""What is usual at a node."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.board import FEWEST, percentile, usual
from dashboard.timeline.digest import Step

seconds = st.lists(st.floats(0, 1e7), min_size=1, max_size=80)


def stay(length: float | None, node_id: str = "node_a") -> Step:
    return Step(node_id, "TIME", "Wait", "completed", "", None, length)


@given(seconds, st.randoms())
def test_percentile_is_one_of_the_values_and_holds_for_its_share(values: list[float], dice) -> None:
    """In any order: at least 95 % are not longer, and a smaller value would not do."""
    found = percentile(values)
    dice.shuffle(values)

    assert percentile(values) == found
    assert found in values
    assert sum(value <= found for value in values) >= 0.95 * len(values)
    assert sum(value < found for value in values) < 0.95 * len(values)


@given(seconds, st.floats(0, 1e7))
def test_longer_stays_never_make_less_usual(values: list[float], more: float) -> None:
    """Lengthening every stay lengthens what is usual."""
    assert percentile([value + more for value in values]) >= percentile(values)


def test_usual_needs_enough_finished_stays_at_that_node() -> None:
    """Open stays and steps without a node tell nothing."""
    enough = [[stay(60.0)] for _ in range(FEWEST)]
    few = [[stay(60.0, "node_b"), stay(None, "node_c"), stay(1.0, "")] for _ in range(FEWEST - 1)]

    found = usual([*enough, *few, [stay(None)]])

    assert list(found) == ["node_a"]
    assert (found["node_a"].stays, found["node_a"].at_most) == (FEWEST, timedelta(minutes=1))
