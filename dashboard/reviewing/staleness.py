"""What a judgement rests on, and whether that is still so: by the lead's page, and by scans for many at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError, transaction

from dashboard.compliance.rules import judge
from dashboard.compliance.snapshot import Snapshot, changes, fingerprint
from dashboard.compliance.verdict import Result
from dashboard.judging import Judgement, rests_on
from dashboard.models import Review
from dashboard.reviewing import queue

log = logging.getLogger("dashboard.reviewing")


def refresh(judgement: Judgement, now: datetime) -> None:
    """Renew what was computed of a lead in the queue, and say whether its judgement still holds.

    For a page that has read the history anyway, and that does not depend on this.
    """
    if judgement.review is None:
        return
    try:
        with transaction.atomic():
            renew([judgement], now)
    except DatabaseError as error:
        log.warning("A review could not be renewed: %s", type(error).__name__)
    else:
        judgement.review.refresh_from_db()


def renew(judgements: Iterable[Judgement], now: datetime) -> None:
    """The same for many, whose reviews are loaded: some queries, however many there are."""
    inside = [(judgement, judgement.review) for judgement in judgements if judgement.review is not None]
    queue.renew(inside, now)
    judged = [(judgement, review) for judgement, review in inside if review.is_judged and review.fingerprint]
    changed: dict[bool, list[int]] = {True: [], False: []}
    for judgement, review in judged:
        is_stale = not _holds(judgement, review)
        if is_stale != review.is_stale:
            changed[is_stale].append(review.pk)
    for is_stale, found in changed.items():
        if found:
            since = now if is_stale else None
            Review.objects.filter(pk__in=found).update(is_stale=is_stale, stale_since=since)


def differences(judgement: Judgement) -> list[str]:
    """What is not as it was when the lead was judged, a sentence each."""
    review = judgement.review
    if review is None or not review.fingerprint:
        return []
    return changes(review.snapshot, rests_on(judgement))


def shown(snapshot: Snapshot) -> str:
    """Of the record that a reviewer has before him: equal while history and packs are, whatever calls he opens."""
    return fingerprint({name: snapshot[name] for name in ("history", "packs")})


def _holds(judgement: Judgement, review: Review) -> bool:
    """Whether the record is as it was judged, and no rule finds a breach that was not there.

    Calls that somebody has only opened since are new to us and not to the record: without them it has to be the same.
    """
    then = review.snapshot
    known = {call_id: facts for call_id, facts in judgement.case.calls.items() if call_id in then["calls"]}
    case = replace(judgement.case, calls=known)
    verdicts = judge(case, judgement.chosen)
    if fingerprint(rests_on(replace(judgement, case=case, verdicts=verdicts))) != review.fingerprint:
        return False
    return _breaches(_results(judgement)) <= _breaches(then["results"])


def _results(judgement: Judgement) -> dict[str, str]:
    return {f"{one.pack.id} {one.rule.id}": one.result.value for one in judgement.verdicts}


def _breaches(results: Mapping[str, str]) -> set[str]:
    return {rule for rule, result in results.items() if result == Result.BREACH}
