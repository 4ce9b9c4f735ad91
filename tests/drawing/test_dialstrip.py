"""The strip of dials: at each place the most that was so there, whatever the axis folds."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import dialstrip
from dashboard.drawing.picture import WIDTH
from dashboard.timeline.timemap import Kind, Span, TimeMap, build
from tests.drawing.paths import DAY, HOUR, START, after

AXIS = build([Span(1, after(0), after(100 * HOUR), Kind.CALL)], is_true_scale=True)
EMPTY = TimeMap(START, START)


def level(track: dialstrip.Track, hour: float) -> int:
    """What is drawn for that hour of the axis."""
    at = hour / 100 * WIDTH
    return max((step.count for step in track.steps if step.left <= at <= step.right), default=0)


def test_count_rises_with_a_dial_and_falls_a_day_later() -> None:
    dials = [after(10 * HOUR), after(12 * HOUR)]

    track = dialstrip.track(AXIS, dials, hours=24, cap=3)

    assert [level(track, hour) for hour in (5, 11, 20, 35, 40)] == [0, 1, 2, 1, 0]
    assert (track.most, track.is_over) == (2, False)
    assert track.sentence == "at most 2, cap 3"


def test_day_after_to_the_second_is_another_window() -> None:
    """24 h later is not within the same 24 h; a second less is."""
    for apart, most in ((DAY, 1), (DAY - 1, 2)):
        assert dialstrip.track(AXIS, [after(0), after(apart)], hours=24, cap=None).most == most


def test_dials_before_the_axis_count_on_it() -> None:
    """Another lead's, an hour before this one was enrolled."""
    track = dialstrip.track(AXIS, [after(-HOUR)], hours=24, cap=None)

    assert [level(track, hour) for hour in (1, 22, 24)] == [1, 1, 0]


def test_axis_of_one_moment_still_tells_the_most() -> None:
    track = dialstrip.track(EMPTY, [after(0), after(1)], hours=168, cap=1)

    assert (track.steps, track.most, track.words) == ((), 2, "7 days")
    assert track.sentence == "at most 2, cap 1: over it"


@given(st.lists(st.integers(-200 * HOUR, 110 * HOUR), max_size=40), st.sampled_from([8, 24, 168]))
def test_peak_is_the_most_dials_in_any_window(seconds: list[int], hours: int) -> None:
    """By counting each window that ends with a dial; the drawing never shows more than that, and shows it in view."""
    dials = sorted(map(after, seconds))
    counts = {at: sum(at - timedelta(hours=hours) < one <= at for one in dials) for at in dials}

    track = dialstrip.track(AXIS, dials, hours=hours, cap=7)

    in_view = [count for at, count in counts.items() if AXIS.start <= at <= AXIS.end]
    assert track.most == max(counts.values(), default=0)
    assert max(in_view, default=0) <= max((step.count for step in track.steps), default=0) <= track.most
    assert all(0 <= step.left < step.right <= WIDTH for step in track.steps)
    assert len(track.steps) <= dialstrip.COLUMNS


@given(st.lists(st.integers(-200, 110), max_size=40), st.sampled_from([8, 24, 168]))
def test_each_place_says_the_most_that_was_so_there(hours_of_dials: list[int], hours: int) -> None:
    """By counting anew at every place, a quarter of an hour wide; nothing comes or goes at an edge of one."""
    dials = [hour * HOUR + 450 for hour in sorted(hours_of_dials)]

    def count(second: int) -> int:
        return sum(second - hours * HOUR < dial <= second for dial in dials)

    track = dialstrip.track(AXIS, list(map(after, dials)), hours=hours, cap=None)

    for column in range(dialstrip.COLUMNS):
        begin, end = column * 900, column * 900 + 900
        most = max(map(count, [begin, *(dial for dial in dials if begin <= dial < end)]))
        assert level(track, (begin + 450) / HOUR) == most


@given(st.lists(st.integers(0, 100 * HOUR), min_size=1, max_size=60), st.none() | st.integers(1, 10))
def test_drawing_is_well_formed_and_stays_in_its_box(seconds: list[int], cap: int | None) -> None:
    """The words go into the label, escaped; what is over the cap is marked."""
    track = dialstrip.track(AXIS, sorted(map(after, seconds)), hours=24, cap=cap)

    # Our own output, parsed to prove that it is well-formed.
    root = ElementTree.fromstring(dialstrip.draw(track, 'a "b" <c>'))  # noqa: S314

    rects = [element.attrib for element in root if element.tag.endswith("rect")]
    assert root.attrib["aria-label"] == 'a "b" <c>'
    assert all(0 <= float(rect["y"]) <= dialstrip.HEIGHT for rect in rects)
    assert any("is-over" in rect["class"] for rect in rects) is track.is_over
