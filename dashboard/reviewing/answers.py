"""A reviewer's answers beside what was computed: agreed or overridden with a reason, and the packs' scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dashboard.compliance.packs import Pack, Question
from dashboard.compliance.verdict import Result, Verdict

SCORES = ("yes", "no", "n/a")


class AnswerError(ValueError):
    """An answer that is missing, or says nothing; the message is a sentence."""


class OutdatedError(AnswerError):
    """An agreement with what a rule does not say any more."""


def held(
    verdicts: Iterable[Verdict], answers: Mapping[str, Mapping[str, str]], *, shortest: int
) -> dict[str, dict[str, str]]:
    """By "PACK RULE": what was computed, what the reviewer holds it for, and why. Raises AnswerError."""
    found = {}
    for verdict in verdicts:
        key = f"{verdict.pack.id} {verdict.rule.id}"
        given = answers.get(key, {})
        result = _result(verdict, given)
        reason = given.get("reason", "").strip()
        if result is not verdict.result and len(reason) < shortest:
            sentence = f"“{verdict.rule.title}” was computed as “{verdict.result}”: give a reason for “{result}”."
            raise AnswerError(f"{sentence} At least {shortest} characters.")
        found[key] = {"computed": verdict.result.value, "result": result.value, "reason": reason}
    return found


def _result(verdict: Verdict, given: Mapping[str, str]) -> Result:
    """An agreement goes with the rule where it asks less for a person now, as after a call was read, and never where
    it asks more."""
    try:
        if not (agreed := given.get("agrees_with")):
            return Result(given.get("result", ""))
        if Result(agreed).rank < verdict.result.rank:
            title = verdict.rule.title
            raise OutdatedError(f"“{title}” is “{verdict.result}” by now, not “{agreed}”: look at it again.")
    except ValueError as error:
        if isinstance(error, AnswerError):
            raise
        raise AnswerError(f"Say what you hold “{verdict.rule.title}” for.") from None
    return verdict.result


def questions(chosen: Iterable[Pack]) -> Iterator[tuple[str, Question]]:
    """Every question of the packs' scorecards, with the key its answer is kept under."""
    return ((f"{pack.id} {question.id}", question) for pack in chosen for question in pack.questions)


def unanswered(chosen: Iterable[Pack], scores: Mapping[str, str]) -> Question | None:
    """The first question without an answer."""
    return next((question for key, question in questions(chosen) if scores.get(key) not in SCORES), None)


def failed(chosen: Iterable[Pack], scores: Mapping[str, str]) -> Question | None:
    """The first critical question that was answered with no: it fails the whole."""
    return next((question for key, question in questions(chosen) if question.is_critical and scores[key] == "no"), None)
