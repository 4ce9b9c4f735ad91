"""What the picture of a path consists of: bars, markers, plans, texts and sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import layout
from dashboard.drawing.layout import View
from dashboard.drawing.picture import AXIS, FOOT, ROW, WIDTH, Picture
from dashboard.timeline.model import Lead, Timeline
from dashboard.timeline.status import Family
from tests import strategies
from tests.drawing.paths import DAY, HOUR, IST, after, call, documented, loop, overdue, picture, step, timeline
from tests.promises import promised


def texts(drawn: Picture) -> set[str]:
    return {note.text for note in drawn.notes}


def test_documented_example_has_a_bar_for_each_visit() -> None:
    """Three bars in three lanes, coloured by family, one fold, calls at 45 to 145."""
    drawn = picture(documented())

    assert [bar.position for bar in drawn.bars] == [1, 2, 3]
    assert [bar.family for bar in drawn.bars] == [Family.NOT_REACHED, Family.DONE, Family.DONE]
    assert [lane.name for lane in drawn.lanes] == ["Call · Call first", "Wait · Wait pause", "Call · Call second"]
    assert [fold.text for fold in drawn.folds] == ["2 h"]
    first, _, last = (bar.right - bar.left for bar in drawn.bars)
    assert first / last == pytest.approx(45 / 145)
    assert drawn.height == AXIS + 3 * ROW + FOOT


def test_each_bar_says_icon_outcome_and_length() -> None:
    """Colour is never the only sign."""
    drawn = picture(documented())

    assert texts(drawn) >= {"⊘ no answer · 45 s", "✓ completed · 2 h", "✓ completed · 2 min 25 s"}


def test_hover_says_everything_about_a_visit() -> None:
    """Number, label, kind, status, both moments with zone and offset, length, exit, and whether a call is recorded."""
    drawn = picture(documented())

    assert drawn.bars[0].hover == (
        "Step 1 of 3 · Call first",
        "Call · Not reached: no answer",
        "Entered Mon 13 Jul 2026 15:30:00 IST (+05:30)",
        "Left 15:30:45 IST (+05:30)",
        "45 s",
        "Exit “DNP”",
        "No call recorded",
    )
    assert drawn.bars[2].hover[-1] == "Call recorded"


def test_hover_quotes_the_record_where_its_word_differs() -> None:
    """A status that was brought into a family is also shown as it came."""
    drawn = picture(timeline(call("first", 5, "no_answer", raw_status="DNP-7")))

    assert "Reported as “DNP-7”" in drawn.bars[0].hover


def test_same_node_again_shares_its_lane() -> None:
    """A loop is repeated bars in one lane."""
    drawn = picture(loop(6))

    assert len(drawn.lanes) == 2
    assert [bar.lane for bar in drawn.bars] == [0, 1, 0, 1, 0, 1]


def test_visits_without_node_share_a_lane_by_label() -> None:
    """What upstream did not name is told apart by its label."""
    drawn = picture(timeline(*(step(None, "SMS", 5, label=label) for label in ("Hello", "Goodbye", "Hello"))))

    assert [bar.lane for bar in drawn.bars] == [0, 1, 0]


def test_ever_new_labels_do_not_grow_the_picture_without_end() -> None:
    """The eighty-first lane is the last one, and says so."""
    drawn = picture(timeline(*(step(None, "SMS", 5, label=f"Label {number}") for number in range(200))))

    assert len(drawn.lanes) == 80
    assert drawn.lanes[-1].name == "More · steps beyond the rows above"
    assert len(drawn.bars) == 200


def test_folded_wait_is_broken_by_a_zigzag() -> None:
    """On the bar of the wait, and on the axis, in the middle of the fold."""
    drawn = picture(documented())

    middle = (drawn.folds[0].left + drawn.folds[0].right) / 2
    assert [(found.lane, found.at) for found in drawn.breaks] == [(None, middle), (1, middle)]


def test_folded_gap_has_a_band_and_no_bar() -> None:
    """Time that no visit covers folds across all lanes, and says that nothing happened."""
    drawn = picture(timeline(call("first", 60), call("second", 60, entered_at=after(DAY))))

    assert [fold.hover[:2] for fold in drawn.folds] == [("Nothing happened", "23 h 59 min")]
    assert [found.lane for found in drawn.breaks] == [None]


def test_unfolded_wait_offers_to_fold_again() -> None:
    """The handle stays, and names what it would do."""
    drawn = picture(documented(), view=View(unfolded=frozenset({"2.1"})))

    assert [(fold.is_folded, fold.text) for fold in drawn.folds] == [(False, "fold 2 h")]
    assert drawn.breaks == ()


def test_true_scale_shows_every_second_alike() -> None:
    """Nothing folds, and the page says so."""
    drawn = picture(documented(), view=View(is_true_scale=True))

    assert drawn.folds == ()
    assert drawn.sentences == ("True scale: nothing is folded.",)


def test_open_call_grows_up_to_now() -> None:
    """Solid to now, where the line stands, with the time so far."""
    drawn = picture(timeline(call("first", 0, "in_progress", is_open=True)), now=after(95))

    assert drawn.now is not None
    assert drawn.bars[0].right == drawn.now.at == WIDTH
    assert "▶ in progress · 1 min 35 s so far" in texts(drawn)
    assert drawn.now.text == "now 15:31:35 IST"


def test_open_wait_is_planned_from_now_to_its_release() -> None:
    """Solid up to now, hatched to the release, with the time to go."""
    drawn = picture(overdue(), now=after(HOUR))

    assert [(plan.is_overdue, plan.left, plan.right) for plan in drawn.plans] == [(False, drawn.bars[1].right, WIDTH)]
    assert drawn.now is not None
    assert drawn.plans[0].left == drawn.now.at
    assert "◷ waiting · 1 h to go" in texts(drawn)
    assert "Release planned Mon 13 Jul 2026 17:30:00 IST (+05:30), in 1 h" in drawn.bars[1].hover


def test_wait_past_its_release_is_drawn_overdue() -> None:
    """Solid up to the release, another pattern after it, and by how long."""
    drawn = picture(overdue(), now=after(5 * HOUR + 720), is_overdue=True)

    assert [plan.is_overdue for plan in drawn.plans] == [True]
    assert drawn.plans[0].left == drawn.bars[1].right
    assert "◷ waiting · overdue by 3 h 12 min" in texts(drawn)
    assert {note.tone for note in drawn.notes if "overdue" in note.text} == {"overdue"}


def test_wait_past_its_release_that_is_held_is_not_overdue() -> None:
    """A paused workflow releases nobody: solid up to now, no word of overdue."""
    drawn = picture(overdue(), now=after(5 * HOUR), is_overdue=False)

    assert drawn.plans == ()
    assert not any("overdue" in text for text in texts(drawn))


def test_final_lead_grows_no_further() -> None:
    """A step left open in the record of a finished lead has no end, and no now."""
    path = overdue()
    path = replace(path, lead=Lead(path.lead.id, status="completed"))

    drawn = picture(path, now=after(30 * DAY))

    assert drawn.now is None
    assert [bar.position for bar in drawn.bars] == [1]
    assert [marker.position for marker in drawn.markers] == [2]


def test_f46_unknown_start_is_a_marker_after_what_came_before() -> None:
    """In its own lane, to the right of the previous visit, and said in words."""
    path = timeline(call("first", 60), step("lost", "SMS", entered_at=None), call("second", 60))

    drawn = picture(path)

    assert [(marker.position, marker.lane, marker.is_sure) for marker in drawn.markers] == [(2, 1, False)]
    assert drawn.bars[0].right < drawn.markers[0].at < drawn.bars[1].right
    assert "Start unknown" in drawn.markers[0].hover


def test_f48_times_that_contradict_each_other_have_no_length() -> None:
    """A visit that ended before it began is a marker, with both moments in its hover."""
    drawn = picture(timeline(call("first", 60), step("odd", "SMS", left_at=after(-HOUR)), call("second", 60)))

    marker = drawn.markers[0]
    assert (marker.position, marker.is_sure) == (2, False)
    assert {"Entered Mon 13 Jul 2026 15:31:00 IST (+05:30)", "Left 14:30:00 IST (+05:30)"} <= set(marker.hover)
    assert "Times contradict each other" in marker.hover


def test_f49_zero_length_is_a_marker_and_not_a_lie() -> None:
    """No least width: what took no time has none, but can be seen and selected."""
    drawn = picture(timeline(call("first", 60), step("branch", "CONDITIONAL", 0), call("second", 60)))

    assert [(marker.position, marker.is_sure) for marker in drawn.markers] == [(2, True)]
    assert "0 s" in drawn.markers[0].hover


def test_f53_years_at_the_ends_of_the_calendar_stay_off_the_axis() -> None:
    """A zone would push them over; the visit keeps its row, and its place is not known."""
    ends = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]

    drawn = picture(timeline(call("first", 60), *(step("odd", "SMS", entered_at=at, left_at=at) for at in ends)))

    assert [marker.position for marker in drawn.markers] == [2, 3]


def test_no_time_at_all_is_said() -> None:
    """Markers side by side, no ticks, and a sentence."""
    drawn = picture(timeline(*(step("lost", "SMS", entered_at=None) for _ in range(3))))

    assert len({marker.at for marker in drawn.markers}) == 3
    assert drawn.ticks == ()
    assert drawn.sentences == ("No visit has a start time that can be drawn: places on the axis mean nothing here.",)


def test_selected_visit_is_marked() -> None:
    """Exactly one bar."""
    drawn = picture(documented(), view=View(selected=3))

    assert [bar.position for bar in drawn.bars if bar.is_selected] == [3]


def test_empty_path_is_an_empty_picture() -> None:
    """Nothing to draw is not an error."""
    drawn = picture(Timeline("workflow_paths01", Lead("lead_paths01")))

    assert (drawn.lanes, drawn.bars, drawn.ticks) == ((), (), ())


zones = st.sampled_from(["UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"])
views = st.builds(
    View,
    st.frozensets(st.sampled_from(["1.1", "2.1", "2.2", "3.1", "x"])),
    st.booleans(),
    st.none() | st.integers(-2, 8),
    st.none() | st.integers(-2, 8),
    st.none() | st.integers(1, 6),
)


@promised
@given(strategies.timelines(), strategies.moments, zones, views, st.booleans())
def test_p3_any_path_is_drawn_whole_within_the_picture(
    path: Timeline, now: datetime, zone: str, view: View, is_overdue: bool
) -> None:
    """Whatever the record: no error, each visit in view exactly once, nothing beyond the ends, nothing backwards."""
    drawn = layout.picture(path, now=now, zone=ZoneInfo(zone), view=view, is_overdue=is_overdue)

    shown = [*(bar.position for bar in drawn.bars), *(marker.position for marker in drawn.markers)]
    assert sorted(shown) == (list(range(drawn.first, drawn.last + 1)) if drawn.last else [])
    ends = [(bar.left, bar.right) for bar in drawn.bars]
    ends += [(plan.left, plan.right) for plan in drawn.plans]
    ends += [(fold.left, fold.right) for fold in drawn.folds]
    assert all(0 <= left <= right <= WIDTH for left, right in ends)
    places = [marker.at for marker in drawn.markers]
    places += [tick.at for tick in drawn.ticks]
    places += [note.at for note in drawn.notes]
    assert all(0 <= at <= WIDTH for at in places)


@given(strategies.timelines())
def test_bars_are_the_visits_that_have_a_length(path: Timeline) -> None:
    """A final lead's visits: a bar where both moments are known and in order, else a marker."""
    path = replace(path, lead=replace(path.lead, status="completed"))

    drawn = layout.picture(path, now=strategies.NOW, zone=IST, is_overdue=False)

    lasting = [visit.position for visit in path.visits if visit.duration]
    assert [bar.position for bar in drawn.bars] == lasting
