"""The rules of conduct: who may judge what, when, and with which reasons. Every act is in the trail before it holds.

What a rule forbids is a ConductError, whose message is the sentence that people read. Rights are the caller's to check.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User

from dashboard.compliance.snapshot import fingerprint
from dashboard.compliance.verdict import Result, Verdict
from dashboard.judging import Judgement, rests_on
from dashboard.models import Action, Review
from dashboard.reviewing import blind
from dashboard.reviewing.acting import (
    NOBODYS,
    SHORTEST,
    ChangedError,
    ConductError,
    acting,
    kept,
    put,
    reasoned,
    record,
    save,
)
from dashboard.reviewing.answers import AnswerError, OutdatedError, failed, held, unanswered
from dashboard.reviewing.staleness import shown

State, Choice = Review.State, Review.Verdict
UNDECIDED = (State.OPEN, State.WITHDRAWN, State.OUT)


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

    answers: by "PACK RULE", {"agrees_with": what the person was shown}, or {"result": what he holds it for instead,
    "reason": why}.
    scores: by "PACK QUESTION", "yes", "no" or "n/a". seen: staleness.shown() of what the person had before him.
    """
    snapshot = rests_on(judgement)
    found = fingerprint(snapshot)
    if seen is not None and seen != shown(snapshot):
        raise ChangedError("The record has changed since you opened this page: look again.")
    if verdict not in Choice:
        raise ConductError("Choose a verdict.")
    note = kept(note, 2000)
    if verdict == Choice.SECOND_LOOK:
        reasoned(note, "Say in the note what somebody else should look at.")
        answers, scores = {}, {}
    else:
        answers = _answered(judgement, verdict, answers, scores, note)
    with acting(review) as row:
        _may_judge(row, user)
        overrides = sum(one["result"] != one["computed"] for one in answers.values())
        record(Action.VERDICT_SIGN, row, verdict=verdict, fingerprint=found, overrides=overrides)
        waits = verdict in (Choice.BREACH, Choice.SECOND_LOOK)
        put(
            row,
            **NOBODYS
            | {"state": State.SECOND if waits else State.SIGNED, "verdict": verdict, "note": note}
            | {"answers": dict(answers), "scores": dict(scores), "reviewer": user, "reviewed_at": now}
            | {"fingerprint": found, "snapshot": snapshot},
        )
        save(row, f"judged: {row.get_verdict_display()}")
        blind.draw(row, now=now)
    return row


def second(review: Review, user: User, *, now: datetime, agrees: bool, reason: str = "") -> Review:
    """Confirm the breach that somebody else has found, or send it back with a reason. Raises ConductError."""
    if not agrees:
        reasoned(reason, "Say why you do not confirm it.")
    with acting(review) as row:
        if row.state != State.SECOND or row.verdict != Choice.BREACH:
            raise ConductError("No breach waits here to be confirmed.")
        if user == row.reviewer:
            raise ConductError("A breach is confirmed by somebody else than who has found it.")
        if row.is_stale:
            raise ConductError("The record has changed since the first judgement: judge it anew.")
        record(Action.VERDICT_SECOND, row, agrees=agrees, reason=("", reason))
        if agrees:
            put(row, state=State.SIGNED, second=user, second_at=now)
            save(row, "breach confirmed")
            blind.draw(row, now=now)
        else:
            put(row, **NOBODYS | {"state": State.OPEN, "second_note": kept(reason, 1000)})
            save(row, "breach not confirmed")
    return row


def withdraw(review: Review, user: User, reason: str) -> Review:
    """Take back one's own judgement, or ask that somebody else's be taken back. Raises ConductError."""
    reasoned(reason, "Say why the judgement is withdrawn.")
    with acting(review) as row:
        _stands(row)
        if row.state == State.DISPUTED:
            raise ConductError("The judgement is disputed: answer the dispute.")
        is_own = user in (row.reviewer, row.second)
        if not is_own and row.withdrawal_by:
            raise ConductError("Somebody has asked for this already; decide on that.")
        record(Action.VERDICT_WITHDRAW, row, step="done" if is_own else "asked", reason=("", reason))
        if is_own:
            put(row, **NOBODYS | {"state": State.WITHDRAWN, "withdrawn_why": kept(reason, 300)})
        else:
            put(row, withdrawal_by=user, withdrawn_why=kept(reason, 300))
        save(row, "withdrawn" if is_own else "withdrawal asked for")
    return row


def decide_withdrawal(review: Review, user: User, *, agrees: bool) -> Review:
    """A second person withdraws somebody's judgement, or lets it stand. Raises ConductError."""
    with acting(review) as row:
        if not row.withdrawal_by_id:
            raise ConductError("Nobody has asked for this judgement to be withdrawn.")
        if user == row.withdrawal_by:
            raise ConductError("Somebody else than who has asked for it decides.")
        record(Action.VERDICT_WITHDRAW, row, step="done" if agrees else "refused")
        if agrees:
            put(row, **NOBODYS | {"state": State.WITHDRAWN, "withdrawn_why": row.withdrawn_why})
        else:
            put(row, withdrawal_by=None, withdrawn_why="")
        save(row, "withdrawn" if agrees else "withdrawal refused")
    return row


def pass_on(review: Review, user: User, note: str, *, now: datetime) -> Review:
    """Leave a lead that nobody has judged to another reviewer. Raises ConductError."""
    reasoned(note, "Say what somebody else should look at.")
    with acting(review) as row:
        if row.state not in UNDECIDED:
            raise ConductError("Only what is not judged can be left to somebody else.")
        record(Action.VERDICT_SIGN, row, verdict=Choice.SECOND_LOOK)
        judged = {"verdict": Choice.SECOND_LOOK, "note": kept(note, 2000), "reviewer": user, "reviewed_at": now}
        put(row, **NOBODYS | {"state": State.SECOND, "answers": {}, "scores": {}} | judged)
        save(row, "left to another reviewer")
    return row


def take_out(review: Review, reason: str) -> Review:
    """Out of the queue: a scan brings it back only when it computes something worse. Raises ConductError."""
    reasoned(reason, "Say why it need not be judged.")
    with acting(review) as row:
        if row.state not in (State.OPEN, State.WITHDRAWN):
            raise ConductError("Only what is not judged can be taken out.")
        record(Action.QUEUE_CHANGE, row, step="out", reason=("", reason))
        put(row, state=State.OUT, out_why=kept(reason, 300))
        save(row, "taken out of the queue")
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
        kind = ChangedError if isinstance(error, OutdatedError) else ConductError
        raise kind(str(error)) from None
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
        reasoned(note, "No rule and no critical question stands as breached: say in the note what the breach is.")
    for one in found.values():
        one["reason"] = kept(one["reason"], 1000)
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
