"""The folding axis: proportion, folding, keys, and that no record makes it raise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline import timemap
from dashboard.timeline.timemap import FOLD_WIDTH, FOLDS_WIDTH, Kind, Span, TimeMap

START = datetime(2026, 7, 13, 10, 0, tzinfo=UTC)
HOUR, DAY = 3600, 86400


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def path(*steps: tuple[Kind, float]) -> list[Span]:
    """Spans one after the other; each step is its kind and its seconds."""
    spans, at = [], 0.0
    for position, (kind, seconds) in enumerate(steps, start=1):
        spans.append(Span(position, after(at), after(at + seconds), kind))
        at += seconds
    return spans


def width(axis: TimeMap, span: Span) -> float:
    return axis.position(span.end) - axis.position(span.start)


DOCUMENTED = path((Kind.CALL, 45), (Kind.WAIT, 2 * HOUR), (Kind.CALL, 145))
FOUR_CALLS = path(
    *((Kind.CALL, 45), (Kind.WAIT, 2 * HOUR), (Kind.CALL, 41), (Kind.WAIT, 4 * HOUR)),
    *((Kind.CALL, 45), (Kind.WAIT, DAY), (Kind.CALL, 312)),
)


def test_documented_example_keeps_its_calls_in_proportion_and_folds_the_wait() -> None:
    """45 s, two hours, 145 s: the calls stand at 45 to 145, the wait at the width of a fold."""
    axis = timemap.build(DOCUMENTED)

    first, wait, last = (width(axis, span) for span in DOCUMENTED)
    assert first / last == pytest.approx(45 / 145)
    assert wait == pytest.approx(FOLD_WIDTH)
    assert [(fold.key, fold.position, fold.length) for fold in axis.folds] == [("2.1", 2, timedelta(hours=2))]


def test_waits_of_hours_and_days_all_fold_in_turn() -> None:
    """Folding the day makes the hours large, so they fold as well; every fold is equally wide."""
    axis = timemap.build(FOUR_CALLS)

    assert [fold.key for fold in axis.folds] == ["2.1", "4.1", "6.1"]
    assert {round(fold.right - fold.left, 6) for fold in axis.folds} == {FOLD_WIDTH}


def test_short_wait_stays_in_proportion() -> None:
    """A wait below a tenth of the whole hides nothing."""
    spans = path((Kind.CALL, 100), (Kind.WAIT, 9), (Kind.CALL, 100))

    axis = timemap.build(spans)

    assert axis.folds == ()
    assert width(axis, spans[1]) / width(axis, spans[0]) == pytest.approx(9 / 100)


@pytest.mark.parametrize("count", [10, 24, 200])
def test_many_equal_waits_fold_though_each_is_small(count: int) -> None:
    """Ten waits of a day are each less than a tenth of the whole, and together hide every call."""
    spans = path(*[(Kind.CALL, 45), (Kind.WAIT, DAY)] * count)

    axis = timemap.build(spans)

    assert len(axis.folds) == count
    assert sum(fold.right - fold.left for fold in axis.folds) == pytest.approx(min(FOLDS_WIDTH, count * FOLD_WIDTH))


def test_calls_never_fold_against_each_other() -> None:
    """A call of 90 minutes beside one of a second stays in proportion."""
    spans = path((Kind.CALL, 1), (Kind.CALL, 5400))

    axis = timemap.build(spans)

    assert axis.folds == ()
    assert width(axis, spans[0]) / width(axis, spans[1]) == pytest.approx(1 / 5400)


@pytest.mark.parametrize("kind", [Kind.STEP, Kind.CALL])
def test_step_stuck_for_days_folds(kind: Kind) -> None:
    """A branch, or a call longer than a call can last, does not hide the calls before it."""
    spans = path((Kind.CALL, 120), (kind, 2 * DAY))

    axis = timemap.build(spans)

    assert [fold.position for fold in axis.folds] == [2]
    assert width(axis, spans[0]) == pytest.approx(1000 - FOLD_WIDTH)


def test_step_that_takes_most_of_the_time_folds_where_nothing_else_covers_it() -> None:
    """An hour in a branch, during which a call is made: the call's part stays open."""
    spans = [
        Span(1, after(0), after(60), Kind.CALL),
        Span(2, after(60), after(60 + HOUR), Kind.STEP),
        Span(3, after(600), after(700), Kind.CALL),
    ]

    axis = timemap.build(spans)

    assert [(fold.start, fold.end) for fold in axis.folds] == [(after(60), after(600)), (after(700), after(60 + HOUR))]
    assert width(axis, spans[2]) / width(axis, spans[0]) == pytest.approx(100 / 60)


