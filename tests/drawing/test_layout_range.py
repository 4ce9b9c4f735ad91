"""Which visits the picture shows, and which of them as groups."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.drawing.layout import View
from dashboard.timeline.model import Lead
from tests.drawing.paths import documented, loop, picture


def test_range_shows_its_visits_alone_and_keeps_their_numbers() -> None:
    """Positions stay those of the whole path."""
    drawn = picture(loop(20), view=View(first=5, last=8))

    assert [bar.position for bar in drawn.bars] == [5, 6, 7, 8]
    assert drawn.bars[0].hover[0] == "Step 5 of 20 · Call daily"
    assert "Visits 5 to 8 of 20." in drawn.sentences


@pytest.mark.parametrize(("first", "last"), [(9, 3), (500, 600), (-4, 0), (None, -7)])
def test_range_without_visits_shows_all(first: int | None, last: int | None) -> None:
    """An address with a range that does not exist still shows the lead."""
    drawn = picture(documented(), view=View(first=first, last=last))

    assert len(drawn.bars) == 3


@pytest.mark.parametrize(("count", "is_grouped"), [(300, False), (301, True)])
def test_grouping_begins_above_five_hundred_visits(count: int, is_grouped: bool) -> None:
    """Up to 300 visits each has its own bar."""
    drawn = picture(loop(count))

    assert drawn.is_grouped is is_grouped


def test_f57_ten_thousand_visits_are_drawn_as_groups_of_the_loop() -> None:
    """At most 300 marks, every visit in exactly one of them, and the page says how many groups there are."""
    drawn = picture(loop(10_000))

    groups = drawn.groups
    assert len(groups) + len(drawn.bars) <= 300
    assert [number for group in groups for number in range(group.first, group.last + 1)] == list(range(1, 10_001))
    assert [lane.name for lane in drawn.lanes] == ["Loop · Call daily + Wait night"]
    assert (
        f"10,000 visits, drawn as {len(groups)} groups. Select a group to see its visits one by one." in drawn.sentences
    )
    assert groups[0].hover[0] == "Steps 1 to 100 · Call + Wait × 50"
    assert "Calls: ⊘ Not reached 50" in groups[0].hover


def test_open_visit_stays_alone_among_groups() -> None:
    """Where the lead is now is what people come for."""
    path = loop(1000)
    now = path.visits[-1].left_at
    assert now is not None
    waiting = replace(path.visits[-1], status="waiting", left_at=None, is_open=True, due_at=now + timedelta(hours=1))
    path = replace(path, lead=Lead("lead_paths01", status="active"), visits=(*path.visits[:-1], waiting))

    drawn = picture(path, now=now)

    assert [bar.position for bar in drawn.bars if bar.position == 1000] == [1000]
    assert drawn.groups[-1].last < 1000


def test_group_of_the_selected_visit_is_marked() -> None:
    """A shared address that names a visit still points somewhere."""
    drawn = picture(loop(10_000), view=View(selected=4321))

    assert [(group.first <= 4321 <= group.last) for group in drawn.groups if group.is_selected] == [True]
