"""Everything that a packet says, once: its JSON and its pages are made of the same. Nothing here asks upstream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from dashboard.compliance.verdict import Verdict
from dashboard.export.veiled import lead, notes, said, veiled, visits
from dashboard.judging import Judgement
from dashboard.models import AuditEvent, Packet, Review
from dashboard.reveal import REASONS
from dashboard.timeline import status as words
from dashboard.timeline.model import Call, Timeline, Workflow
from dashboard.timeline.standing import Limits, standing
from dashboard.timeline.transcript import absence
from dashboard.timeline.veil import Veil

MOST_EVENTS = 1_000  # rows of the trail
MOST_VERSIONS = 200  # of a review
VERSION = (
    *("state", "verdict", "answers", "scores", "note", "is_stale", "withdrawn_why", "dispute", "dispute_answer"),
    *("zone", "zone_why", "reviewer_id", "second_id", "fingerprint"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a packet. calls: in order; a sentence where there is no record. as_of: of the history."""

    timeline: Timeline
    workflow: Workflow
    calls: tuple[tuple[str, Call | str], ...]
    as_of: datetime


def evidence(packet: Packet, reading: Reading, judgement: Judgement, fingerprint: str) -> dict[str, Any]:
    """The packet's content; moments are datetimes still."""
    timeline, veil = reading.timeline, veil_of(packet, reading)
    shown = veiled(timeline, veil)
    stands = standing(shown, now=reading.as_of, workflow_status=reading.workflow.status, limits=Limits())
    return {
        "packet": _about(packet, reading),
        "workflow": {"id": reading.workflow.id, "title": said(reading.workflow.title, veil)},
        "lead": lead(shown),
        "standing": {"kind": str(stands.kind), "sentence": stands.sentence},
        "clock": {"zones": list(judgement.case.clock.zones), "sentence": judgement.case.clock.sentence},
        "visits": visits(shown),
        "notes": notes(shown),
        "packs": [
            {
                "id": pack.id,
                "version": pack.version,
                "title": pack.title,
                "purpose": pack.purpose,
                "country": pack.country,
                "effective_on": pack.effective_on.isoformat(),
                "note": pack.note,
            }
            for pack in judgement.chosen
        ],
        "has_pack": judgement.has_pack,
        "verdicts": [_verdict(verdict) for verdict in judgement.verdicts],
        "fingerprint": fingerprint,
        "review": _review(judgement.review, veil) if judgement.review else None,
        "review_history": list(_versions(judgement.review, veil)) if judgement.review else [],
        "calls": [_call(call_id, call, reading, veil) for call_id, call in reading.calls],
        "access": _access(timeline, veil),
    }


def veil_of(packet: Packet, reading: Reading) -> Veil:
    return Veil(reading.timeline.lead.phone, reading.timeline.lead.variables, is_lifted=packet.is_unmasked)


def _about(packet: Packet, reading: Reading) -> dict[str, Any]:
    return {
        "number": packet.pk,
        "as_of": reading.as_of,
        "asked_at": packet.created_at,
        "asked_by": _name(packet.asked_by),
        "reason": {
            "code": packet.reason_code,
            "in_words": dict(REASONS).get(packet.reason_code, packet.reason_code),
            "text": packet.reason_text,
        },
        "is_masked": not packet.is_unmasked,
        "mask": _mask(packet, reading.timeline),
        "has_calls": packet.has_calls,
        "calls_of_lead": len(reading.timeline.call_ids),
        "upstream": settings.DIALNEXA_BASE_URL,
    }


def _mask(packet: Packet, timeline: Timeline) -> str:
    if packet.is_unmasked:
        return "Not masked: whoever asked may see it, and gave the reason."
    hidden = "Masked: phone, names and variables are hidden, also inside texts."
    if packet.has_calls and not timeline.lead.variables:
        hidden += " DialNexa sent no variables with this history, so a name in what was said could not be known as one."
    return hidden


def _verdict(verdict: Verdict) -> dict[str, Any]:
    rule = verdict.rule
    return {
        "pack": verdict.pack.name,
        "rule": rule.id,
        "title": rule.title,
        "result": str(verdict.result),
        "sentence": verdict.sentence,
        "visits": list(verdict.positions),
        "inputs": list(verdict.inputs),
        "text": rule.text,
        "threshold": rule.threshold,
        "level": rule.level,
        "source": rule.source,
        "checked_on": rule.checked_on.isoformat(),
    }


# --- The review


