"""The fingerprint of a history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.fingerprint import fingerprint
from dashboard.timeline.model import DataNote, Timeline
from tests.strategies import timelines


@given(timelines())
def test_fingerprint_is_the_same_for_the_same_history(timeline: Timeline) -> None:
    """Reading an unchanged history again gives the same fingerprint."""
    again = replace(timeline, visits=tuple(replace(visit) for visit in timeline.visits))

    assert fingerprint(again) == fingerprint(timeline)


@given(timelines(), st.data())
def test_fingerprint_changes_with_any_visit(timeline: Timeline, data: st.DataObject) -> None:
    """One field of one visit, or one data note, is enough."""
    noted = replace(timeline, notes=(*timeline.notes, DataNote("One more.")))
    assert fingerprint(noted) != fingerprint(timeline)
    if not timeline.visits:
        return
    at = data.draw(st.integers(0, len(timeline.visits) - 1))
    visit = timeline.visits[at]
    moved = replace(visit, entered_at=visit.entered_at + timedelta(seconds=1)) if visit.entered_at else None
    changed = moved or replace(visit, label=f"{visit.label}!")
    other = replace(timeline, visits=(*timeline.visits[:at], changed, *timeline.visits[at + 1 :]))

    assert fingerprint(other) != fingerprint(timeline)
