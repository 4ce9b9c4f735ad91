"""Whatever JSON upstream sends: read or refused, nothing lost, nothing invented."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.dialnexa import parse
from dashboard.dialnexa.errors import UnreadableError, WrongRecordError
from dashboard.timeline.model import Timeline, Visit
from tests.dialnexa.bodies import CALL, HISTORIES, LEAD, LEAD_LISTS, NOW, WORKFLOW, WORKFLOW_LISTS, WORKFLOWS
from tests.dialnexa.call_bodies import CALLS
from tests.promises import promised

SETTINGS = settings(promised, suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from(
    [
        *("completed", "waiting", "In Progress", "failed", "no_answer", "DNP", "VOICE_CALL", "TIME", "CONVERTED", "x"),
        *("2026-07-14T05:00:00Z", "2026-07-14T05:00:00", "2026-07-14T05:00:60Z", "9999-12-31T23:59:59-14:00"),
        *("", " ", "call_1", "a/b", "1783074600000", "{}", "[1]", "Agent: hi. User: no", "\x00", "https://["),
    ]
)
KEYS = st.sampled_from(
    [
        *("data", "history", "transitions", "lead", "execution", "all_nodes", "all_edges", "meta", "count", "page"),
        *("id", "lead_id", "node_id", "node_type", "label", "status", "started_at", "ended_at", "ends_at", "end"),
        *("call_id", "metadata", "from_node_id", "to_node_id", "reason", "timestamp", "config", "delay_hours"),
        *("duration", "duration_seconds", "transcript", "analysis", "timeline", "events", "recording_url", "transfers"),
        *(
            "dynamic_variables",
            "phone_number",
            "createdAt",
            "sensitive_delete",
            "statusCode",
            "title",
            "role",
            "content",
        ),
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**301)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=6),
    max_leaves=25,
)
ROWS = st.lists(st.dictionaries(KEYS, SCALARS | VALUES, max_size=8) | st.none() | st.integers(0, 3), max_size=8)


def read(rows: object, **around: object) -> Timeline:
    return parse.timeline({"history": rows, **around}, workflow_id=WORKFLOW, lead_id=LEAD, now=NOW)


def check_timeline(timeline: Timeline) -> None:
    """What holds of every timeline, whatever it was read from."""
    assert [visit.position for visit in timeline.visits] == list(range(1, len(timeline.visits) + 1))
    for visit in timeline.visits:
        json.loads(visit.raw)
        assert visit.duration is None or visit.duration >= timedelta(0)
        assert not (visit.is_open and visit.left_at)
        assert visit.label
        assert visit.type
        for moment in (visit.entered_at, visit.left_at):
            assert moment is None or (moment.tzinfo is UTC and 2000 <= moment.year < 2100)
    for note in timeline.notes:
        assert note.text.endswith(".")
        assert note.position is None or timeline.visit(note.position)
    repr(timeline).encode()


def read_all(body: object) -> None:
    """Every reader at once; only their own errors may come out."""
    for reader in (
        lambda: check_timeline(parse.timeline(body, workflow_id=WORKFLOW, lead_id=LEAD, now=NOW)),
        lambda: parse.leads(body, workflow_id=WORKFLOW, page=1, limit=2, now=NOW),
        lambda: parse.workflows(body),
        lambda: parse.workflow(body, workflow_id=WORKFLOW),
    ):
        with suppress(UnreadableError):
            reader()
    with suppress(UnreadableError, WrongRecordError):
        call = parse.call(body, call_id=CALL)
        assert call.duration is None or call.duration >= timedelta(0)
        assert call.recording_url is None or call.recording_url.lower().startswith("https://")
        assert not call.is_sensitive or not (call.transcript or call.summary or call.analysis)
        assert parse.merge(call, call) == call
    status = parse.body_status(body)
    assert status is None or 400 <= status <= 599


@SETTINGS
@given(VALUES)
def test_p1_any_json_is_read_or_refused(body):
    """No value ends in another error than ours."""
    read_all(body)


@SETTINGS
@given(ROWS, VALUES, VALUES, VALUES)
def test_p1_any_rows_and_surroundings_give_a_timeline(rows, lead, execution, nodes):
    """With a list of rows there, nothing else in the body can stop the path from being read."""
    check_timeline(read(rows, lead=lead, execution=execution, all_nodes=nodes, all_edges=nodes))


@SETTINGS
@given(ROWS)
def test_p2_every_row_received_is_accounted_for(rows):
    """Of visits: one each, and exact repetitions counted. Of transitions: each row is in sight in some visit."""
    timeline = read(rows)

    objects = [row for row in rows if isinstance(row, dict)]
    kept = {json.dumps(row, sort_keys=True) for row in objects}
    assert timeline.received_rows == len(rows)
    assert sum(not visit.is_readable for visit in timeline.visits) == len(rows) - len(objects)
    shown: set[str] = set()
    for visit in timeline.visits:
        raw = json.loads(visit.raw)
        if visit.is_readable:
            shown.update(json.dumps(row, sort_keys=True) for row in (raw if isinstance(raw, list) else [raw]))
    assert shown == kept
    if all("from_node_id" not in row and "to_node_id" not in row for row in objects):
        assert len(timeline.visits) == len(kept) + len(rows) - len(objects)


DAY = datetime(2026, 7, 1, tzinfo=UTC)
TIMES = st.none() | st.integers(0, 172_800).map(lambda seconds: (DAY + timedelta(seconds=seconds)).isoformat())
VISITS = st.lists(
    st.fixed_dictionaries(
        {
            "node_id": st.sampled_from(["n_1", "n_2", None]),
            "node_type": st.sampled_from(["VOICE_CALL", "TIME", "CONVERTED", "new type", None]),
            "label": st.sampled_from(["Call", "", None, "<b>"]),
            "status": st.sampled_from(["completed", "waiting", "In Progress", "DNP", "odd", None]),
            "call_id": st.sampled_from(["call_1", None]),
            "started_at": TIMES,
            "ended_at": TIMES,
            "ends_at": TIMES,
        }
    ),
    max_size=10,
)


def numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """No two alike."""
    return [{**row, "n": n} for n, row in enumerate(rows)]


@SETTINGS
@given(VISITS)
def test_p5_order_is_a_stable_permutation(rows):
    """By start; equal starts as received; an unknown start right behind the row it came after."""
    timeline = read(numbered(rows))

    received = [visit.received for visit in timeline.visits]
    assert sorted(received) == list(range(1, len(rows) + 1))
    known = [(visit.entered_at, visit.received) for visit in timeline.visits if visit.entered_at]
    assert known == sorted(known)
    for before, visit in zip([0, *received], timeline.visits, strict=False):
        if visit.entered_at is None:
            assert before == visit.received - 1


@SETTINGS
@given(VISITS)
def test_p7_reading_what_was_read_changes_nothing(rows):
    """Visits written down in the current form, in order of time, are read as the same visits."""
    first = read(numbered(rows)).visits

    again = read(numbered([written(visit) for visit in first])).visits

    assert [seen(visit) for visit in again] == [seen(visit) for visit in first]


def written(visit: Visit) -> dict[str, Any]:
    return {
        "node_id": visit.node_id,
        "node_type": visit.type,
        "label": visit.label,
        "status": visit.raw_status,
        "call_id": visit.call_id,
        "started_at": visit.entered_at and visit.entered_at.isoformat(),
        "ended_at": visit.left_at and visit.left_at.isoformat(),
        "ends_at": visit.due_at and visit.due_at.isoformat(),
    }


def seen(visit: Visit) -> tuple[object, ...]:
    """Everything but where and how upstream sent it."""
    return (*written(visit).values(), visit.status, visit.is_open, visit.position, visit.exit)


# --- shapes ----------------------------------------------------------------------------------------------------------

FORMS = {**HISTORIES, **LEAD_LISTS, **WORKFLOW_LISTS, **WORKFLOWS, **CALLS}


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside a body."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in ((*path, key), *places(inner, (*path, key)))]


@st.composite
def damaged(draw: st.DrawFn) -> object:
    """A documented body with one to three faults."""
    body: Any = FORMS[draw(st.sampled_from(sorted(FORMS)))]()
    for _ in range(draw(st.integers(1, 3))):
        where = draw(st.sampled_from(places(body))) if places(body) else ()
        if not where:
            break
        body = copy.deepcopy(body)
        holder = body
        for key in where[:-1]:
            holder = holder[key]
        key = where[-1]
        fault = draw(st.sampled_from(["drop", "null", "type", "extra", "wrap", "swap", "twice", "empty"]))
        if fault == "drop":
            del holder[key]
        elif fault == "extra" and isinstance(holder, dict):
            holder[draw(KEYS)] = draw(VALUES)
        elif fault == "swap":
            other = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else list(range(len(holder)))))
            holder[key], holder[other] = holder[other], holder[key]
        elif fault == "twice" and isinstance(holder, list):
            holder.append(holder[key])
        else:
            held = holder[key]
            holder[key] = {"null": None, "wrap": {"data": held}, "empty": type(held)()}.get(fault, draw(VALUES))
    return body


@SETTINGS
@given(damaged())
def test_p1_damaged_forms_are_read_or_refused(body):
    """Every documented shape with keys dropped, emptied, swapped, doubled, wrapped or of another type."""
    read_all(body)
