"""Upstream's many status words, brought into seven families, and those words in plain English."""

from __future__ import annotations

import re
from enum import StrEnum


class Family(StrEnum):
    """How a step, call or lead stands. The value is what pages carry in data-status and CSS."""

    DONE = "done"
    WAITING = "waiting"
    IN_FLIGHT = "in_flight"
    NOT_REACHED = "not_reached"
    FAILED = "failed"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


FAMILY_WORDS = {
    Family.DONE: "Done",
    Family.WAITING: "Waiting",
    Family.IN_FLIGHT: "In flight",
    Family.NOT_REACHED: "Not reached",
    Family.FAILED: "Failed",
    Family.STOPPED: "Stopped",
    Family.UNKNOWN: "Unknown",
}

# A sign beside the colour, so that colour is never the only one.
FAMILY_ICONS = {
    Family.DONE: "✓",
    Family.WAITING: "◷",
    Family.IN_FLIGHT: "▶",
    Family.NOT_REACHED: "⊘",
    Family.FAILED: "✕",
    Family.STOPPED: "■",
    Family.UNKNOWN: "?",
}

_FAMILIES = {
    Family.DONE: ("completed", "success", "succeeded", "done", "converted", "true", "false"),
    Family.WAITING: ("waiting", "pending", "scheduled", "queued", "draft", "paused"),
    Family.IN_FLIGHT: (
        *("active", "running", "in_progress", "created", "initiated", "sent", "received", "ringing", "ongoing"),
    ),
    Family.NOT_REACHED: (
        *("no_answer", "did_not_pick", "dnp", "user_did_not_pick_up", "hangup", "busy", "user_busy"),
        *("voicemail", "voicemail_detected", "not_reached", "user_unreachable"),
    ),
    Family.FAILED: ("failed", "failure", "error", "retry_expired"),
    Family.STOPPED: ("cancelled", "canceled", "removed", "dropped", "stopped"),
}
FAMILY_OF = {word: family for family, words in _FAMILIES.items() for word in words}

# Calls that can still change, and calls that cannot.
CALL_IN_FLIGHT = frozenset({"created", "initiated", "sent", "received", "ringing", "in_progress", "ongoing"})
CALL_FINAL = frozenset(
    {"completed", "did_not_pick", "busy", "no_answer", "failed", "cancelled", "retry_expired", "voicemail", "hangup"}
)
CALL_NEVER_CONNECTED = CALL_FINAL - {"completed"}

# "cancelled" is not documented for a lead; what it says leaves no doubt that the lead is done with.
LEAD_FINAL = frozenset({"completed", "dropped", "failed", "removed", "cancelled"})
LEAD_LIVE = frozenset({"pending", "active"})
WORKFLOW_RUNS = frozenset({"active", "running"})

_LEAD_ALIASES = {"in_progress": "active", "running": "active", "converted": "completed", "canceled": "cancelled"}

# Reasons that say nobody spoke, whatever the call's status.
NEVER_REACHED_REASONS = frozenset(
    {
        *("user_did_not_pick_up", "user_busy", "user_unreachable", "voicemail_detected", "unallocated_phone_number"),
        *("invalid_phone_number", "destination_forbidden", "system_failure", "system_at_capacity"),
        *("insufficient_balance", "sip_auth_failed", "sip_trunk_unreachable"),
    }
)

# The reasons DialNexa documents for a call's end, in words.
END_REASONS = {
    "user_disconnected": "the person hung up",
    "agent_disconnected": "the agent hung up",
    "user_did_not_pick_up": "nobody picked up",
    "user_busy": "the line was busy, or the call was rejected",
    "user_unreachable": "the phone could not be reached just then",
    "invalid_phone_number": "the phone number is not valid",
    "destination_forbidden": "the carrier or route refused the number",
    "network_failure": "the network failed",
    "voicemail_detected": "voicemail answered",
    "system_failure": "the call could not be set up, even after retries",
    "system_at_capacity": "the provider was at its limit",
    "insufficient_balance": "the DialNexa balance was too low",
    "unallocated_phone_number": "nobody has this phone number",
    "sip_auth_failed": "the phone line refused our sign-in (SIP)",
    "sip_trunk_unreachable": "the phone line could not be reached (SIP)",
    "unknown": "no reason known",
}

_WORDS = {
    "no_answer": "no answer",
    "did_not_pick": "did not pick up",
    "dnp": "did not pick up",
    "user_did_not_pick_up": "did not pick up",
    "hangup": "hung up before it connected",
    "user_busy": "busy",
    "user_unreachable": "could not be reached",
    "voicemail_detected": "voicemail",
    "retry_expired": "retries ran out",
    "in_progress": "in progress",
    "unknown": "status unknown",
}

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def word(raw: object) -> str:
    """Upstream's spelling as one word: "In Progress", "in-progress" -> "in_progress"; nothing -> "unknown"."""
    spelled = "" if raw is None else str(raw).lower()
    return _NOT_WORD.sub("_", spelled).strip("_")[:100].rstrip("_") or "unknown"


def lead_word(raw: object) -> str:
    """A lead's status word; DialNexa's docs use two vocabularies for the same states."""
    spelled = word(raw)
    return _LEAD_ALIASES.get(spelled, spelled)


def family(status: str) -> Family:
    """The family of a status word. A word nobody listed is unknown, never a success."""
    return FAMILY_OF.get(status, Family.UNKNOWN)


def in_words(status: str) -> str:
    """A status word as people say it; an unlisted one with its underscores as spaces."""
    return _WORDS.get(status, status.replace("_", " "))


def end_reason_in_words(reason: str) -> str:
    return END_REASONS.get(reason, f"“{reason.replace('_', ' ')}”, a reason Leadline does not know")
