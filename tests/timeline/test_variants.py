"""Distinct paths, and how their loops fold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.coverage import Walk
from dashboard.timeline.variants import folded, variants
from tests.timeline.walks import step, walk, walks


def spelled(path: str) -> str:
    return " ".join("".join(nodes) + (f"×{times}" if times > 1 else "") for nodes, times in folded(path))


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("", ""),
        ("abc", "abc"),
        ("cwcwcw", "cw×3"),
        ("acwcwcwd", "a cw×3 d"),
        ("aaab", "a×3 b"),
        ("cwcwcwc", "cw×3 c"),
        ("abcabcx", "abc×2 x"),
        ("aabaab", "aab×2"),
    ],
)
def test_loops_fold(path: str, wanted: str) -> None:
    """Repetition at once is written once, with how often."""
    assert spelled(path) == wanted


@given(st.text("abc", max_size=40))
def test_unfolding_gives_the_path_back(path: str) -> None:
    """Nothing is lost or added."""
    assert "".join("".join(nodes) * times for nodes, times in folded(path)) == path


def test_long_loop_is_one_block() -> None:
    """Two hundred reminders are no two hundred words."""
    assert folded("cw" * 200) == ((("c", "w"), 200),)


def test_variants_come_by_frequency_with_outcome_and_time() -> None:
    """The median over those that are over, from the first moment to the last."""
    slow = Walk("lead_3", "completed", [step("a"), step("b", at=10, seconds=None)])

    first, second = variants([walk("lead_2", "ab"), slow, walk("lead_1", "ab", "active"), walk("lead_4", "a")])

    assert (first.count, first.share, first.visits) == (3, 0.75, 2)
    assert first.outcomes == (("completed", 2), ("active", 1))
    assert (first.ended, first.to_end) == (2, timedelta(minutes=6))
    assert first.examples == ("lead_1", "lead_2", "lead_3")
    assert second.blocks == ((("a",), 1),)


def test_path_without_times_has_no_length() -> None:
    """Nor has one whose end lies before its start."""
    nowhere = Walk("lead_1", "completed", [step("a", at=9), step("b", at=1)])

    assert variants([nowhere])[0].to_end is None


@given(walks, st.randoms())
def test_variants_add_up_in_any_order(leads: list[Walk], dice) -> None:
    """Each lead with a step is in one of them."""
    shuffled = leads[:]
    dice.shuffle(shuffled)

    found = variants(leads)

    assert variants(shuffled) == found
    assert sum(variant.count for variant in found) == sum(bool(one.path) for one in leads)
    assert all(sum(count for _, count in variant.outcomes) == variant.count for variant in found)
    assert [variant.count for variant in found] == sorted((variant.count for variant in found), reverse=True)
