"""What lists of leads show of verdicts, and filter by: as a person has judged, else as was computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from dashboard.compliance.verdict import Result
from dashboard.judging import chosen_packs
from dashboard.models import Review
from dashboard.permissions import Right, may
from dashboard.reviewing import blind
from dashboard.reviewing.queue import UNREVIEWED
from dashboard.reviewing.words import ICONS, KINDS

_RESULTS = {
    Review.Verdict.PASSED: Result.CLEAR,
    Review.Verdict.BREACH: Result.BREACH,
    Review.Verdict.CANNOT_TELL: Result.CANNOT_TELL,
    Review.Verdict.SECOND_LOOK: Result.CANNOT_TELL,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One lead's last verdict, and where it comes from."""

    result: Result
    word: str
    source: str
    is_stale: bool = False

    @property
    def icon(self) -> str:
        return ICONS[self.result]

    @property
    def kind(self) -> str:
        return KINDS[self.result]


def cells(workflow_id: str, lead_ids: Iterable[str], *, reader: User | AnonymousUser | None) -> dict[str, Cell]:
    """By lead, of those in the queue. Three queries at most, however many there are."""
    found = Review.objects.filter(workflow_id=workflow_id, lead_id__in=lead_ids)
    reviews = list(found.only("lead_id", "state", "verdict", "computed", "is_stale"))
    has_pack = bool(reviews) and len(chosen_packs(workflow_id)) > 1
    # Who may still judge one blindly is not told here, either, how it was judged.
    repeats = reader is not None and may(reader, Right.REVIEW) and any(one.is_judged for one in reviews)
    hidden = set(blind.waiting_for(reader).values_list("review_id", flat=True)) if reader and repeats else set()
    return {one.lead_id: cell for one in reviews if (cell := _cell(one, has_pack, is_hidden=one.pk in hidden))}


def _cell(review: Review, has_pack: bool, *, is_hidden: bool) -> Cell | None:
    if review.is_judged and not is_hidden:
        result = _RESULTS[Review.Verdict(review.verdict)]
        return Cell(result, review.get_verdict_display(), "by a reviewer", review.is_stale)
    if not review.computed:
        return None
    result = Result(review.computed)
    if result is Result.CLEAR and not has_pack:
        return Cell(Result.CANNOT_TELL, "no rule pack", "only the record was checked")
    return Cell(result, result.value, "computed")


def with_verdict(workflow_id: str, verdict: str) -> QuerySet[Review]:
    """The computed result (with _ for a space), "unreviewed" or "stale"; whoever is not in the queue has neither."""
    reviews = Review.objects.filter(workflow_id=workflow_id)
    if verdict == "stale":
        return reviews.filter(is_stale=True)
    if verdict == "unreviewed":
        return reviews.filter(state__in=UNREVIEWED)
    return reviews.filter(computed=verdict.replace("_", " "))