def test_gap_between_visits_folds_and_belongs_to_the_visit_before() -> None:
    """Time that no visit covers is idle too."""
    axis = timemap.build([Span(1, after(0), after(60), Kind.CALL), Span(2, after(DAY), after(DAY + 60), Kind.CALL)])

    assert [(fold.key, fold.is_gap) for fold in axis.folds] == [("1.2", True)]


def test_open_wait_folds_apart_before_and_after_now() -> None:
    """What has passed and what is planned are two folds, so that now has its own place between them."""
    spans = [Span(1, after(0), after(60), Kind.CALL), Span(2, after(60), after(60 + 2 * DAY), Kind.WAIT)]

    axis = timemap.build(spans, moments=[after(DAY)])

    assert [fold.key for fold in axis.folds] == ["2.1", "2.2"]
    assert axis.position(after(DAY)) == pytest.approx(1000 - FOLD_WIDTH)


def test_overdue_wait_folds_apart_before_and_after_its_release() -> None:
    """Time after the planned release is a fold of its own."""
    late = Span(2, after(60), after(60 + 2 * DAY), Kind.WAIT, cut=after(DAY))

    axis = timemap.build([Span(1, after(0), after(60), Kind.CALL), late])

    assert [(fold.start, fold.end) for fold in axis.folds] == [(after(60), after(DAY)), (after(DAY), late.end)]


def test_nothing_folds_where_there_is_only_waiting() -> None:
    """A fold makes room for something; a lone wait is drawn as long as it is."""
    axis = timemap.build(path((Kind.WAIT, DAY)))

    assert axis.folds == ()


def test_unfolding_one_leaves_the_others_folded() -> None:
    """Each fold opens alone, and can be closed again."""
    axis = timemap.build(FOUR_CALLS, unfolded=frozenset({"4.1"}))

    assert [fold.key for fold in axis.folds] == ["2.1", "6.1"]
    assert [fold.key for fold in axis.opened] == ["4.1"]
    assert {round(fold.right - fold.left, 6) for fold in axis.folds} == {FOLD_WIDTH}


def test_unknown_key_changes_nothing() -> None:
    """A key from an old address, or an invented one, is ignored."""
    axis = timemap.build(FOUR_CALLS, unfolded=frozenset({"9.9", "", "<script>"}))

    assert axis == timemap.build(FOUR_CALLS)


def test_true_scale_folds_nothing() -> None:
    """Every second has the same width."""
    axis = timemap.build(DOCUMENTED, is_true_scale=True)

    assert axis.folds == ()
    assert width(axis, DOCUMENTED[1]) / width(axis, DOCUMENTED[0]) == pytest.approx(7200 / 45)


def test_f52_clock_change_within_a_call_does_not_stretch_it() -> None:
    """From one to three by the clock is one hour when the clocks go forward in between."""
    new_york = ZoneInfo("America/New_York")
    change = datetime(2026, 3, 8, 1, 0, tzinfo=new_york)  # an hour before the clocks go forward
    ends = [change + timedelta(hours=hours) for hours in (0, 2)]  # one hour: from 1:00 to 3:00
    spans = [
        Span(1, ends[0], ends[1], Kind.CALL),
        Span(2, ends[1], ends[1].astimezone(UTC) + timedelta(hours=1), Kind.CALL),
    ]

    axis = timemap.build(spans)

    assert width(axis, spans[0]) == pytest.approx(width(axis, spans[1]))


def test_moments_outside_sit_on_the_nearer_end() -> None:
    """Nothing is drawn beyond the picture."""
    axis = timemap.build(DOCUMENTED)

    found = [axis.position(after(-DAY)), axis.position(after(9 * DAY)), axis.moment(-1), axis.moment(2000)]

    assert found == [0.0, 1000.0, DOCUMENTED[0].start, DOCUMENTED[-1].end]


@pytest.mark.parametrize("spans", [[], path((Kind.STEP, 0)), [Span(1, after(10), after(-10))]], ids=str)
def test_no_stretch_of_time_makes_an_empty_map(spans: list[Span]) -> None:
    """No visit with a time, or all at one moment, or ending before it began: every moment is at 0."""
    axis = timemap.build(spans)

    assert axis.is_empty
    assert axis.position(after(5)) == 0.0


seconds = st.one_of(
    st.integers(-HOUR, 3 * DAY), st.floats(0, 40 * DAY, allow_nan=False), st.sampled_from([0, 45, 5400])
)
spans = st.builds(
    lambda position, start, length, kind, cut: Span(
        position, after(start), after(start + length), kind, None if cut is None else after(cut)
    ),
    st.integers(1, 12),
    seconds,
    seconds,
    st.sampled_from(Kind),
    st.none() | seconds,
)
any_path = st.lists(spans, max_size=12)
chained = st.lists(st.tuples(st.sampled_from(Kind), st.integers(0, 3 * DAY)), min_size=1, max_size=12)


