"""Why a call has no transcript to show: each reason has its own sentence, and none of them is an error."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.timeline import status as words
from dashboard.timeline.model import Call
from dashboard.timeline.standing import LONGEST_CALL

# DialNexa keeps transcripts for a year and recordings for 90 days; a workspace may shorten both.
TRANSCRIPT_KEPT = timedelta(days=365)
RECORDING_KEPT = timedelta(days=90)


class Absence(StrEnum):
    """The value is the sentence."""

    REMOVED = "Removed at source: this call was marked sensitive, and DialNexa deleted what was said."
    IN_PROGRESS = "The call is still in progress. Its transcript comes some time after it ends."
    OVERRUN = (
        "DialNexa reports this call as still in progress, though it began longer ago than a call can last. "
        "No transcript was returned."
    )
    NEVER_CONNECTED = "The call never connected to a person, so there is nothing to transcribe."
    EXPIRED = "The call is older than the 365 days DialNexa keeps transcripts."
    NOT_RETURNED = "DialNexa returned no transcript for this call. It may not have been made, or not be ready yet."


def absence(call: Call, *, now: datetime) -> Absence | None:
    """Why the transcript is missing, or None: there is one. The first reason that holds, in this order."""
    if call.is_sensitive:
        return Absence.REMOVED
    if call.transcript:
        return None
    if _never_connected(call):
        return Absence.NEVER_CONNECTED
    began_at = call.started_at or call.ended_at
    if began_at and now - began_at > TRANSCRIPT_KEPT:
        return Absence.EXPIRED
    if not _is_under_way(call):
        return Absence.NOT_RETURNED
    return Absence.OVERRUN if began_at and now - began_at > LONGEST_CALL else Absence.IN_PROGRESS


def is_recording_kept(call: Call, *, now: datetime) -> bool:
    """Whether DialNexa can still hold the recording."""
    began_at = call.started_at or call.ended_at
    return began_at is None or now - began_at <= RECORDING_KEPT


def _never_connected(call: Call) -> bool:
    """By its reason, else by its status. One that failed after some time may have been a conversation."""
    if call.end_reason in words.NEVER_REACHED_REASONS:
        return True
    if call.status in ("failed", "cancelled") and call.duration:
        return False
    return call.status in words.CALL_NEVER_CONNECTED


def _is_under_way(call: Call) -> bool:
    """DialNexa leaves some ended calls at "initiated", so an end, a reason or a duration outweighs the status."""
    has_ended = call.ended_at is not None or call.end_reason is not None or call.duration is not None
    return call.status in words.CALL_IN_FLIGHT and not has_ended
