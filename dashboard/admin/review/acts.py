"""A form that was sent from a lead's page in the queue -> an act under the rules of conduct, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from dashboard import reviewing, upstream
from dashboard.admin.review.forms import ActForm, JudgementForm
from dashboard.http import Request
from dashboard.judging import Judgement, judgement
from dashboard.models import Review
from dashboard.reviewing import blind
from dashboard.reviewing.acting import ChangedError, ConductError
from dashboard.reviewing.possible import blind_for

OLD_COPY = "DialNexa can’t be read just now, so nobody can say whether the record is still the same. Try again later."


@dataclass
class Attempt:
    """What came of a form: done, or an error with what was typed."""

    done: str = ""
    error: str = ""
    status: int = 200
    form: JudgementForm | None = None
    data: QueryDict | None = None


def attempt(request: Request, review: Review) -> Attempt:
    made = Attempt(data=request.POST)
    try:
        made.done = _judge(request, made, review) if "act" not in request.POST else _act(request, review)
    except ConductError as error:
        made.error, made.status = str(error), 409 if isinstance(error, ChangedError) else 400
    return made


def _judge(request: Request, made: Attempt, review: Review) -> str:
    judged, row = _read_again(review)
    made.form = form = JudgementForm(request.POST, verdicts=judged.verdicts, chosen=judged.chosen)
    if blind_for(row, request.user):
        raise ConductError("Judge this one blindly: you have not been shown what it was judged before.")
    if not form.is_valid():
        raise ConductError("Some answers are missing or can’t be read: see below.")
    row.version = form.cleaned_data["version"]
    signed = reviewing.sign(
        row,
        request.user,
        judged,
        now=upstream.now(),
        verdict=form.cleaned_data["verdict"],
        answers=form.answers,
        scores=form.scores,
        note=form.cleaned_data["note"],
        seen=form.cleaned_data["seen"],
    )
    return reviewing.state_words(signed)


def _act(request: Request, review: Review) -> str:
    form = ActForm(request.POST)
    if not form.is_valid():
        raise ConductError("This form can’t be read: send it from the page as it is now.")
    data, user, now = form.cleaned_data, request.user, upstream.now()
    act, reason = data["act"], data["reason"]
    if act in ("confirm", "refuse", "blind"):
        _, review = _read_again(review)
    review.version = data["version"]
    if act == "blind":
        return _blind(request, review, data)
    if act in ("confirm", "refuse"):
        done = reviewing.second(review, user, now=now, agrees=act == "confirm", reason=reason)
    elif act == "withdraw":
        done = reviewing.withdraw(review, user, reason)
    elif act in ("withdrawal-yes", "withdrawal-no"):
        done = reviewing.decide_withdrawal(review, user, agrees=act == "withdrawal-yes")
    else:
        done = reviewing.answer(review, user, reason, now=now, reopens=act == "reopen")
    return reviewing.state_words(done)


def _blind(request: Request, review: Review, data: dict[str, Any]) -> str:
    draw = blind_for(review, request.user)
    if not data["verdict"]:
        raise ConductError("Choose a verdict.")
    if draw is None or not blind.judge(
        draw, request.user, now=upstream.now(), verdict=data["verdict"], note=data["reason"]
    ):
        raise ChangedError("This is not yours to judge blindly any more: look at it again.")
    same = "agrees with" if data["verdict"] == draw.first_verdict else "differs from"
    return f"Your verdict {same} the first one. {reviewing.state_words(review)}"


def _read_again(review: Review) -> tuple[Judgement, Review]:
    """The lead as DialNexa has it now, and its review renewed by that. Raises ConductError."""
    history = upstream.lead_history(review.workflow_id, review.lead_id)
    if history.is_stale:
        raise ConductError(OLD_COPY)
    judged = judgement(history.value)
    reviewing.refresh(judged, upstream.now())
    return judged, judged.review or review
