"""The review queue: which leads stand in it, why, and what is computed of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from dashboard.audit import trail
from dashboard.compliance.verdict import Result
from dashboard.judging import Judgement
from dashboard.models import Action, Digest, Finding, Review
from dashboard.reviewing.draws import is_drawn

Rows = Sequence[tuple[Judgement, Review]]
AT_RISK = (Result.BREACH, Result.WARNING)
UNREVIEWED = (Review.State.OPEN, Review.State.WITHDRAWN)
WAITING = Q(state__in=(*UNREVIEWED, Review.State.SECOND, Review.State.DISPUTED)) | Q(is_stale=True)


def in_order(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """What waits for a person first; among that what has gone stale, then the worst, then the longest there."""
    ranks = [When(computed=result.value, then=Value(result.rank)) for result in Result]
    return reviews.annotate(
        waits=Case(When(WAITING, then=1), default=0, output_field=IntegerField()),
        rank=Case(*ranks, default=-1, output_field=IntegerField()),
    ).order_by("-waits", "-is_stale", "-rank", "queued_at", "pk")


def queue_one(judgement: Judgement, *, now: datetime) -> Review:
    """Put a lead into the queue because somebody asks for it; one that was taken out comes back."""
    timeline = judgement.case.timeline
    ids: dict[str, Any] = {"workflow_id": timeline.workflow_id, "lead_id": timeline.lead.id}
    trail.record(Action.QUEUE_CHANGE, **ids, step="in")
    review, is_new = Review.objects.get_or_create(**ids, defaults={"queued_at": now, "why": Review.Why.ASKED})
    if not is_new and review.state == Review.State.OUT:
        review.state, review.out_why, review.why, review.queued_at = Review.State.OPEN, "", Review.Why.ASKED, now
        review.version += 1
        review.save()
    renew([(judgement, review)], now)
    return review


def fill(workflow_id: str, judgements: Iterable[Judgement], now: datetime) -> None:
    """After a scan has read these leads: those at risk enter, and of the others the share that is drawn."""
    new: dict[str, tuple[Judgement, Review]] = {}
    for judgement in judgements:
        lead_id = judgement.case.timeline.lead.id
        is_at_risk = judgement.worst in AT_RISK
        is_wanted = is_at_risk or is_drawn(f"{workflow_id} {lead_id}", settings.REVIEW_SAMPLE_PERCENT)
        if judgement.review is None and is_wanted:
            why = Review.Why.RISK if is_at_risk else Review.Why.SAMPLE
            new[lead_id] = judgement, Review(workflow_id=workflow_id, lead_id=lead_id, why=why, queued_at=now)
    # A page may have put one of them in meanwhile.
    Review.objects.bulk_create([review for _, review in new.values()], ignore_conflicts=True)
    made = Review.objects.filter(workflow_id=workflow_id, lead_id__in=new)
    renew([(new[review.lead_id][0], review) for review in made], now)


def renew(rows: Rows, now: datetime) -> None:
    """Keep what is computed of these leads now. What was taken out comes back when it is worse than before."""
    if not rows:
        return
    known: defaultdict[int, set[tuple[str, str, str]]] = defaultdict(set)
    there = Finding.objects.filter(review__in=[review.pk for _, review in rows])
    for pk, pack, rule_id, result in there.values_list("review_id", "pack", "rule_id", "result"):
        known[pk].add((pack, rule_id, result))
    changed, findings = [], []
    for judgement, review in rows:
        found = {(one.pack.name, one.rule.id, one.result.value) for one in judgement.verdicts}
        worst = judgement.worst.value if judgement.worst else ""
        if found != known[review.pk]:
            findings += [
                Finding(review=review, pack=pack, rule_id=rule_id, result=result)
                for pack, rule_id, result in sorted(found)
            ]
        elif worst == review.computed and review.computed_at:
            continue
        if review.state == Review.State.OUT and _rank(worst) > _rank(review.computed):
            review.state, review.out_why, review.queued_at = Review.State.OPEN, "", now
        review.computed, review.computed_at = worst, now
        changed.append(review)
    Finding.objects.filter(review__in={one.review_id for one in findings}).delete()
    Finding.objects.bulk_create(findings)
    Review.objects.bulk_update(changed, ["computed", "computed_at", "state", "out_why", "queued_at"], batch_size=200)


def _rank(result: str) -> int:
    return Result(result).rank if result else -1


def counts(reviews: QuerySet[Review]) -> dict[str, int]:
    """How much waits, by what it waits for. One query."""
    asked: dict[str, Q] = {
        "unreviewed": Q(state__in=UNREVIEWED),
        "stale": Q(is_stale=True),
        "second": Q(state=Review.State.SECOND),
        "disputed": Q(state=Review.State.DISPUTED),
    }
    return reviews.aggregate(**{name: Count("pk", filter=which) for name, which in asked.items()})


def numbers(reviews: Collection[Review]) -> dict[tuple[str, str], str]:
    """Masked phone numbers of leads in the queue, by workflow and lead, as far as digests know them. One query."""
    leads = {"workflow_id__in": {one.workflow_id for one in reviews}, "lead_id__in": {one.lead_id for one in reviews}}
    rows = Digest.objects.filter(**leads).values_list("workflow_id", "lead_id", "phone_masked")
    return {(workflow_id, lead_id): phone for workflow_id, lead_id, phone in rows}
