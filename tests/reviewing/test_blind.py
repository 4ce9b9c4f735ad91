"""Blind second reviews: which are drawn, who may judge them, and how often the two agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import reviewing
from dashboard.models import AuditEvent, BlindReview
from dashboard.reviewing import blind
from dashboard.reviewing.draws import is_drawn
from dashboard.reviewing.words import agreement_words
from tests.people import person
from tests.reviewing.desk import NOW, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_are_drawn(settings: Any) -> None:
    settings.REVIEW_BLIND_PERCENT = 100


def judge(desk: Desk, who: Any, verdict: str = "passed") -> bool:
    return blind.judge(BlindReview.objects.get(), who, now=NOW, verdict=verdict, note="As I see it.")


def test_signed_judgement_is_drawn_with_its_verdict(desk: Desk) -> None:
    """At the moment it counts: a breach only once it is confirmed."""
    desk.breach()
    assert not BlindReview.objects.exists()

    reviewing.second(desk.review, desk.rosa, now=NOW, agrees=True)

    drawn = BlindReview.objects.get()
    assert (drawn.first_verdict, drawn.fingerprint, drawn.verdict) == ("breach", desk.review.fingerprint, "")


def test_nobody_repeats_what_he_has_judged(desk: Desk) -> None:
    """Neither the first nor the second reviewer."""
    desk.confirmed()

    assert not judge(desk, desk.rita)
    assert not judge(desk, desk.rosa)
    assert judge(desk, person("reviewer", "rana"))


def test_judged_once(desk: Desk) -> None:
    """Who comes later is told so; the trail has the one."""
    desk.passed()

    assert judge(desk, desk.rosa)
    assert not judge(desk, person("reviewer", "rana"), "breach")
    assert AuditEvent.objects.filter(action="verdict.blind").count() == 1


def test_changed_record_is_not_repeated(desk: Desk) -> None:
    """Two verdicts on two records say nothing of each other."""
    desk.passed()
    desk.changed()

    assert not judge(desk, desk.rosa)


def test_agreement_is_told_with_its_interval(desk: Desk) -> None:
    """And that nobody knows, before anything was repeated."""
    assert "nobody can say" in agreement_words(blind.agreement())
    desk.passed()

    judge(desk, desk.rosa, "breach")

    found = blind.agreement()
    assert found
    assert (found.count, found.of) == (0, 1)
    assert "in 0 of 1: 0 %" in agreement_words(found)


@given(st.text(), st.floats(0, 100), st.floats(0, 100))
def test_larger_share_draws_all_of_the_smaller_one(what: str, one: float, other: float) -> None:
    """And none at all draws nothing, all of them everything."""
    small, large = sorted((one, other))

    assert not is_drawn(what, small) or is_drawn(what, large)
    assert not is_drawn(what, 0)
    assert is_drawn(what, 100)
