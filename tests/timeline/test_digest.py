"""A history in short: the same standing, and nothing personal."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from hypothesis import given

from dashboard.timeline.digest import Step, digest, skeleton
from dashboard.timeline.model import Lead, Timeline, Visit
from dashboard.timeline.standing import Kind, Limits, late_from, standing
from tests.strategies import NOW, late_timelines, timelines, workflow_statuses

LEAD = Lead("lead_abc", status="active")


def without_odd_text(timeline: Timeline) -> Timeline:
    """Labels that a digest keeps as they are."""
    visits = tuple(
        replace(visit, label=visit.label.encode(errors="replace").decode().replace("\0", ""))
        for visit in timeline.visits
    )
    return replace(timeline, visits=visits)


@given(timelines() | late_timelines(), workflow_statuses)
def test_digest_has_the_standing_of_the_whole_path(timeline: Timeline, workflow_status: str | None) -> None:
    """Kind, sentence, moments, visit and next check are those of the history itself."""
    timeline = without_odd_text(timeline)
    kept = json.loads(json.dumps(asdict(digest(timeline, now=NOW)), default=str))
    short = skeleton(
        "wf_abc",
        timeline.lead.id,
        kept["lead_status"],
        kept["current_node_id"],
        timeline.lead.enrolled_at,
        kept["tail"],
    )

    found = standing(short, now=NOW, workflow_status=workflow_status)

    assert found == standing(timeline, now=NOW, workflow_status=workflow_status)


@given(timelines() | late_timelines())
def test_limit_tells_stuck_from_the_rest(timeline: Timeline) -> None:
    """A lead of a running workflow is stuck when, and only when, its own limit has passed."""
    limits = Limits()
    limit = late_from(timeline)
    lengths = {"wait": limits.grace, "call": limits.call, "step": limits.step}

    is_late = limit is not None and NOW - limit[1] > lengths[limit[0]]

    assert is_late == (standing(timeline, now=NOW, workflow_status="active").kind is Kind.STUCK)


@given(timelines() | late_timelines())
def test_digest_is_never_stuck_by_itself(timeline: Timeline) -> None:
    """Being late is a matter of the moment one looks, so the digest keeps the limit instead."""
    kept = digest(timeline, now=NOW)

    assert kept.kind in {kind.value for kind in Kind} - {"stuck", "held"}
    assert len(kept.path) == kept.visits == len(timeline.visits)


def test_digest_can_be_stored_whatever_upstream_sent() -> None:
    """NUL, halves of surrogate pairs and endless ids are nothing a database would refuse."""
    visit = Visit(1, 1, "n" * 12_000, "SMS", "a\0b\ud800" + "x" * 1_000, "completed", is_open=True, exit="e\0")

    kept = asdict(digest(Timeline("wf_abc", LEAD, (visit,)), now=NOW))

    text = json.dumps(kept, default=str)
    assert "\\u0000" not in text
    assert "\\ud800" not in text
    assert len(kept["node_id"]) == 100
    assert len(text) < 3_000


def test_digest_holds_nothing_personal() -> None:
    """No number beyond its last two digits, no variable, no raw row."""
    visit = Visit(1, 1, "node_a", "VOICE_CALL", "Call", "completed", raw='{"said": "canary raw"}', entered_at=NOW)
    person = replace(LEAD, phone="+919812345678", variables={"customer_name": "Canary Name"})

    text = json.dumps(asdict(digest(Timeline("wf_abc", person, (visit,)), now=NOW)), default=str)

    assert "9812345" not in text
    assert "anary" not in text
    assert "••78" in json.loads(text)["phone_masked"]


def test_step_reads_back_what_the_path_keeps() -> None:
    """Node, exit, moment and length of a visit survive."""
    visit = Visit(1, 1, "node_a", "VOICE_CALL", "Call", "completed", entered_at=NOW, left_at=NOW, exit="DNP")

    step = Step.of(digest(Timeline("wf_abc", LEAD, (visit,)), now=NOW).path[0])

    assert step == Step("node_a", "VOICE_CALL", "Call", "completed", "DNP", NOW, 0.0)
