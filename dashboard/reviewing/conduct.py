"""The rules of conduct: who may judge what, when, and with which reasons. Every act is in the trail before it holds.

What a rule forbids is a ConductError, whose message is the sentence that people read. Rights are the caller's to check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from dashboard.audit import trail
from dashboard.compliance.snapshot import fingerprint
from dashboard.compliance.verdict import Result, Verdict
from dashboard.judging import Judgement, rests_on
from dashboard.models import Action, Review
from dashboard.reviewing import blind
from dashboard.reviewing.answers import AnswerError, failed, held, unanswered
from dashboard.timeline import mask

SHORTEST = 10  # characters of a reason
State, Choice = Review.State, Review.Verdict
UNDECIDED = (State.OPEN, State.WITHDRAWN, State.OUT)
# What a judgement leaves on a review; nobody's, once it does not stand any more. Its history keeps every one.
_NOBODYS: dict[str, Any] = {
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


def sign(
    review: Review,
    user: User,
    judgement: Judgement,
    *,
    now: datetime,
    verdict: str,
    answers: Mapping[str, Mapping[str, str]],
    scores: Mapping[str, str],
    note: str = "",
    seen: str | None = None,
) -> Review:
    """Judge a lead on what is known of it at this moment. Raises ConductError.

    answers: by "PACK RULE", {"result": what it is held for, "reason": why that is not what was computed}.
    scores: by "PACK QUESTION", "yes", "no" or "n/a". seen: the fingerprint of what the person was shown.
    """
    snapshot = rests_on(judgement)
    found = fingerprint(snapshot)
    if seen is not None and seen != found:
        raise ChangedError("The record has changed since you opened this page. Look at it again before you sign.")
    if verdict not in Choice:
        raise ConductError("Choose a verdict.")
    note = _text(note, 2000)
    if verdict == Choice.SECOND_LOOK:
        _reason(note, "Say in the note what somebody else should look at.")
        answers, scores = {}, {}
    else:
        answers = _answered(judgement, verdict, answers, scores, note)
    with _act(review) as row:
        _may_judge(row, user)
        overrides = sum(bool(one["reason"]) for one in answers.values())
        _record(Action.VERDICT_SIGN, row, verdict=verdict, fingerprint=found, overrides=overrides)
        waits = verdict in (Choice.BREACH, Choice.SECOND_LOOK)
        _set(
            row,
            **_NOBODYS
            | {"state": State.SECOND if waits else State.SIGNED, "verdict": verdict, "note": note}
            | {"answers": dict(answers), "scores": dict(scores), "reviewer": user, "reviewed_at": now}
            | {"fingerprint": found, "snapshot": snapshot},
        )
        _save(row, f"judged: {row.get_verdict_display()}")
        blind.draw(row, now=now)
    return row


def second(review: Review, user: User, *, now: datetime, agrees: bool, reason: str = "") -> Review:
    """Confirm the breach that somebody else has found, or send it back with a reason. Raises ConductError."""
    if not agrees:
        _reason(reason, "Say why you do not confirm it.")
    with _act(review) as row:
        if row.state != State.SECOND or row.verdict != Choice.BREACH:
            raise ConductError("No breach waits here to be confirmed.")
        if user == row.reviewer:
            raise ConductError("A breach is confirmed by somebody else than who has found it.")
        if row.is_stale:
            raise ConductError("The record has changed since the first judgement: judge it anew.")
        _record(Action.VERDICT_SECOND, row, agrees=agrees, reason=("", reason))
        if agrees:
            _set(row, state=State.SIGNED, second=user, second_at=now)
            _save(row, "breach confirmed")
            blind.draw(row, now=now)
        else:
            _set(row, **_NOBODYS | {"state": State.OPEN, "second_note": _text(reason, 1000)})
            _save(row, "breach not confirmed")
    return row


def withdraw(review: Review, user: User, reason: str) -> Review:
    """Take back one's own judgement, or ask that somebody else's be taken back. Raises ConductError."""
    _reason(reason, "Say why the judgement is withdrawn.")
    with _act(review) as row:
        _stands(row)
        if row.state == State.DISPUTED:
            raise ConductError("The judgement is disputed: answer the dispute.")
        is_own = user in (row.reviewer, row.second)
        if not is_own and row.withdrawal_by:
            raise ConductError("Somebody has asked for this already; decide on that.")
        _record(Action.VERDICT_WITHDRAW, row, step="done" if is_own else "asked", reason=("", reason))
        if is_own:
            _set(row, **_NOBODYS | {"state": State.WITHDRAWN, "withdrawn_why": _text(reason, 300)})
        else:
            _set(row, withdrawal_by=user, withdrawn_why=_text(reason, 300))
        _save(row, "withdrawn" if is_own else "withdrawal asked for")
    return row


def decide_withdrawal(review: Review, user: User, *, agrees: bool) -> Review:
    """A second person withdraws somebody's judgement, or lets it stand. Raises ConductError."""
    with _act(review) as row:
        if not row.withdrawal_by_id:
            raise ConductError("Nobody has asked for this judgement to be withdrawn.")
        if user == row.withdrawal_by:
            raise ConductError("Somebody else than who has asked for it decides.")
        _record(Action.VERDICT_WITHDRAW, row, step="done" if agrees else "refused")
        if agrees:
            _set(row, **_NOBODYS | {"state": State.WITHDRAWN, "withdrawn_why": row.withdrawn_why})
        else:
            _set(row, withdrawal_by=None, withdrawn_why="")
        _save(row, "withdrawn" if agrees else "withdrawal refused")
    return row


