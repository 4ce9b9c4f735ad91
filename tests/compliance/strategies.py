"""Hypothesis strategies for cases: any path, with any knowledge of its calls, its clock and its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from dashboard.compliance.calls import CallFacts, missing
from dashboard.compliance.case import Case
from dashboard.compliance.clock import CalledClock
from dashboard.timeline import status as words
from dashboard.timeline.model import Timeline, Visit
from dashboard.timeline.status import Family
from tests.compliance.cases import PACKS
from tests.strategies import NOW, moments, timelines

# Close to each other, so that dials meet within minutes, days and weeks; on edges of hours, too.
near = st.one_of(
    st.integers(0, 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.integers(0, 24 * 9).map(lambda hours: NOW + timedelta(hours=hours, minutes=-30)),
    moments,
)
clocks = st.sampled_from(
    [
        CalledClock(),
        CalledClock(("Asia/Kolkata",), country_code=91),
        CalledClock(("America/New_York",), country_code=1),
        CalledClock(("America/Adak", "America/Anchorage"), country_code=1),
        CalledClock(("Europe/London",), is_set=True, country_code=44),
    ]
)
call_statuses = st.sampled_from(["completed", "no_answer", "busy", "failed", "created", "initiated", "unknown"])
_KEYS = [one.key for pack in PACKS.values() for one in pack.phrases]


@st.composite
def call_facts(draw: st.DrawFn, visit: Visit) -> CallFacts:
    """A call's record that does not contradict its step: the same moment, and nobody spoke where nobody answered."""
    call_id = visit.call_id or ""
    if draw(st.integers(0, 9)) == 0:
        return missing(call_id, read_at=NOW)
    is_reached = words.family(visit.status) is not Family.NOT_REACHED
    agent, caller, unknown = (draw(st.integers(0, 2)) if is_reached else 0 for _ in range(3))
    turns = st.tuples() if agent + caller + unknown == 0 else st.sampled_from([(), (1,)])
    return CallFacts(
        call_id,
        NOW,
        status=draw(call_statuses),
        started_at=draw(st.sampled_from([None, visit.entered_at])),
        is_inbound=draw(st.integers(0, 4)) == 0,
        is_sensitive=agent + caller + unknown == 0 and draw(st.booleans()),
        turns=agent + caller + unknown,
        agent_turns=agent,
        caller_turns=caller,
        found={key: draw(turns) for key in _KEYS if draw(st.integers(0, 4))},
        caller_series=draw(st.sampled_from(["", "91 1600", "91 9876", "1 4155"])),
        digest=draw(st.sampled_from(["", "a" * 64])),
    )


@st.composite
def paths(draw: st.DrawFn) -> Timeline:
    """Any path, mostly of calls."""
    path = draw(timelines())
    visits = tuple(
        replace(
            visit,
            type=draw(st.sampled_from(["VOICE_CALL", visit.type])),
            entered_at=draw(st.sampled_from([visit.entered_at, draw(near)])),
        )
        for visit in path.visits
    )
    return replace(path, visits=visits)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    path = draw(paths())
    known = [draw(call_facts(visit)) for visit in path.visits if visit.call_id and draw(st.booleans())]
    return Case(
        path,
        draw(clocks),
        {one.call_id: one for one in known},
        draw(st.none() | st.lists(near, max_size=4).map(tuple)),
        elsewhere_undated=draw(st.sampled_from([0, 0, 1])),
    )
