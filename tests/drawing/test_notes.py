"""Texts at bars: inside, right, left, or not at all, and never over one another."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing.notes import Mark, place, text_width
from dashboard.drawing.picture import NARROW, WIDE, WIDTH, Note

LONG, SHORT = "✓ completed · 2 min", "✓"


def test_text_goes_inside_a_wide_bar() -> None:
    """Where it fits on both pages it is one note."""
    found = place([Mark(1, 0, 0, 900, (LONG,))])

    assert [(note.text, note.tone, note.room) for note in found] == [(LONG, "inside", "both")]


def test_text_goes_right_of_a_short_bar_and_left_at_the_end() -> None:
    """Inside, else right, else left."""
    found = place([Mark(1, 0, 100, 110, (LONG,)), Mark(2, 1, 990, 1000, (LONG,))])

    assert [(note.lane, note.anchor, note.at) for note in found] == [(0, "start", 110), (1, "end", 990)]


def test_nothing_is_written_on_a_folded_bar() -> None:
    """Its zigzag has that place."""
    found = place([Mark(1, 0, 0, 900, (SHORT,), has_inside=False)])

    assert {note.tone for note in found} == {"ink"}


def test_narrow_page_gets_shorter_texts() -> None:
    """The longest that fits, for each page."""
    found = place([Mark(1, 0, 0, 200, (LONG, SHORT)), Mark(2, 0, 210, 1000)])

    assert {(note.room, note.text) for note in found} == {("wide", LONG), ("narrow", SHORT)}


def extent(note: Note, width: int) -> tuple[float, float]:
    size = text_width(note.text) * WIDTH / width
    return (note.at, note.at + size) if note.anchor == "start" else (note.at - size, note.at)


stretches = st.tuples(st.floats(0, WIDTH), st.floats(0, WIDTH)).map(sorted)


@given(st.lists(stretches, max_size=12))
def test_texts_of_a_lane_do_not_overlap(lane: list[list[float]]) -> None:
    """Whatever bars share a lane, also overlapping ones."""
    found = place(Mark(index, 0, left, right, (LONG, SHORT)) for index, (left, right) in enumerate(lane))

    for width, room in ((WIDE, "wide"), (NARROW, "narrow")):
        extents = sorted(extent(note, width) for note in found if note.room in ("both", room))
        assert all(end <= start + 1e-6 for (_, end), (start, _) in pairwise(extents))
        assert all(start >= -1e-6 and end <= WIDTH + 1e-6 for start, end in extents)
