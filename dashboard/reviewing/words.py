"""Where a review stands, in a sentence; and the signs beside what was computed."""

from __future__ import annotations

from django.contrib.auth.models import User

from dashboard.compliance.verdict import Result
from dashboard.models import Review
from dashboard.timeline.shares import Share

ICONS = {Result.CLEAR: "✓", Result.CANNOT_TELL: "?", Result.WARNING: "!", Result.BREACH: "✕"}
KINDS = {Result.CLEAR: "clear", Result.CANNOT_TELL: "cannot", Result.WARNING: "warning", Result.BREACH: "breach"}


def state_words(review: Review) -> str:
    """ "Signed off as passed by rita.", "Breach, found by rita; waits for a second reviewer." """
    verdict, by = review.get_verdict_display(), _name(review.reviewer)
    state = review.State(review.state)
    if state == review.State.OPEN:
        return "In the queue, not reviewed."
    if state == review.State.WITHDRAWN:
        return "The judgement was withdrawn; not reviewed again."
    if state == review.State.OUT:
        return "Taken out of the queue."
    if state == review.State.SECOND and review.verdict == review.Verdict.BREACH:
        said = f"Judged a breach by {by}; waits for a second reviewer to confirm it."
    elif state == review.State.SECOND:
        said = f"Left by {by} to another reviewer."
    else:
        also = f" and {_name(review.second)}" if review.second_id else ""
        said = f"Signed off as {verdict} by {by}{also}."
    if state == review.State.DISPUTED:
        said += " Disputed."
    return f"{said} The record has changed since." if review.is_stale else said


def agreement_words(found: Share | None) -> str:
    """How often blind second reviews say what the first one did."""
    if found is None:
        return "No judgement was repeated blindly yet, so nobody can say how often two reviewers agree."
    low, high = round(100 * found.low), round(100 * found.high)
    told = f"Blind second reviews agree with the first in {found.count} of {found.of}: {round(100 * found.value)} %"
    return f"{told}, with 95 % certainty between {low} % and {high} %."


def _name(user: User | None) -> str:
    return user.get_username() if user else "a deleted account"
