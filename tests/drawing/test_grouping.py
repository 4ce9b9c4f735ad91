"""Which visits share a bar when there are too many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import grouping
from dashboard.drawing.grouping import MOST, Run


def test_loop_is_cut_into_whole_rounds() -> None:
    """Each group begins where the round begins."""
    found = grouping.runs(["call", "wait"] * 5000)

    assert {(run.size, run.period) for run in found} == {(100, 2)}


def test_loop_within_a_path_leaves_its_neighbours_alone() -> None:
    """What comes before and after stays as single visits."""
    found = grouping.runs(["start", *["call", "wait"] * 300, "end"])

    assert found[0] == Run(0, 0, 0)
    assert found[-1] == Run(601, 601, 0)
    assert {run.period for run in found[1:-1]} == {2}


def test_path_without_loop_is_cut_into_equal_groups() -> None:
    """Nothing repeats: neighbours share a bar."""
    found = grouping.runs(range(10_000))

    assert {(run.size, run.period) for run in found} == {(100, 0)}


def test_longest_round_counts_whole() -> None:
    """A loop over eight nodes is one loop, not eight visits side by side."""
    found = grouping.runs(list("abcdefgh") * 100)

    assert {run.period for run in found} == {8}


@pytest.mark.parametrize("count", [501, 9_999, 50_000])
def test_opening_a_group_always_shows_fewer(count: int) -> None:
    """So that whoever keeps selecting arrives at single visits."""
    found = grouping.runs(["call", "wait", "branch"] * (count // 3))

    assert max(run.size for run in found) <= max(count // 50, 6)


@given(st.lists(st.integers(0, 3), max_size=60).map(lambda part: part * 30))
def test_every_visit_is_in_exactly_one_run(nodes: list[int]) -> None:
    """Nothing dropped, nothing twice, never more marks than a page can bear."""
    found = grouping.runs(nodes)

    assert [index for run in found for index in range(run.first, run.last + 1)] == list(range(len(nodes)))
    assert len(found) <= MOST
