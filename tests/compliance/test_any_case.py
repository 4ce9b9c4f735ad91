"""What holds of every rule over any path, whatever is known of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from dashboard.compliance.case import Case
from dashboard.compliance.clock import CalledClock
from dashboard.compliance.rules import judge
from dashboard.compliance.verdict import Result, Verdict
from dashboard.timeline.digest import digest, retold
from dashboard.timeline.model import VOICE_CALL, DataNote, Visit
from tests.compliance.cases import PACKS
from tests.compliance.strategies import cases, near
from tests.strategies import NOW, status_words


def judged(case: Case) -> dict[str, Verdict]:
    return {verdict.rule.id: verdict for verdict in judge(case, PACKS.values())}


def results(case: Case) -> Mapping[str, Result]:
    return {rule: verdict.result for rule, verdict in judged(case).items()}


def turned_clear(before: Mapping[str, Result], after: Mapping[str, Result]) -> list[str]:
    return [rule for rule in after if after[rule] is Result.CLEAR and before[rule] is not Result.CLEAR]


@given(cases())
def test_verdict_names_visits_of_the_path_and_says_why(case: Case) -> None:
    """A sentence, and only positions that the path has."""
    for verdict in judged(case).values():
        assert verdict.sentence.endswith(".")
        assert all(case.timeline.visit(position) for position in verdict.positions)
        assert verdict.result is not Result.CLEAR or not verdict.positions


@given(cases(), near, status_words)
def test_one_dial_more_never_turns_a_breach_clear(case: Case, at: datetime, status: str) -> None:
    """Nor a warning: what was done stays done."""
    place = len(case.timeline.visits) + 1
    dial = Visit(place, place, "node_x", VOICE_CALL, "Call", status, entered_at=at, call_id="call_more")
    more = replace(case, timeline=replace(case.timeline, visits=(*case.timeline.visits, dial)))

    before, after = results(case), results(more)

    assert [rule for rule in turned_clear(before, after) if before[rule] is not Result.CANNOT_TELL] == []


@given(cases(), near)
def test_forecast_dial_never_turns_anything_clear(case: Case, at: datetime) -> None:
    """A dial that is not made yet can only add."""
    assert turned_clear(results(case), results(case.with_dial(at))) == []


@given(cases(), st.data())
def test_less_knowledge_of_a_call_never_turns_anything_clear(case: Case, data: st.DataObject) -> None:
    """Nobody has read it, or nothing of what was said is kept."""
    if not case.calls:
        return
    call_id = data.draw(st.sampled_from(sorted(case.calls)))
    unread = {one: call for one, call in case.calls.items() if one != call_id}
    emptied = {**case.calls, call_id: replace(case.calls[call_id], found={})}

    before = results(case)

    assert turned_clear(before, results(replace(case, calls=unread))) == []
    assert turned_clear(before, results(replace(case, calls=emptied))) == []


@given(cases())
def test_less_knowledge_of_the_number_never_turns_anything_clear(case: Case) -> None:
    """No zone; or no number at all, and so no zone, no country and no other leads' dials."""
    before = results(case)
    unplaced = replace(case, clock=replace(case.clock, zones=()))
    unnumbered = replace(case, clock=CalledClock(), elsewhere=None, elsewhere_undated=0)

    assert turned_clear(before, results(unplaced)) == []
    assert turned_clear(before, results(unnumbered)) == []


@given(cases(), st.data())
def test_less_knowledge_of_a_step_never_turns_anything_clear(case: Case, data: st.DataObject) -> None:
    """Its times are missing, its type is, or its row can't be read: the parser notes each."""
    visits = case.timeline.visits
    if not visits:
        return
    place = data.draw(st.integers(0, len(visits) - 1))
    notes = (*case.timeline.notes, DataNote(f"Step {place + 1}: odd.", place + 1))
    # The times of a call come from its record, too.
    calls = {
        call_id: replace(call, started_at=None) if call_id == visits[place].call_id else call
        for call_id, call in case.calls.items()
    }
    undated = replace(visits[place], entered_at=None, left_at=None)
    unreadable = Visit(place + 1, place + 1, None, "UNKNOWN", "Unreadable step", "unknown", is_readable=False)
    before = results(case)

    for less in (undated, unreadable):
        path = replace(case.timeline, visits=(*visits[:place], less, *visits[place + 1 :]), notes=notes)
        after = results(replace(case, timeline=path, calls=calls))
        assert turned_clear(before, after) == []


@given(cases(), st.randoms(use_true_random=False))
def test_order_of_what_is_known_does_not_matter(case: Case, random: SimpleNamespace) -> None:
    """Calls come from the database as they come."""
    calls, elsewhere = list(case.calls.items()), list(case.elsewhere or ())
    random.shuffle(calls)
    random.shuffle(elsewhere)
    other = replace(case, calls=dict(calls), elsewhere=tuple(elsewhere) if case.elsewhere is not None else None)

    assert judged(other) == judged(case)


@given(cases())
def test_kept_digest_is_judged_like_the_history(case: Case) -> None:
    """The queue, which knows digests only, says of each rule what the lead's page says."""
    kept = json.loads(json.dumps(asdict(digest(case.timeline, now=NOW)), default=str))
    kept |= {"enrolled_at": None}

    told = judged(replace(case, timeline=retold(SimpleNamespace(**kept))))

    for rule, verdict in judged(case).items():
        assert (told[rule].result, told[rule].sentence) == (verdict.result, verdict.sentence)
        assert told[rule].positions == verdict.positions