@given(any_path, st.lists(seconds, max_size=2), st.booleans())
def test_any_path_gives_a_map_that_is_monotone_and_fills_the_width(
    path: list[Span], moments: list[float], is_true_scale: bool
) -> None:
    """Overlaps, inverted and missing times, in any order: later moments never stand further left."""
    axis = timemap.build(path, moments=map(after, moments), is_true_scale=is_true_scale)

    ends = sorted({moment for span in path for moment in (span.start, span.end)})
    positions = [axis.position(moment) for moment in ends]
    assert positions == sorted(positions)
    assert all(0 <= position <= axis.width for position in positions)
    if axis.pieces:
        assert (axis.pieces[0].left, axis.pieces[-1].right) == (0.0, axis.width)
        assert all(one.right == two.left and one.end == two.start for one, two in pairwise(axis.pieces))


@given(any_path, st.floats(0, 1))
def test_any_position_comes_back_from_its_moment(path: list[Span], share: float) -> None:
    """Position to moment to position: within what a microsecond, the finest a moment can be, is wide."""
    axis = timemap.build(path)

    position = share * axis.width
    back = axis.position(axis.moment(position))

    if not axis.is_empty:
        densest = max((piece.right - piece.left) / (piece.end - piece.start).total_seconds() for piece in axis.pieces)
        assert back == pytest.approx(position, abs=2e-6 * densest + 1e-6)


@given(chained)
def test_everything_unfolded_has_one_scale(steps: list[tuple[Kind, float]]) -> None:
    """Calls, and whatever else is not folded, are proportional to one another."""
    axis = timemap.build(path(*steps))

    scales = [
        (piece.right - piece.left) / (piece.end - piece.start).total_seconds()
        for piece in axis.pieces
        if not piece.is_folded and (piece.end - piece.start).total_seconds() >= 1
    ]
    assert scales == pytest.approx([max(scales, default=0)] * len(scales), rel=1e-4)


@given(any_path)
def test_folds_are_equally_wide_and_leave_room(path: list[Span]) -> None:
    """One width for all folds of a picture; together never more than half; something always stays open."""
    axis = timemap.build(path)

    widths = [fold.right - fold.left for fold in axis.folds]
    assert widths == pytest.approx([max(widths, default=0)] * len(widths), abs=1e-6)
    assert sum(widths) <= FOLDS_WIDTH + 1e-6
    assert axis.is_empty or any(not piece.is_folded for piece in axis.pieces)


@given(any_path, st.data())
def test_keys_open_exactly_what_they_name(path: list[Span], data: st.DataObject) -> None:
    """Whatever is unfolded, the others keep their keys and stay folded."""
    keys = [fold.key for fold in timemap.build(path).folds]
    chosen = data.draw(st.sets(st.sampled_from(keys)) if keys else st.just(set()))

    axis = timemap.build(path, unfolded=frozenset(chosen))

    assert [fold.key for fold in axis.folds] == [key for key in keys if key not in chosen]
    assert {fold.key for fold in axis.opened} == chosen


def test_moments_of_the_ends_and_of_a_sliver_are_exact() -> None:
    """Half a unit from the start, at both ends, and within a piece that is narrower than one unit."""
    steps = path((Kind.CALL, 1), (Kind.CALL, 9_999))
    axis = timemap.build(steps, is_true_scale=True)

    assert [axis.moment(at) for at in (0, axis.width)] == [after(0), after(10_000)]
    assert axis.moment(0.05) == after(0.5)
    assert axis.moment(0.5) == after(5)
    assert axis.moment(axis.width - 0.5) == after(9_995)


def test_map_of_nothing_begins_with_the_count_of_time() -> None:
    """1970, so that whoever draws it is not led astray by a moment of ours."""
    assert timemap.build([]).start == timemap.build([]).end == datetime(1970, 1, 1, tzinfo=UTC)


def test_many_overlapping_visits_are_mapped_in_one_sweep() -> None:
    """Each visit is looked at a few times, not once per other visit: counted, not timed."""
    looks = 0

    class Counted(Span):
        def __getattribute__(self, name: str) -> object:
            nonlocal looks
            looks += name == "start"
            return super().__getattribute__(name)

    many = [Counted(number, after(number), after(number + 50_000), Kind.WAIT) for number in range(1, 2001)]

    timemap.build(many)

    assert looks < 20 * len(many)