def dispute(review: Review, user: User, text: str, *, now: datetime) -> Review:
    """Say that a judgement is wrong, and why. Raises ConductError."""
    _reason(text, "Say what is wrong with the judgement.")
    with _act(review) as row:
        if row.state == State.DISPUTED:
            raise ConductError("The judgement is disputed already, and waits for an answer.")
        if row.state != State.SIGNED:
            raise ConductError("Only a judgement that is signed off can be disputed.")
        if user in (row.reviewer, row.second):
            raise ConductError("Your own judgement is withdrawn, not disputed.")
        signed_at = row.second_at or row.reviewed_at
        if signed_at is None or now - signed_at > timedelta(days=settings.REVIEW_DISPUTE_DAYS):
            raise ConductError(f"A judgement can be disputed for {settings.REVIEW_DISPUTE_DAYS} days.")
        _record(Action.DISPUTE_OPEN, row, reason=("", text))
        _set(row, state=State.DISPUTED, disputed_by=user, disputed_at=now, dispute=_text(text, 1000))
        _set(row, dispute_answer="", answered_by=None, answered_at=None)
        _save(row, "disputed")
    return row


def answer(review: Review, user: User, text: str, *, now: datetime, reopens: bool) -> Review:
    """Answer a dispute: the judgement stands, or the lead is to be judged again. Raises ConductError."""
    _reason(text, "Say why the judgement stands or falls.")
    with _act(review) as row:
        if row.state != State.DISPUTED:
            raise ConductError("No dispute waits for an answer here.")
        if user == row.disputed_by:
            raise ConductError("A dispute is answered by somebody else than who has opened it.")
        _record(Action.DISPUTE_ANSWER, row, reopens=reopens, reason=("", text))
        told = {"disputed_by": row.disputed_by, "disputed_at": row.disputed_at, "dispute": row.dispute}
        told |= {"dispute_answer": _text(text, 1000), "answered_by": user, "answered_at": now}
        _set(row, **(_NOBODYS | {"state": State.OPEN} if reopens else {"state": State.SIGNED}) | told)
        _save(row, "dispute answered: judged again" if reopens else "dispute answered: the judgement stands")
    return row


def pass_on(review: Review, user: User, note: str, *, now: datetime) -> Review:
    """Leave a lead that nobody has judged to another reviewer. Raises ConductError."""
    _reason(note, "Say what somebody else should look at.")
    with _act(review) as row:
        if row.state not in UNDECIDED:
            raise ConductError("Only what is not judged can be left to somebody else.")
        _record(Action.VERDICT_SIGN, row, verdict=Choice.SECOND_LOOK)
        judged = {"verdict": Choice.SECOND_LOOK, "note": _text(note, 2000), "reviewer": user, "reviewed_at": now}
        _set(row, **_NOBODYS | {"state": State.SECOND, "answers": {}, "scores": {}} | judged)
        _save(row, "left to another reviewer")
    return row


