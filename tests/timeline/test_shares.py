"""Intervals of shares, and of their differences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.shares import difference, share

counted = st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Wilson's intervals as R's prop.test(correct=FALSE) gives them.
        (5, 9, 0.2667, 0.8112),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        # Exact ones, as R's binom.test gives them.
        (0, 20, 0.0, 0.1684),
        (0, 200, 0.0, 0.0183),
        (20, 20, 0.8316, 1.0),
    ],
)
def test_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    """Newcombe's and R's examples."""
    found = share(count, of)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_share_of_nothing_is_none() -> None:
    """Nobody can say."""
    assert share(0, 0) is None
    assert difference((0, 0), (1, 2), among=1) is None
    assert difference((1, 2), (0, 0), among=1) is None


@given(counted)
def test_interval_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    """What is taken and what is not are one question."""
    count, of = pair
    found, mirrored = share(count, of), share(of - count, of)

    assert found is not None
    assert mirrored is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((found.low, found.high), abs=1e-9)


@given(counted, st.integers(2, 9))
def test_more_leads_narrow_the_interval(pair: tuple[int, int], times: int) -> None:
    """The same share of more is surer."""
    few, many = share(*pair), share(pair[0] * times, pair[1] * times)

    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


def test_difference_is_the_published_one() -> None:
    """Newcombe 1998, table II: 56/70 against 48/80, method 10."""
    found = difference((48, 80), (56, 70), among=1)

    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=6e-5)
    assert found.is_notable
    assert found.is_sure


@given(counted, counted, st.integers(1, 200))
def test_difference_turns_around_with_its_samples(one: tuple[int, int], other: tuple[int, int], among: int) -> None:
    """And what is sure among many is notable alone."""
    found, turned = difference(one, other, among=among), difference(other, one, among=among)

    assert found is not None
    assert turned is not None
    assert (turned.value, turned.low, turned.high) == pytest.approx((-found.value, -found.high, -found.low), abs=1e-9)
    assert found.low <= found.value <= found.high
    assert found.is_notable or not found.is_sure


@given(counted, st.integers(1, 50))
def test_same_share_is_never_different(pair: tuple[int, int], among: int) -> None:
    """Not even among many."""
    found = difference(pair, pair, among=among)

    assert found is not None
    assert not found.is_notable
    assert not found.is_sure
