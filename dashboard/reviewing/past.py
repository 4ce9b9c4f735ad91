"""Who did what to a review, when, and what changed by it: its kept versions, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.models import Review

SHOWN = 200  # versions
_TEXTS = {  # fields whose new value is told
    "note": "Note",
    "second_note": "Not confirmed because",
    "withdrawn_why": "Withdrawn because",
    "out_why": "Taken out because",
    "dispute": "Disputed",
    "dispute_answer": "Answer",
    "zone": "Zone",
    "zone_why": "Zone set because",
}


@dataclass(frozen=True, slots=True)
class Act:
    at: datetime
    by: str
    what: str
    told: tuple[str, ...]


def acts(review: Review) -> list[Act]:
    versions = list(review.history.select_related("history_user").defer("snapshot").order_by("-history_id")[:SHOWN])
    return [
        Act(
            one.history_date,
            one.history_user.get_username() if one.history_user else "Leadline",
            one.history_change_reason or ("put into the queue" if one.history_type == "+" else "changed"),
            tuple(_told(one, before)),
        )
        for one, before in zip(versions, [*versions[1:], None], strict=False)
    ]


def _told(one: Any, before: Any) -> Iterator[str]:
    """What this version holds that the one before did not."""
    if one.verdict and one.verdict != getattr(before, "verdict", ""):
        yield f"Verdict: {one.get_verdict_display()}"
    known = before.answers if before else {}
    for rule, answer in one.answers.items():
        if answer["reason"] and answer != known.get(rule):
            told = f"held for “{answer['result']}”" if answer["result"] != answer["computed"] else "agreed"
            yield f"{rule}: computed “{answer['computed']}”, {told}: {answer['reason']}"
    scored = before.scores if before else {}
    for question, score in one.scores.items():
        if score == "no" and scored.get(question) != "no":
            yield f"{question}: no"
    for field, word in _TEXTS.items():
        if (text := getattr(one, field)) and text != getattr(before, field, ""):
            yield f"{word}: {text}"
