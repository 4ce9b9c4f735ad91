"""Call records: what each call adds to its step, and the forms DialNexa's pages show for it.

C1 the contract's record, C2 the older pages', C4 details with transcript and timeline, C5 as seen live (no transcript).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dashboard.demo.dialogues import DIALOGUES, Said
from dashboard.demo.graphs import Workflow
from dashboard.demo.moments import iso
from dashboard.demo.paths import Lead, Visit
from dashboard.demo.transcripts import write

Json = dict[str, Any]
RECORDINGS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Told:
    """What a call's record holds beyond its step."""

    shape: str = "C1"
    dialogue: str = ""
    form: str = "line"  # see transcripts.write
    is_detailed: bool = False  # the transcript comes with the details only
    end_reason: str = ""
    sentiment: str = "neutral"
    summary: str = ""
    analysis: Json | str = field(default_factory=dict)
    extra: Json = field(default_factory=dict)  # keys of the record as they are


TOLD = {
    "call_priya01": Told(
        dialogue="priya",
        sentiment="positive",
        summary="Wants 45 lakh rupees for a flat in Pune. Asked to be called back tomorrow at one, with her husband.",
        analysis={"interested": "later", "callback_time": "tomorrow 1 PM", "objection": "decides with husband"},
    ),
    "call_rahul01": Told(
        *("C2", "rahul", "lines", True, "agent_disconnected", "positive"),
        analysis={"interested": True, "occupation": "business", "documents": "two years of returns"},
    ),
    "call_anita04": Told(
        *("C1", "anita", "turns", False, "agent_disconnected", "positive"),
        summary="House in Surat chosen, token paid. First applicant is Anita. Documents to come by WhatsApp.",
        analysis={"interested": True, "branch": "Ring Road", "customer_satisfaction": 9},
    ),
    "call_farhan02": Told(
        *("C1", "farhan", "json", False, "user_disconnected", "negative"),
        summary="Complained about two calls at night. Asked to be called after seven in the evening only.",
        analysis={"interested": "unclear", "callback_time": "7:48 PM", "complaint": "called at night"},
    ),
    "call_meera01": Told(
        *("C5", "", "", False, "agent_disconnected", "positive"),
        summary="Wants the list of documents for a loan of 51 lakh rupees.",
        analysis={"interested": True, "language": "Tamil and English"},
    ),
    "call_joseph01": Told(
        sentiment="positive",
        summary="Gave his account number and his date of birth on the call.",
        analysis={"interested": True, "account_number": "00000000017"},
        extra={"sensitive_delete": True},
    ),
    "call_neha02": Told(
        *("C1", "neha", "pairs", False, "user_disconnected", "positive"),
        summary="Resale flat in Nagpur, nine years old, papers clear. Wants the list of documents.",
        analysis={"interested": True, "property": "resale"},
    ),
    "call_vikram01": Told(
        "C1", "vikram1", "lines", analysis={"interested": False, "callback_time": "tomorrow 12:15 PM"}
    ),
    "call_vikram02": Told(
        *("C2", "vikram2", "lines", True), analysis={"interested": False, "callback_time": "Sunday 10:15 AM"}
    ),
    "call_vikram03": Told(
        *("C1", "vikram3", "texts", False, "agent_disconnected", "positive"),
        summary="Both agree. 56 lakh rupees over twenty years; documents by WhatsApp.",
        analysis='{"interested": true, "co_applicant": "wife, no income"}',
    ),
    "call_lakshmi01": Told("C2", "lakshmi", "lines", True, "voicemail_detected", "unknown"),
    "call_test01": Told("C1", "test", "line", summary="Summary with <i>markup</i> & an ampersand."),
    "call_seed02": Told(
        *("C1", "seed", "lines", False, "agent_disconnected", "positive"),
        summary="Handover moved to October. Will come to the branch on Friday.",
        analysis={"interested": True, "visit_day": "Friday"},
    ),
    "call_priya02": Told("C1", "priya_emi", "line", summary="Did not know about this month's payment. Call tomorrow."),
    "call_sarah01": Told("C1", "sarah", "turns", analysis={"promised_to_pay": True}),
    "call_james01": Told(
        *("C1", "james", "lines"),
        summary="Wants to move the payment date; put through to the accounts team.",
        extra={
            "call_transfer": {"destination": "+442079460999", "status": "connected", "destination_id": "team_accounts"}
        },
    ),
    "call_kavita01": Told(
        *("C1", "kavita", "turns", False, "user_disconnected", "negative"),
        summary="Pays on time every month. Asked in Hindi not to be called.",
        analysis={"promised_to_pay": "unclear", "complaint": "called daily"},
    ),
    "call_grace01": Told("C1", "grace1", "lines", summary="The caller heard nothing.", sentiment="unknown"),
    "call_grace02": Told("C1", "grace2", "lines", analysis={"promised_to_pay": True}),
    "call_ms01": Told("C1", "plain", "line", extra={"duration": 142_000}),
    "call_other01": Told(extra={"id": "call_another99"}),
}
UNKNOWN = frozenset({"call_404"})  # in a history, and yet 404

