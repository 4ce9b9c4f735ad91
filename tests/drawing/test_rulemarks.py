"""Closed hours and flags on a picture: where the axis has them, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import rulemarks, svg
from dashboard.drawing.layout import View
from dashboard.drawing.picture import WIDTH
from tests.drawing.paths import DAY, HOUR, HREFS, START, after, call, documented, loop, picture, timeline, wait

BREACH = ("breach", "breach: A rule")


def nights(start: datetime, days: int) -> Iterator[tuple[datetime, datetime, bool]]:
    for day in range(days):
        yield start + timedelta(days=day, hours=9), start + timedelta(days=day, hours=21), True


def test_shade_lies_where_the_axis_has_its_moments() -> None:
    """Also within a fold, whose own scale it keeps."""
    drawn = picture(timeline(call("a", 45), wait("b", 2 * DAY), call("c", 45), lead_status="completed"))
    assert drawn.axis is not None

    shades = rulemarks.shades(drawn.axis, nights(START, 2))

    assert [(one.left, one.right) for one in shades] == [
        (drawn.axis.position(start), drawn.axis.position(end)) for start, end, _ in nights(START, 2)
    ]
    fold = drawn.folds[0]
    assert all(fold.left < one.left < one.right < fold.right for one in shades)


def test_shade_that_nobody_would_see_is_left_out() -> None:
    """A thousand nights in a fold of sixty units are no pattern but grey."""
    drawn = picture(timeline(call("a", 45), wait("b", 1000 * DAY), call("c", 45), lead_status="completed"))

    assert rulemarks.shades(drawn.axis, nights(START, 1000)) == ()


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(0, 100), st.booleans()), max_size=30))
def test_shades_stay_on_the_axis(hours: list[tuple[int, int, bool]]) -> None:
    """Whatever the hours are: in view, wide enough to be seen, not too many."""
    drawn = picture(documented())
    closed = [(after(start * HOUR), after((start + length) * HOUR), is_sure) for start, length, is_sure in hours]

    shades = rulemarks.shades(drawn.axis, closed)

    assert all(0 <= one.left < one.right <= WIDTH for one in shades)
    assert all(one.right - one.left >= rulemarks.LEAST for one in shades)


def test_picture_of_nothing_has_no_shades() -> None:
    assert rulemarks.shades(picture(timeline()).axis, nights(START, 2)) == ()


def test_flag_stands_at_its_visit_and_in_its_words() -> None:
    """The third visit's, in its lane, and not at the others."""
    plain = picture(documented())

    drawn = rulemarks.flagged(plain, {3: BREACH})

    bar = next(bar for bar in drawn.bars if bar.position == 3)
    assert [(flag.lane, flag.at, flag.text) for flag in drawn.flags] == [(bar.lane, bar.left, "breach: A rule")]
    assert bar.hover[-1] == "⚑ breach: A rule"
    assert [one.hover for one in drawn.bars if one.position != 3] == [
        one.hover for one in plain.bars if one.position != 3
    ]
    assert svg.draw(drawn, **HREFS).count('class="flag flag-breach"') == 1


def test_group_has_one_flag_for_all_it_holds() -> None:
    """The worst of them, and how many."""
    kinds = {1: ("cannot", "x"), 2: BREACH, 3: ("warning", "y"), 4: ("clear", "z")}
    plain = picture(loop(10_000))

    drawn = rulemarks.flagged(plain, {position: kinds[position] for position in (1, 2, 3)})

    assert [(flag.kind, flag.text) for flag in drawn.flags] == [("breach", "3 steps of these that rules concern")]


def test_flag_of_a_visit_out_of_view_is_not_drawn() -> None:
    assert rulemarks.flagged(picture(documented(), view=View(first=1, last=2)), {3: BREACH}).flags == ()


def test_flags_that_would_hide_one_another_are_one() -> None:
    """Of many in a row of bars as thin as they are: what can be told apart, the worst of each place."""
    marks = dict.fromkeys(range(1, 301, 2), ("warning", "warning: A rule")) | {3: BREACH}

    drawn = rulemarks.flagged(picture(loop(300)), marks)

    assert len(drawn.flags) <= WIDTH / rulemarks.ROOM + 1
    assert drawn.flags[0].kind == "breach"
    assert drawn.flags[0].text.startswith("breach: A rule; and ")
    assert all(bar.hover[-1].startswith("⚑") for bar in drawn.bars if bar.position in marks)


def test_flag_stands_before_its_bar_where_that_is_free() -> None:
    """Else above: it covers no other bar of the lane, and no text."""
    drawn = rulemarks.flagged(picture(loop(300)), {1: BREACH, 201: BREACH})

    assert [flag.is_above for flag in drawn.flags] == [False, True]
