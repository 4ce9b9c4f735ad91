"""Judgements repeated by somebody who is not shown the first one, and how often the two agree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from dashboard.audit import trail
from dashboard.models import Action, BlindReview, Review
from dashboard.reviewing.draws import is_drawn
from dashboard.timeline import mask
from dashboard.timeline.shares import Share, share

CHOICES = [choice for choice in Review.Verdict.choices if choice[0] != Review.Verdict.SECOND_LOOK]


def draw(review: Review, *, now: datetime) -> None:
    """As a judgement is signed off: whether it is repeated follows from its fingerprint and the seed."""
    if review.state != Review.State.SIGNED or not is_drawn(review.fingerprint, settings.REVIEW_BLIND_PERCENT):
        return
    BlindReview.objects.get_or_create(
        review=review,
        fingerprint=review.fingerprint,
        defaults={"first_verdict": review.verdict, "drawn_at": now},
    )


def waiting_for(user: User | AnonymousUser) -> QuerySet[BlindReview]:
    """What this person may repeat: others' judgements that stand, on a record that has not changed since."""
    return BlindReview.objects.filter(
        verdict="", review__state=Review.State.SIGNED, review__is_stale=False, review__fingerprint=F("fingerprint")
    ).exclude(Q(review__reviewer=user.pk) | Q(review__second=user.pk))


def judge(blind: BlindReview, user: User, *, now: datetime, verdict: str, note: str) -> bool:
    """Whether somebody who may has now judged it. False: it is gone, or somebody was quicker."""
    with transaction.atomic():
        row = waiting_for(user).select_for_update().filter(pk=blind.pk).first()
        if row is None or verdict not in dict(CHOICES):
            return False
        ids: dict[str, Any] = {"workflow_id": row.review.workflow_id, "lead_id": row.review.lead_id}
        trail.record(Action.VERDICT_BLIND, **ids, verdict=verdict, fingerprint=row.fingerprint)
        row.reviewer, row.reviewed_at, row.verdict = user, now, verdict
        row.note = mask.phones_in(note.strip())[:2000]
        row.save()
    return True


def agreement() -> Share | None:
    """How often the second verdict was the first one, with its 95 % interval; None: nothing was repeated yet."""
    done = BlindReview.objects.exclude(verdict="")
    found = done.aggregate(all=Count("pk"), same=Count("pk", filter=Q(verdict=F("first_verdict"))))
    return share(found["same"], found["all"])