_REASONS = {
    "completed": ("user_disconnected", "agent_disconnected"),
    "no_answer": ("user_did_not_pick_up",),
    "did_not_pick": ("user_did_not_pick_up", "user_unreachable"),
    "busy": ("user_busy",),
    "failed": (
        "network_failure",
        "system_failure",
        "invalid_phone_number",
        "system_at_capacity",
        "insufficient_balance",
    ),
}


def told(call_id: str, status: str) -> Told:
    """What the record holds; an unlisted call gets its form and its reason from its id."""
    if call_id in TOLD:
        return TOLD[call_id]
    dice = zlib.crc32(call_id.encode())
    if status == "completed":
        return Told("C1", "plain", ("line", "lines", "turns")[dice % 3], sentiment=("neutral", "positive")[dice % 2])
    return Told(("C1", "C2")[dice % 2], sentiment="unknown")


def record(lead: Lead, visit: Visit, workflow: Workflow, *, now: datetime, is_listed: bool = False) -> Json:
    """GET /v1/calls/{id}; in a list, records carry no transcript."""
    call_id = visit.call_id or ""
    if visit.end is None:
        return _head_c1(lead, visit, workflow) | {"status": "in-progress"}
    about = told(call_id, visit.status)
    seconds = (visit.end - visit.start).total_seconds()
    link = recording(call_id, visit, about, now)
    match about.shape:
        case "C2":
            body = _c2(lead, visit, workflow, seconds, link)
        case "C5":
            body = _c5(lead, visit, workflow, seconds, link)
        case _:
            body = _head_c1(lead, visit, workflow) | {"duration": int(seconds), "recording_url": link}
    body["end_reason"] = reason(call_id, visit.status, about)
    if about.summary:
        body["summary"] = about.summary
    if about.analysis and about.shape != "C2":
        body["postcallanalysis" if about.shape == "C5" else "post_call_analysis"] = about.analysis
    if about.dialogue and not about.is_detailed and not is_listed:
        body |= write(DIALOGUES[about.dialogue], about.form, seconds)
    return body | {"sentiment": about.sentiment} | about.extra


def details(lead: Lead, visit: Visit, workflow: Workflow, *, now: datetime) -> Json | None:
    """GET /v1/call-logs/{id}/details (C4), or None where that answers 404: calls in flight, and records seen live."""
    about = told(visit.call_id or "", visit.status)
    if about.shape == "C5" or visit.end is None or not visit.call_id:
        return None
    seconds = (visit.end - visit.start).total_seconds()
    said = DIALOGUES.get(about.dialogue, ())
    return {
        "id": "log_" + visit.call_id.removeprefix("call_"),
        "call_id": visit.call_id,
        "agent_id": workflow.agent_id,
        "status": visit.status,
        "sentiment": about.sentiment,
        "duration_seconds": int(seconds),
        "recording_url": recording(visit.call_id, visit, about, now),
        "analysis": about.analysis,
        "created_at": iso(visit.start),
        "end_reason": reason(visit.call_id, visit.status, about),
        "fallback_stt_transcriber_id": None,
        "transcript": None,
        **(write(said, about.form, seconds) if said else {}),
        "timeline": _timeline(visit.start, visit.end, said),
    }


def _timeline(start: datetime, end: datetime, said: tuple[Said, ...]) -> list[Json]:
    moments = [("call_started", start)]
    if said:
        moments += [("call_answered", start + timedelta(seconds=6)), ("agent_spoke", start + timedelta(seconds=7))]
    return [{"event": name, "timestamp": iso(at)} for name, at in (*moments, ("call_ended", end))]


def reason(call_id: str, status: str, about: Told) -> str:
    choices = _REASONS.get(status, ("unknown",))
    return about.end_reason or choices[zlib.crc32(call_id.encode()) % len(choices)]


def recording(call_id: str, visit: Visit, about: Told, now: datetime) -> str | None:
    """A link that leads nowhere; none for calls past the retention, or with sensitive data."""
    if now - visit.start > RECORDINGS_KEPT or "sensitive_delete" in about.extra:
        return None
    return f"https://recordings.dialnexa.example/{call_id}.mp3"


def _head_c1(lead: Lead, visit: Visit, workflow: Workflow) -> Json:
    return {
        "id": visit.call_id,
        "agent_id": workflow.agent_id,
        "to_number": lead.phone,
        "from_number": workflow.from_number,
        "status": visit.status,
        "call_direction": "outbound",
        "createdAt": iso(visit.start),
    }


def _c2(lead: Lead, visit: Visit, workflow: Workflow, seconds: float, link: str | None) -> Json:
    return {
        "id": visit.call_id,
        "agent_id": workflow.agent_id,
        "agent_version_number": 3,
        "to_phone_number": lead.phone,
        "from_phone_number": workflow.from_number,
        "status": visit.status,
        "duration_seconds": int(seconds),
        "recording_url": link,
        "metadata": {},
        "created_at": iso(visit.start),
        "ended_at": iso(visit.start + timedelta(seconds=seconds)),
    }


def _c5(lead: Lead, visit: Visit, workflow: Workflow, seconds: float, link: str | None) -> Json:
    return {
        "id": visit.call_id,
        "agent_id": workflow.agent_id,
        "to_number": lead.phone,
        "called_time": iso(visit.start),
        "duration": int(seconds),
        "status": visit.status,
        "llm_name": "demo-llm",
        "voice_model_name": "demo-voice",
        "recording_sas_url": link,
    }
