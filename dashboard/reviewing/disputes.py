"""Disputes: operations say that a judgement is wrong, and a reviewer answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User

from dashboard.models import Action, Review
from dashboard.reviewing.acting import NOBODYS, ConductError, acting, kept, put, reasoned, record, save

State = Review.State


def dispute(review: Review, user: User, text: str, *, now: datetime) -> Review:
    """Say that a judgement is wrong, and why. Raises ConductError."""
    reasoned(text, "Say what is wrong with the judgement.")
    with acting(review) as row:
        if row.state == State.DISPUTED:
            raise ConductError("The judgement is disputed already, and waits for an answer.")
        if row.state != State.SIGNED:
            raise ConductError("Only a judgement that is signed off can be disputed.")
        if user in (row.reviewer, row.second):
            raise ConductError("Your own judgement is withdrawn, not disputed.")
        signed_at = row.second_at or row.reviewed_at
        if signed_at is None or now - signed_at > timedelta(days=settings.REVIEW_DISPUTE_DAYS):
            raise ConductError(f"A judgement can be disputed for {settings.REVIEW_DISPUTE_DAYS} days.")
        record(Action.DISPUTE_OPEN, row, reason=("", text))
        put(row, state=State.DISPUTED, disputed_by=user, disputed_at=now, dispute=kept(text, 1000))
        put(row, dispute_answer="", answered_by=None, answered_at=None)
        save(row, "disputed")
    return row


def answer(review: Review, user: User, text: str, *, now: datetime, reopens: bool) -> Review:
    """Answer a dispute: the judgement stands, or the lead is to be judged again. Raises ConductError."""
    reasoned(text, "Say why the judgement stands or falls.")
    with acting(review) as row:
        if row.state != State.DISPUTED:
            raise ConductError("No dispute waits for an answer here.")
        if user == row.disputed_by:
            raise ConductError("A dispute is answered by somebody else than who has opened it.")
        record(Action.DISPUTE_ANSWER, row, reopens=reopens, reason=("", text))
        told = {"disputed_by": row.disputed_by, "disputed_at": row.disputed_at, "dispute": row.dispute}
        told |= {"dispute_answer": kept(text, 1000), "answered_by": user, "answered_at": now}
        put(row, **(NOBODYS | {"state": State.OPEN} if reopens else {"state": State.SIGNED}) | told)
        save(row, "dispute answered: judged again" if reopens else "dispute answered: the judgement stands")
    return row
