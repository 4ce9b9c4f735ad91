"""The queue as a file. What leaves, by its SHA-256, is recorded before it leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from dashboard import rates
from dashboard.audit import trail
from dashboard.export import cells
from dashboard.forms import BadInput
from dashboard.http import Request
from dashboard.models import Action, Review
from dashboard.outcomes import Outcome
from dashboard.reviewing import blind
from dashboard.reviewing.queue import numbers
from dashboard.trouble import trouble

MOST = 10_000  # rows
AN_HOUR = 5
TOO_OFTEN = Outcome("busy", 429, "Too many exports", "Five an hour is the most. Nothing is lost.", can_retry=False)
COLUMNS = (
    *(
        "workflow_id",
        "lead_id",
        "phone",
        "computed",
        "computed_at",
        "in_the_queue_as",
        "queued_at",
        "state",
        "is_stale",
    ),
    *("verdict", "reviewer", "reviewed_at", "second_reviewer", "second_at", "note", "fingerprint"),
)
_HIDDEN = ("repeated blindly by you", "", "", "", "", "", "")


def csv(request: HttpRequest, chosen: QuerySet[Review]) -> HttpResponse:
    """Raises BadInput for more than a file may hold."""
    if rates.count("queue-export", request.user.pk, 3600) > AN_HOUR:
        return trouble(cast(Request, request), TOO_OFTEN)
    reviews = list(chosen.select_related("reviewer", "second").defer("snapshot")[: MOST + 1])
    if len(reviews) > MOST:
        raise BadInput([f"More than {MOST:,} rows: narrow the filters first."])
    body = cells.table(COLUMNS, _rows(reviews, cast(User, request.user)))
    digest = hashlib.sha256(body.encode()).hexdigest()
    trail.record(Action.EXPORT_LIST, target="review queue", rows=len(reviews), format="csv", sha256=digest)
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="leadline-queue.csv"'
    return response


def _rows(reviews: list[Review], user: User) -> Iterable[tuple[object, ...]]:
    phones = numbers(reviews)
    hidden = set(blind.waiting_for(user).values_list("review_id", flat=True))
    for one in reviews:
        yield (
            *(one.workflow_id, one.lead_id, phones.get((one.workflow_id, one.lead_id), "")),
            *(one.computed, one.computed_at, one.get_why_display(), one.queued_at, one.get_state_display()),
            "yes" if one.is_stale else "no",
            *(_HIDDEN if one.pk in hidden else _judged(one)),
        )


def _judged(one: Review) -> tuple[object, ...]:
    by = [user.get_username() if user else "" for user in (one.reviewer, one.second)]
    return (one.get_verdict_display(), by[0], one.reviewed_at, by[1], one.second_at, one.note, one.fingerprint)
