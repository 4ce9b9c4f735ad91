"""When a judgement no longer holds: what goes stale, what does not, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard import judging, reviewing, upstream
from dashboard.models import PackChoice, Review
from tests.reviewing.desk import AT_NIGHT, NIGHT, NOW, PACK, Desk
from tests.views.conftest import LEAD, VISITS, WORKFLOW, call

pytestmark = pytest.mark.django_db

QUIET = "Agent: Good evening.\nUser: Good evening."
OPT_OUT = "Agent: Good evening.\nUser: Please stop calling me."


def read_call(desk: Desk, transcript: str, call_id: str = "call_two") -> None:
    """Somebody opens the call, and what rules need of it is kept."""
    desk.stub.answer(f"/v1/calls/{call_id}", call(call_id, transcript=transcript))
    desk.stub.mend()
    timeline = upstream.lead_history(WORKFLOW, LEAD).value
    judging.keep_call(timeline, upstream.call(call_id), read_at=NOW)


def another_pack(desk: Desk) -> None:
    PackChoice.objects.filter(workflow_id=WORKFLOW).update(packs=[PACK, "in-trai"])


CHANGES: dict[str, tuple[Callable[[Desk], Any], str]] = {
    "status": (Desk.changed, "Step 3’s status: completed → no_answer."),
    "new step": (lambda d: d.has([*AT_NIGHT, {**VISITS[1], "entered_at": "2026-03-02T17:00:00.000Z"}]), "is new"),
    "lead's number": (lambda d: d.has(AT_NIGHT, phone_number="+919812345679"), "The phone number has changed."),
    "lead's status": (lambda d: d.has(AT_NIGHT, status="dropped"), "The lead’s status: completed → dropped."),
    "transcript": (lambda d: read_call(d, "Agent: Something else.\nUser: Yes."), "its transcript has changed"),
    "packs": (another_pack, "Pack in-trai: not there →"),
}


@pytest.mark.parametrize(("change", "sentence"), CHANGES.values(), ids=CHANGES)
def test_changed_record_makes_a_judgement_stale(desk: Desk, change: Callable[[Desk], Any], sentence: str) -> None:
    """With a sentence that says what has changed."""
    read_call(desk, QUIET)
    desk.passed()

    change(desk)
    judged = desk.judged

    assert (desk.review.is_stale, desk.review.stale_since, desk.review.state) == (True, NOW, "signed")
    assert any(sentence in told for told in reviewing.differences(judged))


def test_same_record_again_is_not_stale(desk: Desk) -> None:
    """What upstream takes back, the judgement holds for again."""
    desk.passed()
    desk.changed()
    assert desk.review.is_stale

    desk.has(AT_NIGHT)

    assert desk.judged.review
    assert (desk.review.is_stale, desk.review.stale_since) == (False, None)


def test_call_that_is_only_opened_makes_nothing_stale(desk: Desk) -> None:
    """It was there before; nobody had read it."""
    desk.passed()

    read_call(desk, QUIET)

    assert desk.judged.review
    assert not desk.review.is_stale


def test_breach_found_in_a_call_makes_a_judgement_stale(desk: Desk) -> None:
    """Whoever signed did not know of it."""
    desk.has([VISITS[0], NIGHT, {**NIGHT, "call_id": "call_three", "entered_at": "2026-03-02T17:00:00.000Z"}])
    desk.passed()

    read_call(desk, OPT_OUT)
    judged = desk.judged

    assert desk.review.is_stale
    assert "Rule record REC-OPT-OUT: cannot tell → breach." in reviewing.differences(judged)


def test_time_going_by_makes_nothing_stale(desk: Desk) -> None:
    """The same history, read again."""
    desk.passed()

    upstream.forget()

    assert desk.judged.review
    assert not desk.review.is_stale


def test_lead_outside_the_queue_has_nothing_to_renew(desk: Desk) -> None:
    """Its page costs nothing more."""
    judged = desk.judged
    desk.review.delete()

    reviewing.refresh(judging.judgement(judged.case.timeline), NOW)

    assert not Review.objects.exists()
