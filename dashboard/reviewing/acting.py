"""What every act on a review has in common: the row as it is now, locked; a reason; a line in the trail; a version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from dashboard.audit import trail
from dashboard.models import Action, Review
from dashboard.timeline import mask

SHORTEST = 10  # characters of a reason
# What a judgement leaves on a review; nobody's, once it does not stand any more. Its history keeps every one.
NOBODYS: dict[str, Any] = {
    "verdict": "",
    "reviewer": None,
    "reviewed_at": None,
    "second": None,
    "second_at": None,
    "second_note": "",
    "withdrawal_by": None,
    "withdrawn_why": "",
    "fingerprint": "",
    "snapshot": {},
    "is_stale": False,
    "stale_since": None,
    "out_why": "",
    "disputed_by": None,
    "disputed_at": None,
    "dispute": "",
    "dispute_answer": "",
    "answered_by": None,
    "answered_at": None,
}


class ConductError(Exception):
    """An act that a rule of conduct forbids; the message is a sentence."""


class ChangedError(ConductError):
    """Somebody, or something, was quicker: the person has to look again."""


@contextmanager
def acting(review: Review) -> Iterator[Review]:
    """The row as it is now, locked; refused if anybody has acted since the caller has read it."""
    with transaction.atomic():
        row = Review.objects.select_for_update().get(pk=review.pk)
        if row.version != review.version:
            raise ChangedError("Somebody else has changed this review since you opened it. Look at it again.")
        yield row


def put(row: Review, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def save(row: Review, what: str) -> None:
    row.version += 1
    row._change_reason = what  # type: ignore[attr-defined]  # simple-history's own way
    row.save()


def record(action: Action, row: Review, **detail: Any) -> None:
    trail.record(action, workflow_id=row.workflow_id, lead_id=row.lead_id, **detail)


def reasoned(text: str, sentence: str) -> None:
    if len(text.strip()) < SHORTEST:
        raise ConductError(f"{sentence} At least {SHORTEST} characters.")


def kept(text: str, longest: int) -> str:
    """As it is kept: numbers hidden, whoever wrote them there."""
    return mask.phones_in(text.strip())[:longest]