def take_out(review: Review, reason: str) -> Review:
    """Out of the queue: a scan brings it back only when it computes something worse. Raises ConductError."""
    _reason(reason, "Say why it need not be judged.")
    with _act(review) as row:
        if row.state not in (State.OPEN, State.WITHDRAWN):
            raise ConductError("Only what is not judged can be taken out.")
        _record(Action.QUEUE_CHANGE, row, step="out", reason=("", reason))
        _set(row, state=State.OUT, out_why=_text(reason, 300))
        _save(row, "taken out of the queue")
    return row


# --- What acts have in common


def _answered(
    judgement: Judgement,
    verdict: str,
    answers: Mapping[str, Mapping[str, str]],
    scores: Mapping[str, str],
    note: str,
) -> dict[str, dict[str, str]]:
    """The answers with what was computed beside them, if the verdict can follow from them."""
    try:
        found = held(judgement.verdicts, answers, shortest=SHORTEST)
    except AnswerError as error:
        raise ConductError(str(error)) from None
    if missing := unanswered(judgement.chosen, scores):
        raise ConductError(f"Answer the scorecard: “{missing.text}”.")
    critical = failed(judgement.chosen, scores)
    breached = [one for one in judgement.verdicts if found[_key(one)]["result"] == Result.BREACH]
    if verdict == Choice.PASSED and critical:
        raise ConductError(f"“{critical.text}” is critical and was answered with no: the whole can’t pass.")
    if verdict in (Choice.PASSED, Choice.CANNOT_TELL) and breached:
        title = breached[0].rule.title
        raise ConductError(f"“{title}” stands as a breach: say why it is none, or judge the whole a breach.")
    if verdict == Choice.BREACH and not breached and not critical:
        _reason(note, "No rule and no critical question stands as breached: say in the note what the breach is.")
    for one in found.values():
        one["reason"] = _text(one["reason"], 1000)
    return found


def _key(verdict: Verdict) -> str:
    return f"{verdict.pack.id} {verdict.rule.id}"


def _may_judge(row: Review, user: User) -> None:
    """A judgement that stands is not judged over, unless its record has changed."""
    if row.state == State.DISPUTED:
        raise ConductError("The judgement is disputed: answer the dispute first.")
    if row.state == State.SIGNED and not row.is_stale:
        raise ConductError("This is signed off. Withdraw that judgement before there is another.")
    if row.state == State.SECOND and not row.is_stale:
        if row.verdict == Choice.BREACH:
            raise ConductError("A breach waits here to be confirmed by a second reviewer.")
        if user == row.reviewer:
            raise ConductError("You have left this to somebody else.")


def _stands(row: Review) -> None:
    if not row.is_judged:
        raise ConductError("Nothing is judged here that could be withdrawn.")


@contextmanager
def _act(review: Review) -> Iterator[Review]:
    """The row as it is now, locked; refused if anybody has acted since the caller has read it."""
    with transaction.atomic():
        row = Review.objects.select_for_update().get(pk=review.pk)
        if row.version != review.version:
            raise ChangedError("Somebody else has changed this review since you opened it. Look at it again.")
        yield row


def _set(row: Review, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _save(row: Review, what: str) -> None:
    row.version += 1
    row._change_reason = what  # type: ignore[attr-defined]  # simple-history's own way
    row.save()


def _record(action: Action, row: Review, **detail: Any) -> None:
    trail.record(action, workflow_id=row.workflow_id, lead_id=row.lead_id, **detail)


def _reason(text: str, sentence: str) -> None:
    if len(text.strip()) < SHORTEST:
        raise ConductError(f"{sentence} At least {SHORTEST} characters.")


def _text(text: str, longest: int) -> str:
    """As it is kept: numbers hidden, whoever wrote them there."""
    return mask.phones_in(text.strip())[:longest]
