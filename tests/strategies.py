"""Hypothesis strategies for the domain: paths as odd as a record can make them, but never a naive moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from dashboard.timeline.model import TERMINAL_TYPES, Lead, Timeline, Visit
from dashboard.timeline.status import FAMILY_OF

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)

lengths = st.one_of(
    st.sampled_from([timedelta(0), timedelta(minutes=15), timedelta(seconds=5520), timedelta(hours=1)]),
    st.timedeltas(timedelta(0), timedelta(days=400)),
)
signed_lengths = st.builds(lambda length, sign: sign * length, lengths, st.sampled_from([1, -1]))
# Hypothesis takes its bounds without a zone.
_FIRST, _LAST = datetime(2000, 1, 1), datetime(2099, 12, 31)  # noqa: DTZ001
# Close to NOW, where limits are crossed, and anywhere a record may reach.
moments = st.one_of(
    signed_lengths.map(lambda length: NOW + length),
    st.datetimes(_FIRST, _LAST, timezones=st.just(UTC)),
)
labels = st.one_of(
    st.sampled_from(["Initial call", "Wait 2 hours", "नमस्ते", "<b>bold</b>", "\u202egnp.exe", "\ud800", ""]),
    st.text(max_size=20),
)
status_words = st.one_of(st.sampled_from([*FAMILY_OF, "unknown", "cannot_say"]), st.text("abc_", max_size=8))
types = st.sampled_from(["VOICE_CALL", "TIME", "CONDITIONAL", "APPLICATION", "CONVERTED", "DROPPED", "SMS", "UNKNOWN"])
node_ids = st.none() | st.sampled_from(["node_a", "node_b", "node_c"])
lead_statuses = st.sampled_from(["pending", "active"]) | st.sampled_from(
    ["completed", "dropped", "failed", "removed", "cancelled", "unknown", "archived"]
)
workflow_statuses = st.none() | st.sampled_from(
    ["active", "running", "unknown", "paused", "draft", "completed", "cancelled", "inactive"]
)
STOPPED_WORKFLOWS = ("paused", "draft", "completed", "cancelled", "inactive")


@st.composite
def visits(draw: st.DrawFn, position: int = 1) -> Visit:
    """Any visit: times may be missing, or in the wrong order."""
    is_open = draw(st.booleans())
    return Visit(
        position=position,
        received=position,
        node_id=draw(node_ids),
        type=draw(types),
        label=draw(labels),
        status=draw(status_words),
        entered_at=draw(st.none() | moments),
        left_at=None if is_open else draw(st.none() | moments),
        due_at=draw(st.none() | moments),
        call_id=draw(st.none() | st.just(f"call_{position}")),
        exit=draw(st.none() | st.sampled_from(["COMPLETED", "DNP", "true", "asked to stop"])),
        is_open=is_open,
        is_readable=is_open or draw(st.integers(0, 9)) > 0,
    )


@st.composite
def timelines(draw: st.DrawFn, lead_status: st.SearchStrategy[str] = lead_statuses) -> Timeline:
    """A lead's whole path, up to six visits."""
    count = draw(st.integers(0, 6))
    lead = Lead(
        "lead_abc",
        status=draw(lead_status),
        current_node_id=draw(node_ids),
        enrolled_at=draw(st.none() | moments),
    )
    path = tuple(draw(visits(position)) for position in range(1, count + 1))
    return Timeline("wf_abc", lead, path, received_rows=count)


@st.composite
def late_timelines(draw: st.DrawFn) -> Timeline:
    """A live lead whose last step began, and should have ended, before NOW: often stuck."""
    path = draw(timelines(st.sampled_from(["pending", "active"])))
    entered_at, due_at = (NOW - draw(lengths) for _ in range(2))
    last = replace(
        draw(visits(len(path.visits) + 1)),
        type=draw(types.filter(lambda type_: type_ not in TERMINAL_TYPES)),
        entered_at=entered_at,
        due_at=due_at,
        left_at=None,
        is_open=True,
    )
    return replace(path, visits=(*path.visits, last))
