"""The rules of conduct, as tables: what is refused with which sentence, what is allowed and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dashboard import reviewing
from dashboard.models import AuditEvent, Review
from dashboard.reviewing import ChangedError, ConductError
from tests.reviewing.desk import CRITICAL, HOURS, NOW, WHY, Desk

pytestmark = pytest.mark.django_db

LONG = "Because of what was said there."
LATER = NOW + timedelta(days=1)


def nothing(desk: Desk) -> None:
    """The lead stands in the queue, and nobody has judged it."""


def stale_breach(desk: Desk) -> None:
    desk.breach()
    desk.changed()


def out(desk: Desk) -> None:
    reviewing.take_out(desk.review, LONG)


def kept(desk: Desk) -> tuple[Any, ...]:
    """All there is of a review, its history and its acts."""
    acts = AuditEvent.objects.values_list("seq", flat=True)
    return (Review.objects.values().get(), desk.review.history.count(), list(acts))


# id: what was before, who does what, the sentence that refuses it
REFUSED: dict[str, tuple[Callable[[Desk], Any], Callable[[Desk], Any], str]] = {
    "passed over a computed breach": (nothing, lambda d: d.sign(d.rita, "passed"), "stands as a breach"),
    "cannot tell over a computed breach": (nothing, lambda d: d.sign(d.rita, "cannot_tell"), "stands as a breach"),
    "override without a reason": (
        nothing,
        lambda d: d.sign(d.rita, "passed", overrides={HOURS: ("clear", "")}),
        "was computed as “breach”: give a reason for “clear”",
    ),
    "override with a word": (
        nothing,
        lambda d: d.sign(d.rita, "passed", overrides={HOURS: ("clear", "fine")}),
        "At least 10 characters",
    ),
    "result that is none": (
        nothing,
        lambda d: d.sign(d.rita, "passed", overrides={HOURS: ("fine", WHY)}),
        "Say what you hold",
    ),
    "passed over a rule held for a breach": (
        nothing,
        lambda d: d.sign(
            d.rita, "passed", overrides={HOURS: ("clear", WHY), "record REC-NOTES": ("breach", "A note hides a dial.")}
        ),
        "stands as a breach",
    ),
    "passed with a critical no": (
        nothing,
        lambda d: d.sign(d.rita, "passed", overrides={HOURS: ("clear", WHY)}, scores={CRITICAL: "no"}),
        "is critical and was answered with no",
    ),
    "question without an answer": (
        nothing,
        lambda d: d.sign(d.rita, "breach", scores={CRITICAL: ""}),
        "Answer the scorecard",
    ),
    "breach of nothing": (
        nothing,
        lambda d: d.sign(d.rita, "breach", overrides={HOURS: ("clear", WHY)}),
        "say in the note what the breach is",
    ),
    "no verdict": (nothing, lambda d: d.sign(d.rita, ""), "Choose a verdict"),
    "second look at nothing said": (nothing, lambda d: d.sign(d.rita, "second_look"), "Say in the note"),
    "signed twice": (Desk.passed, lambda d: d.passed(d.rosa), "Withdraw that judgement"),
    "judged while it waits for confirmation": (Desk.breach, lambda d: d.passed(d.rosa), "by a second reviewer"),
    "judged while disputed": (Desk.disputed, lambda d: d.passed(d.rosa), "answer the dispute"),
    "left to others and judged all the same": (Desk.left, lambda d: d.passed(d.rita), "left this to somebody else"),
    "own breach confirmed": (
        Desk.breach,
        lambda d: reviewing.second(d.review, d.rita, now=NOW, agrees=True),
        "by somebody else than who has found it",
    ),
    "breach sent back without a reason": (
        Desk.breach,
        lambda d: reviewing.second(d.review, d.rosa, now=NOW, agrees=False),
        "why you do not confirm it",
    ),
    "passed confirmed": (
        Desk.passed,
        lambda d: reviewing.second(d.review, d.rosa, now=NOW, agrees=True),
        "No breach waits",
    ),
    "breach confirmed on a changed record": (
        stale_breach,
        lambda d: reviewing.second(d.review, d.rosa, now=NOW, agrees=True),
        "judge it anew",
    ),
    "withdrawn without a reason": (Desk.passed, lambda d: reviewing.withdraw(d.review, d.rita, "  "), "Say why"),
    "withdrawn what nobody judged": (
        nothing,
        lambda d: reviewing.withdraw(d.review, d.rita, LONG),
        "Nothing is judged",
    ),
    "withdrawn while disputed": (Desk.disputed, lambda d: reviewing.withdraw(d.review, d.rita, LONG), "answer the dis"),
    "withdrawal asked for twice": (
        Desk.asked_back,
        lambda d: reviewing.withdraw(d.review, d.rosa, LONG),
        "has asked for this already",
    ),
    "own request granted": (
        Desk.asked_back,
        lambda d: reviewing.decide_withdrawal(d.review, d.rosa, agrees=True),
        "Somebody else",
    ),
    "request that is none": (
        Desk.passed,
        lambda d: reviewing.decide_withdrawal(d.review, d.rosa, agrees=True),
        "Nobody has asked",
    ),
    "dispute without words": (
        Desk.passed,
        lambda d: reviewing.dispute(d.review, d.olga, "no", now=LATER),
        "Say what is wrong",
    ),
    "dispute of what is open": (
        nothing,
        lambda d: reviewing.dispute(d.review, d.olga, LONG, now=LATER),
        "Only a judgement that is signed off",
    ),
    "second open dispute": (
        Desk.disputed,
        lambda d: reviewing.dispute(d.review, d.rosa, LONG, now=LATER),
        "disputed already",
    ),
    "dispute of one's own": (
        Desk.passed,
        lambda d: reviewing.dispute(d.review, d.rita, LONG, now=LATER),
        "withdrawn, not disputed",
    ),
    "dispute of a second's own": (
        Desk.confirmed,
        lambda d: reviewing.dispute(d.review, d.rosa, LONG, now=LATER),
        "withdrawn, not disputed",
    ),
    "dispute too late": (
        Desk.passed,
        lambda d: reviewing.dispute(d.review, d.olga, LONG, now=NOW + timedelta(days=14, seconds=1)),
        "for 14 days",
    ),
    "answer without words": (
        Desk.disputed,
        lambda d: reviewing.answer(d.review, d.rosa, "", now=LATER, reopens=True),
        "Say why the judgement stands",
    ),
    "answer by who disputes": (
        Desk.disputed,
        lambda d: reviewing.answer(d.review, d.olga, LONG, now=LATER, reopens=True),
        "somebody else than who has opened it",
    ),
    "answer to nothing": (
        Desk.passed,
        lambda d: reviewing.answer(d.review, d.rosa, LONG, now=LATER, reopens=True),
        "No dispute waits",
    ),
    "judged one left to others": (
        Desk.passed,
        lambda d: reviewing.pass_on(d.review, d.rosa, LONG, now=NOW),
        "Only what is not judged",
    ),
    "judged one taken out": (Desk.passed, lambda d: reviewing.take_out(d.review, LONG), "Only what is not judged"),
    "taken out without a reason": (nothing, lambda d: reviewing.take_out(d.review, ""), "need not be judged"),
}


@pytest.mark.parametrize(("before", "act", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_conduct_forbids_is_refused(
    desk: Desk, before: Callable[[Desk], Any], act: Callable[[Desk], Any], sentence: str
) -> None:
    """In a sentence; and neither the review, nor its history, nor the trail knows of it."""
    before(desk)
    was = kept(desk)

    with pytest.raises(ConductError, match=sentence):
        act(desk)

    assert kept(desk) == was


# id: what was before, who does what; the state, the verdict, and the trail's last action
ALLOWED: dict[str, tuple[Callable[[Desk], Any], Callable[[Desk], Any], tuple[str, str, str]]] = {
    "passed with a reason for each breach": (nothing, Desk.passed, ("signed", "passed", "verdict.sign")),
    "cannot tell with a reason": (
        nothing,
        lambda d: d.sign(d.rita, "cannot_tell", overrides={HOURS: ("cannot tell", WHY)}),
        ("signed", "cannot_tell", "verdict.sign"),
    ),
    "breach waits for a second": (nothing, Desk.breach, ("second", "breach", "verdict.sign")),
    "breach by a critical no": (
        nothing,
        lambda d: d.sign(d.rita, "breach", overrides={HOURS: ("clear", WHY)}, scores={CRITICAL: "no"}),
        ("second", "breach", "verdict.sign"),
    ),
    "breach confirmed": (
        Desk.breach,
        lambda d: reviewing.second(d.review, d.rosa, now=NOW, agrees=True),
        ("signed", "breach", "verdict.second"),
    ),
    "breach sent back": (
        Desk.breach,
        lambda d: reviewing.second(d.review, d.rosa, now=NOW, agrees=False, reason=LONG),
        ("open", "", "verdict.second"),
    ),
    "left to another": (nothing, Desk.left, ("second", "second_look", "verdict.sign")),
    "left, and judged by another": (Desk.left, lambda d: d.passed(d.rosa), ("signed", "passed", "verdict.sign")),
    "own judgement withdrawn": (
        Desk.passed,
        lambda d: reviewing.withdraw(d.review, d.rita, LONG),
        ("withdrawn", "", "verdict.withdraw"),
    ),
    "judged again after that": (Desk.withdrawn, Desk.passed, ("signed", "passed", "verdict.sign")),
    "somebody else's: only asked for": (
        Desk.passed,
        lambda d: reviewing.withdraw(d.review, d.rosa, LONG),
        ("signed", "passed", "verdict.withdraw"),
    ),
    "somebody else's, with its reviewer's consent": (
        Desk.asked_back,
        lambda d: reviewing.decide_withdrawal(d.review, d.rita, agrees=True),
        ("withdrawn", "", "verdict.withdraw"),
    ),
    "somebody else's, refused": (
        Desk.asked_back,
        lambda d: reviewing.decide_withdrawal(d.review, d.rita, agrees=False),
        ("signed", "passed", "verdict.withdraw"),
    ),
    "dispute on the last day": (
        Desk.passed,
        lambda d: reviewing.dispute(d.review, d.olga, LONG, now=NOW + timedelta(days=14)),
        ("disputed", "passed", "dispute.open"),
    ),
    "dispute answered: it stands": (
        Desk.disputed,
        lambda d: reviewing.answer(d.review, d.rosa, LONG, now=LATER, reopens=False),
        ("signed", "passed", "dispute.answer"),
    ),
    "dispute answered: judged again": (
        Desk.disputed,
        lambda d: reviewing.answer(d.review, d.rosa, LONG, now=LATER, reopens=True),
        ("open", "", "dispute.answer"),
    ),
    "judged anew on a changed record": (stale_breach, Desk.passed, ("signed", "passed", "verdict.sign")),
    "taken out": (nothing, out, ("out", "", "queue.change")),
    "asked for again after that": (
        out,
        lambda d: reviewing.queue_one(d.judged, now=NOW),
        ("open", "", "queue.change"),
    ),
}


@pytest.mark.parametrize(("before", "act", "expected"), ALLOWED.values(), ids=ALLOWED)
def test_what_conduct_allows_leads_on(
    desk: Desk, before: Callable[[Desk], Any], act: Callable[[Desk], Any], expected: tuple[str, str, str]
) -> None:
    """The state, the verdict that stands, and a row of the trail."""
    before(desk)

    act(desk)

    last = AuditEvent.objects.order_by("-seq").values_list("action", flat=True)[0]
    assert (desk.review.state, desk.review.verdict, last) == expected


def test_judgement_is_bound_to_what_was_known(desk: Desk) -> None:
    """Fingerprint and snapshot of that moment, who and when; overrides beside what was computed."""
    signed = desk.passed()

    assert (signed.reviewer, signed.reviewed_at) == (desk.rita, NOW)
    assert len(signed.fingerprint) == 64
    assert signed.snapshot["results"][HOURS] == "breach"
    assert signed.answers[HOURS] == {"computed": "breach", "result": "clear", "reason": WHY}


def test_withdrawn_judgement_is_kept_in_history(desk: Desk) -> None:
    """The lead is open again; what was judged can still be read."""
    desk.withdrawn()

    kept = desk.review.history.filter(verdict="passed").get()
    assert (kept.reviewer, kept.answers[HOURS]["reason"]) == (desk.rita, WHY)
    assert (desk.review.reviewer, desk.review.fingerprint, desk.review.withdrawn_why) == (
        None,
        "",
        "I had mixed up two leads.",
    )


def test_who_comes_later_is_refused(desk: Desk) -> None:
    """Two reviewers have the same lead open: the second one's judgement does not wipe out the first."""
    opened = desk.review
    desk.passed()

    with pytest.raises(ChangedError, match="Somebody else has changed this review"):
        reviewing.take_out(opened, LONG)

    assert desk.review.reviewer == desk.rita


def test_nothing_is_signed_that_was_not_seen(desk: Desk) -> None:
    """The record has changed between the page and the signature."""
    with pytest.raises(ChangedError, match="look again"):
        desk.sign(desk.rita, "breach", seen="another record")


def test_numbers_in_notes_and_reasons_are_hidden(desk: Desk) -> None:
    """Whoever writes one there: neither the review nor the trail keeps it."""
    desk.sign(desk.rita, "breach", note="She asked on +919812345678 not to be called.")
    reviewing.second(desk.review, desk.rosa, now=NOW, agrees=False, reason="It was +919812345678, another person.")

    everything = repr([*Review.history.values(), *AuditEvent.objects.values()])
    assert "981234" not in everything
    assert "not to be called" in everything
