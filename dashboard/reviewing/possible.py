"""Which acts a page offers to whom. The rules of conduct decide again when somebody acts."""

from __future__ import annotations

from django.contrib.auth.models import User

from dashboard.models import BlindReview, Review
from dashboard.reviewing import blind

State, Choice = Review.State, Review.Verdict


def blind_for(review: Review, user: User) -> BlindReview | None:
    """The draw by which this person judges blindly: until somebody has, the first judgement is not shown."""
    return blind.waiting_for(user).filter(review=review).first()


def possible(review: Review, user: User) -> frozenset[str]:
    """Of sign, second, withdraw, decide and answer."""
    waits_for_confirmation = review.state == State.SECOND and review.verdict == Choice.BREACH and not review.is_stale
    is_open = not review.is_judged or (review.is_stale and review.state != State.DISPUTED)
    is_left_to = review.state == State.SECOND and review.verdict == Choice.SECOND_LOOK and user != review.reviewer
    offers = {
        "sign": is_open or is_left_to,
        "second": waits_for_confirmation and user != review.reviewer,
        "withdraw": review.is_judged and review.state != State.DISPUTED and not review.withdrawal_by_id,
        "decide": bool(review.withdrawal_by_id) and user != review.withdrawal_by,
        "answer": review.state == State.DISPUTED and user != review.disputed_by,
    }
    return frozenset(name for name, is_so in offers.items() if is_so)