def _review(review: Review, veil: Veil) -> dict[str, Any]:
    return {
        "state": review.get_state_display(),
        "verdict": review.get_verdict_display(),
        "computed": review.computed,
        "reviewer": _name(review.reviewer),
        "reviewed_at": review.reviewed_at,
        "second": _name(review.second),
        "second_at": review.second_at,
        "note": said(review.note, veil),
        "answers": [
            {"rule": rule, **{name: said(str(value), veil) for name, value in answer.items()}}
            for rule, answer in sorted(review.answers.items())
        ],
        "scores": [{"question": one, "answer": said(str(value), veil)} for one, value in sorted(review.scores.items())],
        "withdrawn_why": said(review.withdrawn_why, veil),
        "is_stale": review.is_stale,
        "stale_since": review.stale_since,
        "fingerprint": review.fingerprint,
        "dispute": {
            "text": said(review.dispute, veil),
            "by": _name(review.disputed_by),
            "at": review.disputed_at,
            "answer": said(review.dispute_answer, veil),
            "answered_by": _name(review.answered_by),
            "answered_at": review.answered_at,
        }
        if review.disputed_at
        else None,
        "zone": review.zone,
        "zone_why": said(review.zone_why, veil),
    }


def _versions(review: Review, veil: Veil) -> Iterator[dict[str, Any]]:
    """Each change of what people said, oldest first; what was only computed anew is no version."""
    before: tuple[Any, ...] | None = None
    newest = review.history.select_related("history_user").order_by("-history_date", "-history_id")[:MOST_VERSIONS]
    for version in reversed(newest):
        now = tuple(getattr(version, name) for name in VERSION)
        if now != before:
            yield {
                "at": version.history_date,
                "by": _name(version.history_user),
                "state": version.get_state_display(),
                "verdict": version.get_verdict_display(),
                "is_stale": version.is_stale,
                "note": said(version.note, veil),
                "withdrawn_why": said(version.withdrawn_why, veil),
                "dispute": said(version.dispute, veil),
                "dispute_answer": said(version.dispute_answer, veil),
                "zone": version.zone,
                "fingerprint": version.fingerprint,
            }
        before = now


# --- Calls


def _call(call_id: str, call: Call | str, reading: Reading, veil: Veil) -> dict[str, Any]:
    visit = reading.timeline.call_visit(call_id)
    ids = {"call_id": call_id, "visit": visit.position if visit else None}
    if isinstance(call, str):
        return {**ids, "absence": call, "turns": [], "summary": "", "analysis": {}, "notes": []}
    missing = absence(call, now=reading.as_of)
    return {
        **ids,
        "absence": str(missing) if missing else "",
        "status": said(words.in_words(call.status), veil),
        "end_reason": said(words.end_reason_in_words(call.end_reason), veil) if call.end_reason else "",
        "direction": said(call.direction or "", veil),
        "to_phone": veil.number(call.to_phone),
        "started_at": call.started_at,
        "seconds": call.duration.total_seconds() if call.duration is not None else None,
        "summary": said(call.summary or "", veil),
        "analysis": {said(name, veil): said(value, veil) for name, value in call.analysis.items()},
        "turns": [
            {
                "speaker": turn.speaker,
                "seconds": turn.start.total_seconds() if turn.start is not None else None,
                "text": said(turn.text, veil),
            }
            for turn in call.transcript
        ],
        "notes": [said(note.text, veil) for note in call.notes],
    }


# --- The trail


def _access(timeline: Timeline, veil: Veil) -> dict[str, Any]:
    """Who did what with this lead, oldest first; the newest where there are more. Addresses and sessions stay here."""
    events = AuditEvent.objects.filter(workflow_id=timeline.workflow_id, lead_id=timeline.lead.id)
    events = events.exclude(action__endswith=".intent")
    rows = list(events.order_by("-seq")[:MOST_EVENTS])
    return {"total": events.count(), "rows": list(_events(reversed(rows), veil))}


def _events(rows: Iterable[AuditEvent], veil: Veil) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "seq": row.seq,
            "at": row.at,
            "who": row.actor_label,
            "roles": row.actor_roles,
            "action": row.action,
            "in_words": row.get_action_display(),
            "outcome": row.get_outcome_display(),
            "call_id": row.call_id,
            "reason": " ".join(filter(None, [dict(REASONS).get(row.reason_code, ""), said(row.reason_text, veil)])),
            "seal": row.hash,
        }


def _name(user: User | None) -> str:
    return user.get_username() if user else ""
