"""Many paths as one flow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.coverage import Walk
from dashboard.timeline.flow import OTHERS, flow
from tests.timeline.walks import walk, walks


def test_loop_unrolls_by_visit_number() -> None:
    """The same step again is in the next column; what lies beyond the depth is said."""
    found = flow([walk("lead_1", "abab"), walk("lead_2", "ab")], depth=3, most=5)

    assert [[(stop.node_id, stop.count, stop.goes_on) for stop in column] for column in found.stops] == [
        [("a", 2, 2)],
        [("b", 2, 1)],
        [("a", 1, 1)],
    ]
    assert [(link.column, link.source, link.target, link.count) for link in found.links] == [
        (0, "a", "b", 2),
        (1, "b", "a", 1),
    ]
    assert (found.leads, found.beyond) == (2, 1)


def test_steps_with_few_leads_are_merged() -> None:
    """A column shows so many boxes, the last of which may stand for several nodes."""
    leads = [walk(f"lead_{number}", path) for number, path in enumerate(["ab", "ab", "ac", "ad", "ae"])]

    stops = flow(leads, depth=2, most=3).stops[1]

    assert [(stop.node_id, stop.count, stop.merged) for stop in stops] == [("b", 2, 1), ("c", 1, 1), (OTHERS, 2, 2)]


@given(walks, st.integers(1, 6), st.integers(2, 4))
def test_flow_adds_up(leads: list[Walk], depth: int, most: int) -> None:
    """What enters a stop is its leads, what leaves it are those that go on and are drawn."""
    found = flow(leads, depth=depth, most=most)

    moved = [one for one in leads if one.path]
    assert found.leads == len(moved)
    assert len(found.stops) == min(depth, max((len(one.path) for one in moved), default=0))
    for column, stops in enumerate(found.stops):
        assert sum(stop.count for stop in stops) == sum(len(one.path) > column for one in moved)
        assert len(stops) <= most
        for stop in stops:
            out = sum(link.count for link in found.links if (link.column, link.source) == (column, stop.node_id))
            into = sum(link.count for link in found.links if (link.column + 1, link.target) == (column, stop.node_id))
            assert column == 0 or into == stop.count
            assert out == (stop.goes_on if column + 1 < depth else 0)
